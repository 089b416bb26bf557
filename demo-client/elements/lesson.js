// One lesson, in place of the buttons: predict, act, see, understand. What is
// done is done by the page's own buttons; what comes of it are the real verdicts.

import { el } from "../dom.js";
import { micros, span } from "../format.js";
import { icon } from "../icons.js";
import { cost, tellPrediction } from "../lab.js";
import { language, t } from "../language.js";
import { foretell, isForetold, lessonDone } from "../predictions.js";
import { COLUMNS, Guess } from "./guess.js";

/**
 * @typedef {import("../view").Lesson} Lesson
 * @typedef {import("../view").Step} Step
 * @typedef {import("../view").View} View
 * @typedef {import("../view").Cost} Cost
 * @typedef {import("../view").Word} Word
 * @typedef {(step: Step) => Promise<void>} Doing
 * @typedef {{lesson: Lesson, lost: string[], begin: (() => void) | null}} Next
 */

/** The words for somebody who was let in. @type {Word[]} */
const IN = ["ALLOWED", "STALE", "FORGED"];

export class LabLesson extends HTMLElement {
  /** @type {Lesson | null} */
  #lesson = null;
  /** Those that can be done here. @type {Step[]} */
  #steps = [];
  #at = 0;
  #done = false;
  /** How many hints were asked for. */
  #hints = 0;
  #busy = false;
  #print = "";
  /** The one that is asked for, and not begun: what it takes away, and how it begins. @type {Next | null} */
  #next = null;
  #guess = new Guess();
  /** Whether the step under way asks for the first time. */
  #counts = false;
  /** @type {Doing} */
  #doing = async () => {};
  /** @type {View | null} */
  #view = null;
  /** What the step has cost, where that is what it is about. @type {Cost | null} */
  #cost = null;

  /** @param {Doing} doing carries out a step */
  frame(doing) {
    this.#doing = doing;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("lesson"));
    this.#draw();
  }

  /** What was begun and not ended, and how far it is. */
  get underWay() {
    return this.#lesson === null || this.isOver ? null : { name: this.#lesson.name, at: this.#at + 1, all: this.#steps.length };
  }

  /** The last step was done. */
  get isOver() {
    return this.#lesson !== null && this.#done && this.#at + 1 === this.#steps.length;
  }

  /** Nothing is under way any more. */
  leave() {
    this.#lesson = null;
  }

  goOn() {
    this.#next = null;
    this.#draw();
  }

  /** Until it is known whether anything is lost. @param {Lesson} lesson */
  wait(lesson) {
    this.#next = { lesson, lost: [], begin: null };
    this.#draw();
  }

