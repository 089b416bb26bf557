// The frame that the three cards of a column share: a heading, a word of
// summary, and a body that scrolls.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { language, t } from "../language.js";

/** @typedef {import("../view").Column} Column */

export class LabCard extends HTMLElement {
  #summary = el("p", { class: "summary" });
  #body = el("div", { class: "body" });
  /** @type {string} */
  #print = "";

  /** @param {"browser" | "wire" | "server"} name @param {string} column title of its column */
  frame(name, column) {
    const heading = t(`card.${name}`);
    this.setAttribute("data-card", name);
    // A body that scrolls must be reachable by keyboard, and then needs a name.
    this.#body.tabIndex = 0;
    this.#body.setAttribute("role", "group");
    this.#body.setAttribute("aria-label", t("card.of", { card: heading, column }));
    this.replaceChildren(
      el("header", {}, icon(name), el("h3", {}, heading), this.#summary),
      this.#body,
    );
  }

  get body() {
    return this.#body;
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
    return true;
  }

  /** What stands where there is nothing to show. @param {string} text */
  empty(text) {
    this.#body.replaceChildren(el("p", { class: "empty" }, text));
  }

  /** The list in the body, made when first needed. @param {string} name */
  list(name) {
    const existing = this.#body.querySelector(`ul.${name}`);
    if (existing !== null) return existing;
    const list = el("ul", { class: name });
    this.#body.replaceChildren(list);
    return list;
  }
}
