// What is read out after an action.

import { t } from "../language.js";
import { slug } from "../sentences.js";

/** @typedef {import("../view").View} View */

/** The three columns answer one after the other; they are announced together. */
const AFTER_MS = 400;

export class Spoken {
  #status;
  #told = "";
  #timer = 0;

  /** @param {HTMLElement} status where it is announced */
  constructor(status) {
    this.#status = status;
  }

  /** @param {View} view */
  hear(view) {
    const told = JSON.stringify(view.columns.map(({ verdict, wire }) => [verdict, wire.exchanges.length]));
    if (told === this.#told) return;
    this.#told = told;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#status.textContent = sentences(view);
    }, AFTER_MS);
  }
}

/** @param {View} view @returns {string} the verdicts in one sentence each */
function sentences(view) {
  return view.columns
    .flatMap(({ id, verdict }) =>
      verdict === null
        ? []
        : [t("announce", { column: t(`column.${id}.short`), word: t(`word.${slug(verdict.word)}`) })],
    )
    .join(" ");
}
