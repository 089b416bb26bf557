// The switches of a column: one for each setting that the lab names.

import { el } from "../dom.js";
import { language, t } from "../language.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Setting} Setting
 */

export class LabVariants extends HTMLElement {
  #print = "";
  /** @type {(choice: string) => void} */
  #turn = () => {};

  /** @param {string} title of the column @param {(choice: string) => void} turn */
  frame(title, turn) {
    this.#turn = turn;
    this.#print = "";
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `${t("variants")}, ${title}`);
  }

  /** @param {Column} column */
  show({ settings }) {
    const print = language() + JSON.stringify(settings);
    if (print === this.#print) return;
    this.#print = print;
    const at = [...this.querySelectorAll("select")].indexOf(/** @type {HTMLSelectElement} */ (document.activeElement));
    this.replaceChildren(...settings.map((one) => this.#select(one)));
    if (at >= 0) this.querySelectorAll("select")[at]?.focus();
  }

  /** The switch goes back to what is when the lab did not do it. */
  restore() {
    this.#print = "";
  }

  /** @param {Setting} setting */
  #select({ name, usual, choices }) {
    const on = choices.find((one) => one.on)?.word ?? usual;
    const long = t(`variant.${name}.${on}.long`);
    const select = el(
      "select",
      {
        "data-setting": name,
        "data-unusual": on !== usual,
        "aria-label": t(`variant.${name}`),
        title: `${t(`variant.${name}`)}: ${long}`,
        change: (/** @type {Event} */ event) => this.#turn(/** @type {HTMLSelectElement} */ (event.target).value),
      },
      ...choices.map(({ word, possible }) =>
        el(
          "option",
          { value: word, disabled: !possible, title: t(possible ? `variant.${name}.${word}.long` : "variant.impossible") },
          t(`variant.${name}.${word}`),
        ),
      ),
    );
    select.value = on;
    return select;
  }
}

/** What is not as usual, in the reader's words. @param {Column} column */
export function labels({ settings }) {
  return settings.flatMap(({ name, usual, choices }) =>
    choices.filter((one) => one.on && one.word !== usual).map((one) => t(`variant.${name}.${one.word}`)),
  );
}

customElements.define("lab-variants", LabVariants);
