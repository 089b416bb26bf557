// The steps that were done, each with the last view that came of it, so that
// Back can show it again. Nothing is un-sent by that.

import { span } from "./format.js";

/**
 * @typedef {import("./view").View} View
 * @typedef {import("./frames.js").Order} Order
 * @typedef {import("./lab.js").Command} Command
 * @typedef {{do: "link" | "foreign" | "sibling"}} Lured a page of the attacker's was opened
 * @typedef {{key: string, values: Record<string, string>}} Label for the catalogue
 * @typedef {{number: number, label: Label, since: number, view: View}} Step
 *   `since`: the newest exchange before it
 */

/** A view has up to sixty exchanges in it; older steps go. */
export const KEPT = 30;

/** @param {string} key @param {Record<string, string>} [values] @returns {Label} */
function label(key, values = {}) {
  return { key, values };
}

/** What an order or a command is called. @param {Order | Command | Lured} what @returns {Label | null} none: it is part of another step */
export function named(what) {
  if ("do" in what) {
    if (what.do === "forget") return null;
    return what.do === "login" ? label("do.login", { account: what.username }) : label(`do.${what.do}`);
  }
  switch (what.action) {
    case "reset": return label("act.reset");
    case "profile": return label(`profile.${what.profile}`);
    case "line": return label(`line.${what.line}.long`);
    case "restart": return label(what.new_keys ? "do.rekey" : "do.restart");
    case "replay": case "forge": case "demote": case "promote": case "flush": return label(`do.${what.action}`);
    case "ahead": return label("steps.ahead", { span: span(what.seconds * 1_000) });
    case "variant": return label("steps.variant", { column: what.column, choice: what.choice });
    default: return label("steps.other");
  }
}

/** The newest exchange of all columns; ids count over all of them. @param {View} view */
export function newest(view) {
  return Math.max(0, ...view.columns.flatMap(({ wire }) => wire.exchanges.map(({ id }) => Number(id))));
}

/**
 * An exchange never changes once it is there: views of thirty steps share theirs,
 * so that a page that is open for a day keeps each once.
 * @param {View} before
 * @param {View} after
 */
function share(before, after) {
  const known = new Map(before.columns.flatMap(({ wire }) => wire.exchanges.map((one) => [one.id, one])));
  for (const { wire } of after.columns) wire.exchanges = wire.exchanges.map((one) => known.get(one.id) ?? one);
}

export class Steps {
  /** Oldest first. @type {Step[]} */
  #list = [];
  /** Which is looked at; none: the live one. @type {number | null} */
  #at = null;
  /** What the lab sent last. @type {View | null} */
  #live = null;

  /** @param {View} view what the lab sends now; it belongs to the last step */
  take(view) {
    if (this.#live !== null) share(this.#live, view);
    this.#live = view;
    const last = this.#list.at(-1);
    if (last === undefined) this.#push(label("steps.start"), 0);
    else last.view = view;
  }

  /** Something is done from here on. @param {Label} what */
  begin(what) {
    this.#at = null;
    if (this.#live !== null) this.#push(what, newest(this.#live));
  }

  /** @param {Label} what @param {number} since */
  #push(what, since) {
    if (this.#live === null) return;
    const number = (this.#list.at(-1)?.number ?? -1) + 1;
    this.#list.push({ number, label: what, since, view: this.#live });
    if (this.#list.length > KEPT) this.#list.shift();
  }

  /** @param {number} by -1: back; 1: forward @returns {boolean} whether there is such a step */
  go(by) {
    const place = (this.#at ?? this.#list.length - 1) + by;
    if (place < 0 || place >= this.#list.length) return false;
    this.#at = place === this.#list.length - 1 ? null : place;
    return true;
  }

  toLive() {
    this.#at = null;
  }

  /** The step that is looked at. @returns {Step | null} */
  get shown() {
    return (this.#at === null ? this.#list.at(-1) : this.#list[this.#at]) ?? null;
  }

  /** The step that things are done in. @returns {Step | null} */
  get last() {
    return this.#list.at(-1) ?? null;
  }

  get isPast() {
    return this.#at !== null;
  }

  /** @returns {readonly Step[]} */
  get all() {
    return this.#list;
  }
}
