// What goes wrong around the servers: the line to Redis, the store, a restart.

import { el } from "../dom.js";
import { t } from "../language.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {import("../view").Line} Line
 * @typedef {import("../lab.js").Command} Command
 */

/** @type {Line[]} */
const LINES = ["well", "slow", "hung", "cut"];

/** @type {[string, Command][]} */
const EVENTS = [
  ["flush", { action: "flush" }],
  ["restart", { action: "restart", new_keys: false }],
  ["rekey", { action: "restart", new_keys: true }],
];

export class LabFaultBar extends HTMLElement {
  /** @type {Map<Line, HTMLInputElement>} */
  #lines = new Map();
  #group = el("fieldset", { class: "line" });

  /** @param {(command: Command) => void} tell */
  frame(tell) {
    const switches = LINES.map((line) => {
      const input = el("input", { type: "radio", name: "line", value: line, change: () => tell({ action: "line", line }) });
      this.#lines.set(line, input);
      return el("label", { title: t(`line.${line}.long`) }, input, el("span", {}, t(`line.${line}`)));
    });
    this.#group.replaceChildren(el("legend", {}, t("line")), ...switches);
    const buttons = EVENTS.map(([name, command]) =>
      el("button", { type: "button", class: "quiet", title: t(`fault.${name}.long`), "data-fault": name, click: () => tell(command) }, t(`fault.${name}`)),
    );
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("faults"));
    this.replaceChildren(this.#group, ...buttons);
  }

  /** @param {View} view */
  show({ line, store }) {
    const none = store.kind === "embedded";
    this.#group.disabled = none;
    this.#group.title = none ? t("line.none") : "";
    for (const [name, input] of this.#lines) input.checked = name === line;
    this.dataset["line"] = line;
  }
}

customElements.define("lab-fault-bar", LabFaultBar);
