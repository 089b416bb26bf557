// What stands in the cells of the attacks, and how they are named.

import { isIdle } from "../attack-sum.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { slug } from "../sentences.js";

/**
 * @typedef {import("../view").Attack} Attack
 * @typedef {import("../view").Mechanism} Mechanism
 * @typedef {import("../view").Tried} Tried
 * @typedef {import("../view").Lured} Lured
 * @typedef {{attack: string, column: Mechanism}} Place
 */

/**
 * The choices that are not the usual ones; but for where sessions are, for an
 * attack brings a store of its own.
 * @param {Pick<import("../view").Column, "settings">} column
 */
export function runsAs({ settings }) {
  const others = settings.filter(({ name }) => name !== "store").flatMap(({ choices }) => choices.slice(1));
  return others.filter(({ on }) => on).map(({ word }) => word);
}

/** @param {Attack} one @returns {Place[]} */
export function everywhere(one) {
  return one.columns.map((column) => ({ attack: one.name, column }));
}

/** @param {Place} place */
export function key({ attack: name, column }) {
  return `${name} ${column}`;
}

/** Its name, and room for how it runs. @param {Mechanism} column */
export function heading(column) {
  return el("th", { scope: "col", "data-column": column }, icon(column), " ", t(`column.${column}.short`), " ", el("span", { class: "runs" }));
}

/** @param {Tried | Lured | "running" | "failed" | undefined} tried */
export function outcome(tried) {
  if (tried === undefined) return [t("attacks.try")];
  if (tried === "running") return [icon("waiting"), t("attacks.running")];
  if (typeof tried === "object" && isIdle(tried)) return [el("span", { class: "idle" }, t("attacks.nothing"))];
  if (tried === "failed" || tried.word === null) return [icon("unavailable"), t("attacks.untried")];
  return [icon(slug(tried.word)), el("span", { lang: "en" }, tried.word)];
}
