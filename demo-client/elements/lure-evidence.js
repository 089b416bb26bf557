// What came of one of the attacker's pages, and how one can see it.

import { el } from "../dom.js";
import { t } from "../language.js";
import { outcome, pair, trail } from "./evidence.js";

/** @typedef {import("../view").Lured} Lured */

/** @param {Lured} lured @param {string} way @returns {Node[]} */
export function lureEvidence(lured, way) {
  const { attack, column, exchanges, received, said } = lured;
  const things = received.map(({ name, bytes }) => t("lure.thing", { name, bytes })).join(", ");
  return [
    ...outcome(lured, t(`lure.why.${lured.why}`)),
    el(
      "dl",
      {},
      ...pair(t("attacks.on"), t(`column.${column}`)),
      ...pair(t("lure.did"), t(`lure.way.${way}`)),
      ...(way === "read" ? pair(t("lure.received"), things === "" ? t("lure.nothing") : things) : []),
      ...(said === null ? [] : pair(t("lure.said"), said, "en")),
      ...pair(t("attacks.defence"), t(`attack.${attack}.defence`)),
    ),
    ...trail(t("lure.exchanges", { count: exchanges.length }), exchanges),
  ];
}
