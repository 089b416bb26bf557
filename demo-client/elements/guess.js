// What the learner foretells of a step: who lets in, or who has the most. To tick
// nothing is no prediction; that nobody lets in has a box of its own.

import { answers, rightly } from "../answers.js";
import { el } from "../dom.js";
import { bytes } from "../format.js";
import { t } from "../language.js";

/**
 * @typedef {import("../view").Step} Step
 * @typedef {{came: boolean[] | null, cost: import("../view").Cost | null}} Outcome what came of the step
 */

export const COLUMNS = /** @type {const} */ (["cookie", "session", "jwt"]);

export class Guess {
  /** As the learner thinks, from left to right. */
  #columns = COLUMNS.map(() => false);
  #nobody = false;
  /** @type {HTMLInputElement[]} */
  #boxes = [];

  get columns() {
    return this.#columns;
  }

  get isMade() {
    return this.#nobody || this.#columns.includes(true);
  }

  /** @param {Step} step @param {string} question @param {Outcome | null} outcome none: the step is not done */
  field(step, question, outcome) {
    this.#boxes = COLUMNS.map((column, index) => this.#box(column, outcome, (on) => this.#set(index, on)));
    const came = outcome?.came ?? null;
    const told = came === null ? [] : answers(step, came, this.isMade ? this.#columns : null);
    const labels = COLUMNS.map((column, index) =>
      el("label", {}, this.#boxes[index], el("span", {}, t(`column.${column}.short`)), " ", ...answer(told[index]), figure(step, outcome, index)),
    );
    // Of what is measured, too, there may be nothing in any column.
    labels.push(this.#none(outcome));
    this.#show();
    return el("fieldset", { class: "guess" }, el("legend", {}, question), ...labels);
  }

  /** @param {string} name @param {Outcome | null} outcome @param {(on: boolean) => void} set */
  #box(name, outcome, set) {
    const change = (/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).checked);
    return el("input", { type: "checkbox", "data-part": name, change, disabled: outcome !== null });
  }

  /** @param {Outcome | null} outcome */
  #none(outcome) {
    const box = this.#box("nobody", outcome, (on) => {
      this.#nobody = on;
      if (on) this.#columns = COLUMNS.map(() => false);
      this.#show();
    });
    this.#boxes.push(box);
    return el("label", {}, box, el("span", {}, t("lesson.nobody")));
  }

  /** Nobody and somebody rule each other out. @param {number} index @param {boolean} on */
  #set(index, on) {
    this.#columns[index] = on;
    if (on) this.#nobody = false;
    this.#show();
  }

  #show() {
    for (const [index, box] of this.#boxes.entries()) box.checked = this.#columns[index] ?? this.#nobody;
  }

  /** How well it was foretold in all, once that is known. @param {boolean[] | null} came */
  sum(came) {
    if (came === null || !this.isMade) return null;
    const { right, all } = rightly(came, this.#columns);
    return t(right === all ? "lesson.as.all" : right === 0 ? "lesson.as.none" : "lesson.as.some", { right, all });
  }
}

/** What came out there, and whether that was foretold. @param {ReturnType<typeof answers>[number] | undefined} told @returns {(Node | string)[]} */
function answer(told) {
  if (told === undefined) return [];
  const came = el("span", { class: "came" }, t(told.word));
  if (told.right === null) return [came];
  return [came, " ", el("span", { class: told.right ? "right" : "wrong" }, t(told.right ? "lesson.as" : "lesson.not-as"))];
}

/** What was measured there. @param {Step} step @param {Outcome | null} outcome @param {number} index */
function figure(step, outcome, index) {
  const measured = outcome?.cost?.figures[index];
  if (typeof measured !== "number") return false;
  return el("span", { class: "figure" }, step.measure === "asks" ? t("measure.asks", { count: measured }) : bytes(measured));
}
