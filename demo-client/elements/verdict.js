// What came of the last action in a column: a word and an icon, a sentence, and
// how long it stays so.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { firstOf, language, t } from "../language.js";
import { slug, verdictKeys } from "../sentences.js";
import { unusual } from "../variants.js";
import { told } from "./pieces.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Verdict} Verdict
 */

export class LabVerdict extends HTMLElement {
  #print = "";

  /** @param {Column} column */
  show(column) {
    const print = language() + JSON.stringify([column.verdict, begun(column), column.settings, column.switched]);
    if (print === this.#print) return;
    this.#print = print;
    this.dataset["tone"] = column.verdict?.tone ?? "none";
    this.dataset["word"] = column.verdict?.word ?? "";
    this.dataset["asked"] = column.verdict?.action ?? "";
    this.replaceChildren(...(column.verdict === null ? waiting(column) : said(column, column.verdict)));
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
    return [icon("waiting"), el("div", { role: "status" }, el("p", { class: "headline" }, t("verdict.switched")), ...sentences)];
  }
  const own = firstOf(unusual(column).map((word) => `verdict.none.${column.id}.${word}`));
  const next = begun(column) ? t("verdict.none.next") : (own ?? t(`verdict.none.${column.id}`));
  return [icon("waiting"), el("div", {}, el("p", { class: "headline" }, t("verdict.none")), el("p", { class: "sentence" }, next))];
}

/** @param {Column} column @param {Verdict} verdict */
function said(column, verdict) {
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
        time(verdict),
        el("span", { class: "asked" }, action(verdict), verdict.status !== null && el("span", { class: "code" }, verdict.status)),
      ),
      sentence(column, verdict),
    ),
  ];
}

/** @param {Verdict} verdict */
export function time(verdict) {
  if (verdict.until_ms !== null) {
    return el("span", { class: "time", title: t("verdict.until") }, el("lab-countdown", { until: verdict.until_ms }));
  }
  if (verdict.delay_ms !== null) {
    return el("span", { class: "time", title: t("verdict.delay") }, t("verdict.after", { ms: Math.round(verdict.delay_ms) }));
  }
  return null;
}

/** @param {Verdict} verdict */
function action(verdict) {
  return firstOf([`did.${verdict.action}`]) ?? verdict.action;
}

/** @param {Column} column @param {Verdict} verdict */
function sentence(column, verdict) {
  const own = firstOf(verdictKeys(column.id, column.profile, verdict, unusual(column)));
  return own === null ? told("p", "sentence", verdict.sentence) : el("p", { class: "sentence" }, own);
}

customElements.define("lab-verdict", LabVerdict);