  /** @param {string[]} lost in words @param {() => unknown} begin */
  ask(lost, begin) {
    if (this.#next === null) return;
    this.#next = { ...this.#next, lost, begin: () => void begin() };
    this.#draw();
  }

  /**
   * Begins from a clean start: nothing can be done before that.
   * @param {Lesson} lesson
   * @param {Promise<void>} clean
   */
  async begin(lesson, clean) {
    this.#next = null;
    this.#lesson = lesson;
    this.#steps = lesson.steps;
    this.#print = "";
    this.#busy = true;
    this.#hints = 0;
    this.#go(0);
    await clean;
    // What needs a Redis stands last.
    const end = this.#view?.store.kind === "embedded" ? lesson.steps.findIndex((step) => step.needs_redis) : -1;
    if (end > 0) this.#steps = lesson.steps.slice(0, end);
    this.#busy = false;
    this.#draw();
  }

  /** @param {View} view */
  show(view) {
    this.#view = view;
    const step = this.#steps[this.#at];
    // What came of a step may come after the step has been acknowledged.
    if (this.#done && step !== undefined) this.#score(step);
    this.#draw();
  }

  /** The key Space does what the button for going on does. */
  press() {
    const go = this.hidden ? null : this.querySelector(".go");
    if (go instanceof HTMLElement) go.click();
  }

  /** @param {number} at */
  #go(at) {
    this.#at = at;
    this.#done = false;
    this.#cost = null;
    this.#guess = new Guess();
    this.#draw();
    const next = this.querySelector("button.go");
    if (next instanceof HTMLElement && this.contains(document.activeElement)) next.focus();
  }

  #draw() {
    if (this.#next !== null) return this.#offer(this.#next);
    const lesson = this.#lesson;
    const step = this.#steps[this.#at];
    if (lesson === null || step === undefined) return;
    // Views come often; a button must not go away under the pointer.
    const print = JSON.stringify([language(), lesson.name, this.#steps.length, this.#at, this.#done, this.#busy, this.#hints, this.#done && this.#came(step)]);
    if (print === this.#print) return;
    this.#print = print;
    const focused = this.contains(document.activeElement) ? document.activeElement?.getAttribute("data-part") : null;
    this.replaceChildren(
      head(lesson, el("span", { class: "figure" }, `${this.#at + 1} / ${this.#steps.length}`)),
      el("div", { class: "lesson-step" }, ...this.#question(step), ...this.#deed(step), ...this.#help(lesson, step), ...this.#insight(lesson, step)),
    );
    // After the last hint there is no button for another.
    const again = focused === null ? null : (this.querySelector(`[data-part="${focused}"]`) ?? this.querySelector('[data-part="go"]'));
    if (again instanceof HTMLElement) again.focus();
  }

  /** A lesson that takes something away says so first. @param {Next} next */
  #offer({ lesson, lost, begin }) {
    const print = JSON.stringify([language(), lesson.name, lost]);
    if (print === this.#print) return;
    this.#print = print;
    const warning = el("p", { class: "hint-text", role: "status" }, lost.length === 0 ? "" : t("lesson.lose", { what: lost.join(t("list.and")) }));
    const go = el("button", { type: "button", class: "go begin", "data-part": "go", "aria-disabled": String(begin === null), click: () => begin?.() }, t("lesson.begin"));
    this.replaceChildren(head(lesson, ""), el("div", { class: "lesson-step" }, go, warning));
  }

  /** @param {Step} step @returns {Node[]} */
  #question(step) {
    if (step.ask === null || step.ask === undefined) return [];
    return [this.#guess.field(step, step.ask[language()], this.#done ? { came: this.#came(step), cost: this.#cost } : null)];
  }

  /** @param {Step} step @returns {Node[]} */
  #deed(step) {
    if (!this.#done) {
      const turned = step.switch;
      const column = turned ? t(`column.${turned.column}.short`) : "";
      const by = span((step.span ?? 0) * 1_000);
      const name = t(`do.${step.act}`, { account: step.account ?? "", span: by, column, choice: turned?.choice ?? "", exercise: step.exercise ?? "" });
      const command = step.exercise ? [el("code", { class: "command" }, `lab watch ${step.exercise}`)] : [];
      return [
        ...command,
        el(
          "button",
          { type: "button", class: "go", "data-part": "go", "aria-disabled": String(this.#busy), click: () => void this.#do(step) },
          ["replay", "forge", "foreign", "sibling"].includes(step.act) && icon("thief"),
          name,
        ),
      ];
    }
    const last = this.#at + 1 === this.#steps.length;
    const next = last
      ? el("a", { class: "go", href: "#lessons", "data-part": "go" }, t("lesson.finish"))
      : el("button", { type: "button", class: "go", "data-part": "go", click: () => this.#go(this.#at + 1) }, t("lesson.next"));
    return [next];
  }

  /** One hint at a time, for who wants it before the prediction. @param {Lesson} lesson @param {Step} step @returns {Node[]} */
  #help(lesson, step) {
    if (this.#done || step.ask === null || step.ask === undefined) return [];
    const [at, all] = [this.#hints, lesson.hints.length];
    const more = () => {
      this.#hints += 1;
      this.#draw();
    };
    const hint = lesson.hints[at - 1];
    return [
      at < all && el("button", { type: "button", class: "hint", "data-part": "hint", click: more }, t("lesson.hint", { at: at + 1, all })),
      hint !== undefined && el("p", { class: "hint-text", role: "status" }, hint[language()]),
    ].filter((node) => node !== false);
  }

  /** @param {Lesson} lesson @param {Step} step @returns {Node[]} */
  #insight(lesson, step) {
    if (!this.#done) return [];
    const last = this.#at + 1 === this.#steps.length;
    const change = [el("strong", {}, t("lesson.change")), " ", lesson.change[language()]];
    const sum = step.ask ? this.#guess.sum(this.#came(step)) : null;
    return [
      el(
        "p",
        { class: "insight", role: "status" },
        ...(sum === null ? [] : [el("strong", { class: "foretold" }, sum), " "]),
        step.explain?.[language()] ?? "",
        this.#times(),
        last && el("span", { class: "change" }, ...change),
      ),
    ];
  }

  /** How long visits took here: told, and never part of the question. */
  #times() {
    const times = this.#cost?.visit_us ?? [];
    if (times.length === 0 || !times.every((time) => typeof time === "number")) return false;
    const [cookie = "", session = "", jwt = ""] = times.map((time) => micros(time));
    return el("span", { class: "change" }, t("measure.times", { cookie, session, jwt }));
  }

  /** Who let in, or who has the most, as the page shows it. @param {Step} step @returns {boolean[] | null} */
  #came(step) {
    const cost = this.#cost;
    if (step.measure) return cost === null || cost.figures.includes(null) ? null : COLUMNS.map((column) => cost.most.includes(column));
    const verdicts = this.#view?.columns.map(({ verdict }) => verdict) ?? [];
    const all = verdicts.length === COLUMNS.length && verdicts.every((verdict) => verdict?.action === step.act);
    return all ? verdicts.map((verdict) => verdict !== null && IN.includes(verdict.word)) : null;
  }

  /** @param {Step} step */
  async #do(step) {
    if (this.#busy) return;
    this.#busy = true;
    this.#counts = !isForetold(this.#name);
    this.#draw();
    try {
      await this.#doing(step);
      if (step.measure) this.#cost = await cost(step.measure);
    } finally {
      this.#busy = false;
      this.#done = true;
      if (this.isOver && this.#lesson !== null) lessonDone(this.#lesson.name);
      this.#score(step);
      if (this.#lesson !== null && step.ask && this.#guess.isMade) tellPrediction(this.#lesson.name, this.#at, this.#guess.columns);
      this.#draw();
    }
  }

  /** Of the question, among those that are kept. */
  get #name() {
    return `${this.#lesson?.name}/${this.#at}/${this.#view?.profile}`;
  }

  /** @param {Step} step */
  #score(step) {
    const came = this.#came(step);
    if (!this.#counts || step.ask === null || step.ask === undefined || came === null || !this.#guess.isMade) return;
    const right = came.every((one, index) => one === this.#guess.columns[index]);
    foretell(this.#name, right);
  }
}

/** @param {Lesson} lesson @param {Node | string} place how far it is */
function head(lesson, place) {
  return el(
    "div",
    { class: "lesson-head" },
    el("h2", {}, lesson.title[language()]),
    place,
    el("p", { class: "goal" }, lesson.goal[language()]),
    el("a", { href: "#lessons" }, t("lesson.leave")),
  );
}

customElements.define("lab-lesson", LabLesson);
