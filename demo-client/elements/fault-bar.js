// What goes wrong around the servers: the line to Redis, the store, a restart, and time, which goes
// by whether one waits or not.

import { el } from "../dom.js";
import { span } from "../format.js";
import { t } from "../language.js";
import { simulated } from "./pieces.js";

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

/**
 * Seconds: nothing ends, and the countdowns go on; an access token ends; a refresh token; after two of
 * these a login that nobody uses, after five each.
 */
const SPANS = [60, 300, 86_400, 604_800];

export class LabFaultBar extends HTMLElement {
  /** @type {Map<Line, HTMLInputElement>} */
  #lines = new Map();
  #group = el("fieldset", { class: "line" });
  /** In place of the word for the clock, so that the bar grows by little. */
  #mark = el("span");

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
    const ahead = SPANS.map((seconds) => {
      const by = span(seconds * 1_000);
      const press = () => tell({ action: "ahead", seconds });
      return el("button", { type: "button", class: "quiet", title: t("ahead.long", { span: by }), "data-ahead": seconds, click: press }, `+${by}`);
    });
    const clock = el("fieldset", { class: "clock" }, el("legend", {}, this.#mark), ...ahead);
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("faults"));
    this.replaceChildren(this.#group, ...buttons, clock);
  }

  /**
   * Where one column fills the page, they wait behind a button of the top bar, and lie over the page.
   * @param {boolean} alone
   */
  present(alone) {
    this.popover = alone ? "auto" : null;
  }

  /** @param {View} view */
  show({ line, store, ahead_ms: ahead }) {
    const none = store.kind === "embedded";
    this.#group.disabled = none;
    this.#group.title = none ? t("line.none") : "";
    for (const [name, input] of this.#lines) input.checked = name === line;
    this.dataset["line"] = line;
    this.dataset["ahead"] = String(ahead);
    const mark = simulated(ahead);
    this.#mark.replaceChildren(...(mark === false ? [t("ahead")] : [el("span", { class: "hidden" }, t("ahead"), " "), mark]));
  }
}

customElements.define("lab-fault-bar", LabFaultBar);
