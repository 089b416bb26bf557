// The lessons of the page: which one the address names, whether it goes on or
// begins anew, and what would be lost by that.

import { t } from "../language.js";

/**
 * @typedef {import("../view").Lesson} Lesson
 * @typedef {import("../view").View} View
 * @typedef {object} House
 * @property {() => View | null} view what is
 * @property {() => Promise<void>} settled waits for the first view
 * @property {() => Promise<void>} reset back to the usual
 * @property {() => number} done how many steps were done on this page
 */

export class Teaching {
  #lesson;
  #list;
  #house;
  /** The lesson that the address names. @type {Lesson | null} */
  #named = null;
  /** What had been done on this page when the lesson did its last step. */
  #left = -1;

  /**
   * @param {import("./lesson.js").LabLesson} lesson
   * @param {import("./lessons.js").LabLessons} list
   * @param {House} house
   */
  constructor(lesson, list, house) {
    this.#lesson = lesson;
    this.#list = list;
    this.#house = house;
  }

  /** The address names this one, or none. @param {Lesson | null} lesson */
  turn(lesson) {
    if (lesson === this.#named) return;
    this.#named = lesson;
    if (lesson !== null) void this.#open(lesson);
  }

  /** @param {Lesson[]} lessons */
  show(lessons) {
    const again = (/** @type {string} */ name) => {
      this.#lesson.leave();
      location.hash = `#lesson/${name}`;
    };
    this.#list.show(lessons, this.#house.view()?.store.kind !== "embedded", this.#lesson.underWay, again);
  }

  /** The lesson has done a step: what is there now is its own. */
  stepped() {
    this.#left = this.#house.done();
  }

  /** The one under way goes on; another asks before anything is lost by its reset. @param {Lesson} lesson */
  async #open(lesson) {
    if (this.#lesson.underWay?.name === lesson.name) return this.#lesson.goOn();
    this.#lesson.wait(lesson);
    await this.#house.settled();
    if (this.#named !== lesson) return;
    const begin = () => this.#lesson.begin(lesson, this.#house.reset());
    const lost = this.#lost();
    if (lost.length === 0) void begin();
    else this.#lesson.ask(lost, begin);
  }

  /** What a reset takes with it, in words; nothing where a lesson has just ended and all is its own. */
  #lost() {
    const view = this.#house.view();
    if (view === null || (this.#lesson.isOver && this.#left === this.#house.done())) return [];
    const { columns, ahead_ms: ahead } = view;
    const isUnusual = columns.some(({ settings }) => settings.some(({ usual, choices }) => choices.some(({ word, on }) => on && word !== usual)));
    return [
      ...(columns.some(({ logged_in_as: user }) => user !== null) ? [t("lesson.lose.logins")] : []),
      ...(isUnusual ? [t("lesson.lose.variants")] : []),
      ...(ahead > 0 ? [t("lesson.lose.clock")] : []),
    ];
  }
}
