// What came of one of the attacker's pages, and how one can see it.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { slug } from "../sentences.js";
import { exchange, pair } from "./evidence.js";

/** @typedef {import("../view").Lured} Lured */

/** @param {Lured} lured @param {string} way @returns {Node[]} */
export function lureEvidence(lured, way) {
  const { attack, column, exchanges, received, said } = lured;
  const trail = exchanges.map((text, index) => exchange(text, index === exchanges.length - 1));
  const things = received.map(({ name, bytes }) => t("lure.thing", { name, bytes })).join(", ");
  return [
    el("h2", {}, t(`attack.${attack}`)),
    el(
      "p",
      { class: "found", "data-tone": lured.tone },
      icon(lured.word === null ? "unavailable" : slug(lured.word)),
      el("strong", { lang: "en" }, lured.word ?? t("attacks.untried")),
      el("span", {}, t(`lure.why.${lured.why}`)),
      el("span", { class: "figure" }, `${lured.took_ms} ms`),
    ),
    el(
      "dl",
      {},
      ...pair(t("attacks.on"), t(`column.${column}`)),
      ...pair(t("lure.did"), t(`lure.way.${way}`)),
      ...(way === "read" ? pair(t("lure.received"), things === "" ? t("lure.nothing") : things) : []),
      ...(said === null ? [] : pair(t("lure.said"), said, "en")),
      ...pair(t("attacks.defence"), t(`attack.${attack}.defence`)),
    ),
    el("h3", {}, t("lure.exchanges", { count: exchanges.length })),
    el("ol", { class: "trail", lang: "en" }, ...trail),
  ];
}
