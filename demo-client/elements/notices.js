// What the page has to say about what happened last: a sentence of the lab, or
// the page's own trouble. It goes when it was read: by its button, or with the
// next action in the columns.

import { fromLab, t } from "../language.js";

export class Notices {
  #top;
  #status;
  /** The lab's sentence. */
  #notice = "";
  /** The one that was read. @type {string | null} */
  #read = null;
  /** What the page itself has to say. @type {() => string} */
  #trouble = () => "";
  #shown = "";

  /**
   * @param {import("./top-bar.js").LabTopBar} top
   * @param {HTMLElement} status where it is announced
   */
  constructor(top, status) {
    this.#top = top;
    this.#status = status;
  }

  /** @param {string | null} notice */
  show(notice) {
    this.#notice = notice ?? "";
    this.#draw();
  }

  /** @param {string | null} key of the catalogue @param {Record<string, string>} [values] */
  say(key, values) {
    this.tell(() => (key === null ? "" : t(key, values)));
  }

  /** Several of them. @param {import("../address.js").Wrong[]} wrong */
  wrong(wrong) {
    if (wrong.length > 0) this.tell(() => wrong.map(({ key, values }) => t(key, values)).join(" "));
  }

  /** @param {() => string} trouble in the language of the moment */
  tell(trouble) {
    this.#trouble = trouble;
    this.#draw();
  }

  /** All that there is was read. */
  read() {
    this.#read = this.#notice;
    this.say(null);
  }

  /** An order was carried out: what the lab says now is news, be it the same words. */
  renew() {
    this.#read = null;
  }

  #draw() {
    const news = this.#notice === this.#read ? "" : this.#notice;
    const trouble = this.#trouble();
    const { text, lang } = trouble === "" ? fromLab(news) : { text: trouble, lang: document.documentElement.lang };
    if (text === this.#shown) return;
    this.#shown = text;
    this.#top.notice(text, lang, trouble !== "");
    this.#status.textContent = text;
  }
}
