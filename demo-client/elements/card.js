// The frame that the three cards of a column share: a heading, a word of
// summary, and a body that scrolls by whole lines.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { language, t } from "../language.js";
import { WholeLines } from "./whole-lines.js";

/** @typedef {import("../view").Column} Column */

export class LabCard extends HTMLElement {
  #summary = el("p", { class: "summary" });
  #content = el("div");
  #body = el("div", { class: "body" }, this.#content);
  #lines = new WholeLines(this.#body, this.#content);
  #scrolled = false;
  /** @type {string} */
  #print = "";

  connectedCallback() {
    this.#body.onscroll = () => {
      this.#scrolled = true;
    };
  }

  /** @param {"browser" | "wire" | "server"} name @param {string} column title of its column */
  frame(name, column) {
    const heading = t(`card.${name}`);
    this.setAttribute("data-card", name);
    // A body that scrolls must be reachable by keyboard, and then needs a name.
    this.#body.tabIndex = 0;
    this.#body.setAttribute("role", "group");
    this.#body.setAttribute("aria-label", t("card.of", { card: heading, column }));
    this.#lines.frame();
    this.replaceChildren(
      el("header", {}, icon(name), el("h3", {}, heading), this.#summary),
      this.#body,
      this.#lines.more,
    );
  }

  /** What stands in the card. */
  get content() {
    return this.#content;
  }

  /** To be asked where it stands would have the browser lay out everything at once. */
  toTop() {
    if (this.#scrolled) this.#body.scrollTop = 0;
  }

  /** @param {...import("../dom.js").Child} children */
  summarise(...children) {
    this.#summary.replaceChildren(el("span", {}, ...children));
  }

  /** Whether this differs from what is shown. @param {unknown} data */
  changed(data) {
    const print = language() + JSON.stringify(data);
    if (print === this.#print) return false;
    this.#print = print;
    this.#lines.again();
    return true;
  }

  /** What stands where there is nothing to show. @param {string} text */
  empty(text) {
    this.#content.replaceChildren(el("p", { class: "empty" }, text));
  }

  /** The list in the card, made when first needed. @param {string} name */
  list(name) {
    const existing = this.#content.querySelector(`ul.${name}`);
    if (existing !== null) return existing;
    const list = el("ul", { class: name });
    this.#content.replaceChildren(list);
    return list;
  }
}
