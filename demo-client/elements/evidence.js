// What came of one attack on one column, and how one can see it.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { LANGUAGES, language, t } from "../language.js";
import { slug } from "../sentences.js";

/** @typedef {import("../view").Tried} Tried */

/** @param {Tried} tried @param {(choice: string) => void} again switches the column, and tries it once more @returns {Node[]} */
export function evidence(tried, again) {
  const choice = tried.switch;
  const name = choice === null ? "" : t("attacks.switch", { column: t(`column.${tried.column}.short`), choice });
  return [
    ...outcome(tried, t(tried.outcome === "not applicable" ? "attacks.idle" : `attacks.tone.${tried.tone}`)),
    ...(choice === null ? [] : [el("p", {}, el("button", { type: "button", class: "again", click: () => again(choice) }, name))]),
    el(
      "dl",
      {},
      ...pair(t("attacks.on"), `${t(`column.${tried.column}`)} (${tried.variants.join(", ")})`),
      ...pair(t("attacks.claim"), `${tried.check}: ${tried.claim}`, "en"),
      ...pair(t("attacks.source"), tried.source, "en"),
      ...(tried.remark === null ? [] : pair(t("attacks.seen"), tried.remark, "en")),
      ...pair(t("attacks.defence"), t(`attack.${tried.attack}.defence`)),
    ),
    ...trail(t("attacks.exchanges", { count: tried.exchanges.length }), tried.exchanges, tried.shown, tried.purposes),
  ];
}

/** What came of it. @param {Tried | import("../view").Lured} tried @param {string} why */
export function outcome({ attack, tone, word, took_ms }, why) {
  return [
    el("h2", {}, t(`attack.${attack}`)),
    el(
      "p",
      { class: "found", "data-tone": tone },
      icon(word === null ? "unavailable" : slug(word)),
      el("strong", { lang: "en" }, word ?? t("attacks.untried")),
      el("span", {}, why),
      el("span", { class: "figure" }, `${took_ms} ms`),
    ),
  ];
}

/**
 * The exchanges that it caused; one of them is open: the last, if nothing else is said.
 * @param {string} heading @param {string[]} exchanges @param {number} [shown] @param {import("../view").Purpose[]} [purposes]
 */
export function trail(heading, exchanges, shown = exchanges.length - 1, purposes = []) {
  const items = exchanges.map((text, index) => exchange(text, index === shown, purposes[index]));
  return [el("h3", {}, heading), el("ol", { class: "trail", lang: "en" }, ...items)];
}

/** @param {string} term @param {string} text @param {string} [lang] */
export function pair(term, text, lang) {
  return [el("dt", {}, term), el("dd", { lang }, text)];
}

/** The first line and what it was for tell them apart. @param {string} text @param {boolean} open @param {import("../view").Purpose} [purpose] */
function exchange(text, open, purpose) {
  const lines = text.split("\n");
  const [request = ""] = lines;
  const [, status = ""] = lines.map((line) => /^< HTTP\/1\.[01] (\d{3})/.exec(line)).find((match) => match !== null) ?? [];
  return el(
    "li",
    {},
    el(
      "details",
      { open },
      el("summary", {}, el("code", {}, request.replace(/^> /, "").replace(/ HTTP\/1\.1$/, "")), purpose?.control && el("span", { class: "purpose", lang: tag() }, t("attacks.control")), purpose?.tried && el("span", { class: "purpose", title: purpose.tried }, purpose.tried), el("span", { class: "code" }, status)),
      purpose?.control && el("p", { class: "purpose", lang: tag() }, t("attacks.control.long")),
      el("pre", {}, text),
    ),
  );
}

/** Within the trail, which is English, what the page says. */
function tag() {
  return LANGUAGES[language()].tag;
}
