// The lessons to choose from.

import { el } from "../dom.js";
import { language, t } from "../language.js";
import { foretold } from "../predictions.js";

/** @typedef {import("../view").Lesson} Lesson */

export class LabLessons extends HTMLElement {
  /** @param {Lesson[]} lessons @param {boolean} redis there is a line to break */
  show(lessons, redis) {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("view.lessons"));
    const cards = lessons.map((lesson, index) => card(lesson, index + 1, redis || !lesson.steps.some((step) => step.needs_redis)));
    const { right, asked } = foretold();
    this.replaceChildren(
      el("p", { class: "intro" }, t("lessons.intro")),
      el("p", { class: "score", role: "status" }, asked === 0 ? t("lessons.none") : t("lessons.score", { right, asked })),
      el("ol", { class: "lessons" }, ...cards),
    );
  }
}

/** @param {Lesson} lesson @param {number} number @param {boolean} whole every step of it can be done */
function card(lesson, number, whole) {
  const title = lesson.title[language()];
  return el(
    "li",
    {},
    el("span", { class: "number", "aria-hidden": "true" }, number),
    el(
      "div",
      {},
      el("h2", {}, el("a", { href: `#lesson/${lesson.name}` }, title)),
      el("p", {}, lesson.goal[language()]),
      !whole && el("p", { class: "note" }, t("lessons.redis")),
    ),
  );
}

customElements.define("lab-lessons", LabLessons);
