// What came of the last action in a column: a word and an icon, a sentence, and
// how long it stays so.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { firstOf, language, t } from "../language.js";
import { slug, verdictKeys } from "../sentences.js";
import { unusual } from "../variants.js";
import { simulated, told } from "./pieces.js";
import { WholeLines } from "./whole-lines.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Verdict} Verdict
 */

export class LabVerdict extends HTMLElement {
  #print = "";

  /** @param {Column} column @param {number} ahead how far the servers' clock was moved */
  show(column, ahead) {
    const print = language() + JSON.stringify([ahead, column.verdict, begun(column), column.settings, column.switched]);
    if (print === this.#print) return;
    this.#print = print;
    this.dataset["tone"] = column.verdict?.tone ?? "none";
    this.dataset["word"] = column.verdict?.word ?? "";
    this.dataset["asked"] = column.verdict?.action ?? "";
    this.replaceChildren(...(column.verdict === null ? waiting(column) : said(column, column.verdict, ahead)));
  }
}

/** There is a credential to go on with. @param {Column} column */
function begun({ logged_in_as, stolen }) {
  return logged_in_as !== null || stolen;
}

/** @param {Column} column */
function waiting(column) {
  if (column.switched.length > 0) {
    const sentences = column.switched.map((one) => told("p", "sentence", one));
    return [icon("waiting"), el("div", { role: "status" }, el("p", { class: "headline" }, t("verdict.switched")), ...few(sentences))];
  }
  const own = firstOf(unusual(column).map((word) => `verdict.none.${column.id}.${word}`));
  const next = begun(column) ? t("verdict.none.next") : (own ?? t(`verdict.none.${column.id}`));
  return [icon("waiting"), el("div", {}, el("p", { class: "headline" }, t("verdict.none")), el("p", { class: "sentence" }, next))];
}

/** What several switches say is long: the cards above keep their room. @param {HTMLElement[]} sentences */
function few(sentences) {
  const content = el("div", {}, ...sentences);
  const scroll = el("div", { class: "switched", tabindex: 0, role: "group", "aria-label": t("verdict.switched") }, content);
  const lines = new WholeLines(scroll, content);
  lines.frame();
  return [scroll, lines.more];
}

/** @param {Column} column @param {Verdict} verdict @param {number} ahead */
function said(column, verdict, ahead) {
  return [
    icon(slug(verdict.word)),
    el(
      "div",
      {},
      el(
        "p",
        { class: "headline" },
        el("strong", { class: "word", lang: "en" }, verdict.word),
        language() !== "en" && el("span", { class: "gloss" }, t(`word.${slug(verdict.word)}`)),
        lasting(verdict, ahead),
        el("span", { class: "asked" }, action(verdict), verdict.status !== null && el("span", { class: "code" }, verdict.status)),
      ),
      sentence(column, verdict, ahead),
    ),
  ];
}

/** How long it stays so, and by which clock. @param {Verdict} verdict @param {number} ahead */
export function time(verdict, ahead) {
  const mark = byClock(verdict, ahead);
  return mark === false ? lasting(verdict, ahead) : el("span", { class: "time" }, lasting(verdict, ahead), mark);
}

/** @param {Verdict} verdict @param {number} ahead */
function lasting(verdict, ahead) {
  if (verdict.until_ms !== null) {
    return el("span", { class: "time", title: t("verdict.until") }, el("lab-countdown", { until: verdict.until_ms, ahead }));
  }
  if (verdict.delay_ms !== null) {
    return el("span", { class: "time", title: t("verdict.delay") }, t("verdict.after", { ms: Math.round(verdict.delay_ms) }));
  }
  return null;
}

/** The mark of a moved clock, where what is said is by that. @param {Verdict} verdict @param {number} ahead */
function byClock(verdict, ahead) {
  return (verdict.until_ms !== null || (verdict.delay_ms === null && verdict.expired)) && simulated(ahead);
}

/** @param {Verdict} verdict */
function action(verdict) {
  return firstOf([`did.${verdict.action}`]) ?? verdict.action;
}

/** With the mark at its end: the line above has no room for it. @param {Column} column @param {Verdict} verdict @param {number} ahead */
function sentence(column, verdict, ahead) {
  const own = firstOf(verdictKeys(column.id, column.profile, verdict, unusual(column)));
  const said = own === null ? told("p", "sentence", verdict.sentence) : el("p", { class: "sentence" }, own);
  const mark = byClock(verdict, ahead);
  if (mark !== false) said.append(" ", mark);
  return said;
}

customElements.define("lab-verdict", LabVerdict);
