// What came of one attack on one column, and how one can see it.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { slug } from "../sentences.js";

/** @typedef {import("../view").Tried} Tried */

/** @param {Tried} tried @returns {Node[]} */
export function evidence(tried) {
  const exchanges = tried.exchanges.map((text, index) => exchange(text, index === tried.exchanges.length - 1));
  return [
    el("h2", {}, t(`attack.${tried.attack}`)),
    el(
      "p",
      { class: "found", "data-tone": tried.tone },
      icon(tried.word === null ? "unavailable" : slug(tried.word)),
      el("strong", { lang: "en" }, tried.word ?? t("attacks.untried")),
      el("span", {}, t(`attacks.tone.${tried.tone}`)),
      el("span", { class: "figure" }, `${tried.took_ms} ms`),
    ),
    el(
      "dl",
      {},
      ...pair(t("attacks.on"), t(`column.${tried.column}`)),
      ...pair(t("attacks.claim"), `${tried.check}: ${tried.claim}`, "en"),
      ...pair(t("attacks.source"), tried.source, "en"),
      ...(tried.remark === null ? [] : pair(t("attacks.seen"), tried.remark, "en")),
      ...pair(t("attacks.defence"), t(`attack.${tried.attack}.defence`)),
    ),
    el("h3", {}, t("attacks.exchanges", { count: tried.exchanges.length })),
    el("ol", { class: "trail", lang: "en" }, ...exchanges),
  ];
}

/** @param {string} term @param {string} text @param {string} [lang] */
export function pair(term, text, lang) {
  return [el("dt", {}, term), el("dd", { lang }, text)];
}

/** The first line tells them apart; the last one decided. @param {string} text @param {boolean} open */
export function exchange(text, open) {
  const lines = text.split("\n");
  const [request = ""] = lines;
  const [, status = ""] = lines.map((line) => /^< HTTP\/1\.[01] (\d{3})/.exec(line)).find((match) => match !== null) ?? [];
  return el(
    "li",
    {},
    el(
      "details",
      { open },
      el("summary", {}, el("code", {}, request.replace(/^> /, "").replace(/ HTTP\/1\.1$/, "")), el("span", { class: "code" }, status)),
      el("pre", {}, text),
    ),
  );
}
