// Which keys there are: the key ? or its button opens this, Escape closes it.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { ACTIONS } from "./action-bar.js";

/** The others, each with its sentence. */
const OTHERS = /** @type {const} */ ([
  ["←", "steps.back"],
  ["→", "steps.forward"],
  ["Space", "keys.space"],
  ["P", "keys.present"],
  ["R", "act.reset"],
  ["?", "keys"],
]);

export class KeyList {
  #close = el("button", { type: "button", class: "quiet square", click: () => this.#dialog.close() }, icon("close"));
  #dialog = el("dialog", { class: "key-list", "aria-labelledby": "keys-title" });

  get dialog() {
    return this.#dialog;
  }

  /** All that depends on the language. */
  frame() {
    this.#close.title = t("dismiss");
    this.#close.setAttribute("aria-label", t("dismiss"));
    const actions = ACTIONS.map((action, index) => row(String(index + 1), t(action === "roles" ? "keys.roles" : `act.${action}`)));
    this.#dialog.replaceChildren(
      el("header", {}, el("h2", { id: "keys-title" }, t("keys")), this.#close),
      el("dl", {}, ...[...actions, ...OTHERS.map(([key, text]) => row(key, t(text)))].flat()),
      el("p", { class: "note" }, icon("keyboard"), t("keys.off")),
    );
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

/** @param {string} key @param {string} text */
function row(key, text) {
  return [el("dt", {}, el("kbd", { lang: "en" }, key)), el("dd", {}, text)];
}
