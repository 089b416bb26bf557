// A card is as high as there is room for, and shows whole lines: one that its
// edge would cut in two is left out until it is scrolled to, and a button at the
// edge says that there is more. Only what is painted changes, so nothing moves.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";

/** How far the button stands into the card, in pixels. */
const ROOM = 12;
/** Rows of unequal texts are passed one by one; there are never more side by side. */
const TRIES = 6;

/** @type {WeakMap<Element, WholeLines>} */
const watched = new WeakMap();

/** All are measured before one is changed: else each would have the page laid out anew for the next. */
const sizes = new ResizeObserver((entries) => {
  const changed = new Set(entries.map(({ target }) => watched.get(target)));
  const found = [...changed].map((one) => /** @type {const} */ ([one, one?.measure()]));
  for (const [one, fit] of found) if (fit !== undefined) one?.apply(fit);
});

export class WholeLines {
  #scroll;
  #content;
  #print = "";
  /** Keys scroll the card itself, which has the focus for that: this is the mouse's way. */
  #more = el("button", { type: "button", class: "more", tabindex: -1, "aria-hidden": "true", hidden: true, click: () => this.#on() });

  /** @param {HTMLElement} scroll what scrolls @param {HTMLElement} content all that is in it */
  constructor(scroll, content) {
    this.#scroll = scroll;
    this.#content = content;
    for (const part of [scroll, content]) {
      watched.set(part, this);
      sizes.observe(part);
    }
    scroll.addEventListener("scroll", () => this.apply(this.measure()), { passive: true });
  }

  /** The button, to be laid over the lower edge. */
  get more() {
    return this.#more;
  }

  /** All that depends on the language. */
  frame() {
    this.#more.replaceChildren(t("card.more"), icon("down"));
  }

  /** What is in it has changed, be it in the same height. It is looked at once it is laid out. */
  again() {
    sizes.unobserve(this.#content);
    sizes.observe(this.#content);
  }

  #on() {
    const line = parseFloat(getComputedStyle(this.#content).lineHeight);
    this.#scroll.scrollBy({ top: this.#scroll.clientHeight - 2 * line });
  }

  /** How much is left out at the top and at the bottom, and whether there is more below. */
  measure() {
    const box = this.#scroll.getBoundingClientRect();
    const { top, bottom } = this.#content.getBoundingClientRect();
    const above = top < box.top - 1 ? cut(this.#content, box.top, "down") - box.top : 0;
    const more = bottom > box.bottom + 1;
    const edge = more ? cut(this.#content, box.bottom - ROOM, "up") : box.bottom;
    return { above, below: box.bottom - edge, more };
  }

  /** @param {ReturnType<WholeLines["measure"]>} fit */
  apply({ above, below, more }) {
    const print = [above, below].map(Math.round).join(" ");
    if (print === this.#print) return;
    this.#print = print;
    this.#more.hidden = !more;
    this.#scroll.style.clipPath = print === "0 0" ? "" : `inset(${above}px 0 ${below}px)`;
  }
}

/**
 * The place nearest to this one that cuts no line in two.
 * @param {Element} content
 * @param {number} y
 * @param {"up" | "down"} way
 */
function cut(content, y, way) {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const found = across(content, y).map((line) => (way === "up" ? line.top - 1 : line.bottom + 1));
    if (found.length === 0) break;
    y = way === "up" ? Math.min(...found) : Math.max(...found);
  }
  return y;
}

/** The lines of text, and the pictures, that stand across this height. @param {Node} node @param {number} y @returns {DOMRect[]} */
function across(node, y) {
  const stands = (/** @type {DOMRect} */ { top, bottom }) => top < y && bottom > y;
  if (node instanceof Text) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(stands);
  }
  if (!(node instanceof Element)) return [];
  const box = node.getBoundingClientRect();
  if (!stands(box)) return [];
  return node.classList.contains("icon") ? [box] : [...node.childNodes].flatMap((child) => across(child, y));
}
