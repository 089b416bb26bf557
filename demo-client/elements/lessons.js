// The lessons to choose from, and the one to go on with.

import { el } from "../dom.js";
import { language, t } from "../language.js";
import { foretold, lessonsDone } from "../predictions.js";

/**
 * @typedef {import("../view").Lesson} Lesson
 * @typedef {{name: string, at: number, all: number}} UnderWay
 */

export class LabLessons extends HTMLElement {
  /**
   * @param {Lesson[]} lessons
   * @param {boolean} redis there is a line to break
   * @param {UnderWay | null} underWay
   * @param {(name: string) => void} again begins the one under way anew
   */
  show(lessons, redis, underWay, again) {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("view.lessons"));
    const done = lessonsDone();
    const cards = lessons.map((lesson, index) => {
      const notes = [
        done.includes(lesson.name) && el("span", { class: "right" }, t("lessons.done")),
        underWay?.name === lesson.name && goOn(underWay, again),
        !redis && lesson.steps.some((step) => step.needs_redis) && el("span", { class: "note" }, t("lessons.redis")),
      ];
      return card(lesson, index + 1, notes);
    });
    const { right, asked } = foretold();
    const count = lessons.filter(({ name }) => done.includes(name)).length;
    const score = asked === 0 ? t("lessons.none") : t("lessons.score", { right, asked });
    this.replaceChildren(
      el("p", { class: "intro" }, t("lessons.intro")),
      el("p", { class: "score", role: "status" }, count > 0 && `${t("lessons.count", { count, all: lessons.length })} `, score),
      el("ol", { class: "lessons" }, ...cards),
    );
  }
}

/** @param {UnderWay} underWay @param {(name: string) => void} again */
function goOn({ name, at, all }, again) {
  return el(
    "span",
    { class: "under-way" },
    el("a", { class: "go", href: `#lesson/${name}` }, t("lessons.go-on", { at, all })),
    el("button", { type: "button", class: "again", click: () => again(name) }, t("lessons.again")),
  );
}

/** @param {Lesson} lesson @param {number} number @param {import("../dom.js").Child[]} notes */
function card(lesson, number, notes) {
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
      el("p", { class: "notes" }, ...notes),
    ),
  );
}

customElements.define("lab-lessons", LabLessons);
