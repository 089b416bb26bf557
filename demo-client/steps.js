// The steps that were done, each with the last view that came of it, so that
// Back can show it again. Nothing is un-sent by that. What somebody else does, in
// another tab or a terminal, is a step of its own.

import { span } from "./format.js";
import { share } from "./shared.js";

/**
 * @typedef {import("./view").View} View
 * @typedef {import("./view").Column} Column
 * @typedef {import("./view").Exchange} Exchange
 * @typedef {import("./frames.js").Deed} Deed
 * @typedef {import("./lab.js").Command} Command
 * @typedef {import("./scores.js").Say} Say
 * @typedef {{lures: string[]}} Lured pages of the attacker's were opened, for these attacks
 * @typedef {{key: string, values: Record<string, string | Label>}} Label for the catalogue; a value can be another of its words
 * @typedef {{number: number, label: Label, since: number, view: View}} Step
 *   `since`: the newest exchange before it
 */

/** A view has up to sixty exchanges in it; older steps go. */
export const KEPT = 30;
/** Two clocks never agree wholly. */
const SLACK_MS = 100;
/** What has no instant of its own may come so long after its action. */
const AFTER_MS = 2_000;
/** What somebody else does is one step while it comes so close together. */
const TOGETHER_MS = 1_000;

/** @param {string} key @param {Record<string, string | Label>} [values] @returns {Label} */
function label(key, values = {}) {
  return { key, values };
}

/** @param {Label} label @param {Say} say @returns {string} */
export function worded({ key, values }, say) {
  return say(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : worded(value, say)])));
}

/** What an order or a command is called. @param {Deed | Command | Lured} what @param {Column[]} columns @returns {Label | null} none: it is part of another step */
export function named(what, columns) {
  if ("lures" in what) {
    const [first = "", ...more] = new Set(what.lures);
    return more.length === 0 ? label(`attack.${first}`) : label("steps.lures");
  }
  if ("do" in what) {
    if (what.do === "forget") return null;
    return what.do === "login" ? label("do.login", { account: what.username }) : label(`do.${what.do}`);
  }
  switch (what.action) {
    case "reset": return label("act.reset");
    case "profile": return label("steps.profile", { profile: label(`profile.${what.profile}`) });
    case "line": return label(`line.${what.line}.long`);
    case "restart": return label(what.new_keys ? "do.rekey" : "do.restart");
    case "ahead": return label("steps.ahead", { span: span(what.seconds * 1_000) });
    case "variant": return switched(what, columns);
    case "variants": return label("steps.variants");
    default: return label(`do.${what.action}`);
  }
}

/** In the words that stand on the switch. @param {{column: string, choice: string}} what @param {Column[]} columns */
function switched({ column, choice }, columns) {
  const settings = columns.find(({ id }) => id === column)?.settings ?? [];
  const setting = settings.find(({ choices }) => choices.some(({ word }) => word === choice));
  const word = setting === undefined ? choice : label(`variant.${setting.name}.${choice}`);
  return label("steps.variant", { column: label(`column.${column}.short`), choice: word });
}

/**
 * The verdicts that came of a step itself: none where it sent nothing. The first has
 * those that were found.
 * @param {Step} step
 */
export function made({ since, view }) {
  return view.columns.map(({ verdict, wire }) => (wire.exchanges.some(({ id }) => Number(id) > since) ? verdict : null));
}

/** The newest exchange of all columns; ids count over all of them. @param {View} view */
export function newest(view) {
  return Math.max(0, ...view.columns.flatMap(({ wire }) => wire.exchanges.map(({ id }) => Number(id))));
}

/** @param {View} view @param {number} since */
function fresh(view, since) {
  return view.columns.flatMap(({ wire }) => wire.exchanges.filter(({ id }) => Number(id) > since));
}

/** What changes by an order alone, never by time. @param {View} view */
function facts({ profile, line, ahead_ms: ahead, roles, notice, columns }) {
  return JSON.stringify([profile, line, ahead, roles, notice, columns.map(({ settings, verdict }) => [settings, verdict?.word])]);
}

/**
 * What happened between two views, if it is not of an action that had settled then.
 * @param {View} before
 * @param {View} after
 * @param {number} settled when, by the lab's clock
 * @param {boolean} isReset whether that was a Reset
 * @returns {{key: string, at: number} | null}
 */
export function elsewhere(before, after, settled, isReset = false) {
  const isLate = after.now_ms > settled + AFTER_MS;
  const since = newest(before);
  if (newest(after) < since) return isLate || !isReset ? { key: "steps.reset", at: after.now_ms } : null;
  const strange = fresh(after, since).filter(({ at_ms: at }) => at > settled + SLACK_MS);
  if (strange.length > 0) {
    const isNeighbour = strange.every(({ by }) => by === "neighbour");
    return { key: isNeighbour ? "steps.neighbour" : "steps.elsewhere", at: Math.max(...strange.map(({ at_ms: at }) => at)) };
  }
  return isLate && fresh(after, since).length === 0 && facts(before) !== facts(after) ? { key: "steps.elsewhere", at: after.now_ms } : null;
}

export class Steps {
  /** Oldest first. @type {Step[]} */
  #list = [];
  /** Which is looked at; none: the live one. @type {number | null} */
  #at = null;
  /** What the lab sent last. @type {View | null} */
  #live = null;
  /** How many there have been. */
  #count = 0;
  /** How many actions of this page are under way. */
  #acting = 0;
  /** When the last of them was done, by the lab's clock. */
  #settled = 0;
  /** What somebody else does, and when he was last heard of. @type {{key: string, at: number} | null} */
  #other = null;

  /** @param {View} view what the lab sends now @returns {boolean} whether somebody else did something */
  take(view) {
    const before = this.#live;
    if (before !== null) share(before, view);
    this.#live = view;
    const last = this.#list.at(-1);
    if (before === null || last === undefined) {
      this.#settled = view.now_ms;
      this.#push(label("steps.start"), 0);
      return false;
    }
    const other = this.#acting > 0 ? null : elsewhere(before, view, this.#settled, last.label.key === "act.reset");
    if (other !== null && (other.key !== this.#other?.key || other.at - this.#other.at > TOGETHER_MS)) this.#push(label(other.key), newest(before));
    else last.view = view;
    if (other !== null) this.#other = other;
    return other !== null;
  }

  /** Something is done from here on. @param {Label | null} what none: a part of the last step */
  begin(what) {
    this.#acting += 1;
    if (what === null) return;
    this.#at = null;
    this.#other = null;
    if (this.#live !== null) this.#push(what, newest(this.#live));
  }

  /** It is done. @param {number} at by the lab's clock */
  settle(at) {
    this.#acting -= 1;
    this.#settled = at;
  }

  /** The last step is the first from now on. */
  anew() {
    this.#list = this.#list.slice(-1);
    for (const step of this.#list) step.number = 0;
    this.#at = null;
  }

  /** @param {Label} what @param {number} since */
  #push(what, since) {
    if (this.#live === null) return;
    const number = (this.#list.at(-1)?.number ?? -1) + 1;
    this.#count += 1;
    this.#list.push({ number, label: what, since, view: this.#live });
    if (this.#list.length <= KEPT) return;
    this.#list.shift();
    if (this.#at !== null) this.#at = Math.max(0, this.#at - 1);
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

  /** How many there have been on this page, a Reset or not. */
  get count() {
    return this.#count;
  }

  /** What the lab sent last. */
  get live() {
    return this.#live;
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
