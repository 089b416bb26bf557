// What the browser keeps for the column's host.

import { el } from "../dom.js";
import { bytes } from "../format.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { reconcile } from "../keyed.js";
import { LabCard } from "./card.js";
import { chip, expiry, parts, raw } from "./pieces.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Item} Item
 */

export class LabBrowser extends LabCard {
  /** @param {Column} column @param {number} ahead how far the servers' clock was moved; the browser's was not */
  show({ browser: { items }, wire: { exchanges } }, ahead) {
    const before = exchanges.length > 0;
    if (!this.changed([items, before, ahead])) return;
    // Those of the other servers are last, and are not what this one costs.
    const total = items.reduce((sum, item) => sum + (item.foreign ? 0 : item.bytes), 0);
    this.summarise(items.length === 0 ? t("browser.none") : t("browser.total", { size: bytes(total) }));
    if (items.length === 0) {
      this.empty(t(before ? "browser.left" : "browser.empty"));
      return;
    }
    const list = this.list("items");
    reconcile(list, items, (item) => `${item.kind} ${item.name}`, (item) => JSON.stringify([item, ahead]), (item) => draw(item, ahead));
  }
}

/** @param {Item} item @param {number} ahead */
function draw(item, ahead) {
  // What a token says of its end is for the server to judge; a cookie's end is the browser's affair.
  const isToken = item.kind === "local-storage";
  return el(
    "li",
    { class: "item", "data-kind": item.kind },
    el(
      "p",
      { class: "line" },
      el("span", { class: "kind", title: t(`browser.kind.${item.kind}`) }, icon(item.kind)),
      el("span", { class: "hidden" }, t(`browser.kind.${item.kind}`)),
      el("span", { class: "name", lang: "en" }, item.name),
      el("span", { class: "figure", title: t("browser.bytes") }, bytes(item.bytes)),
      expiry(item.expires_at_ms, isToken ? ahead : 0),
    ),
    !isToken && ahead > 0 && el("p", { class: "own-clock", title: t("clock.browser.long") }, icon("clock"), t("clock.browser")),
    raw(item.value, [item.value]),
    el(
      "p",
      { class: "chips" },
      isToken && chip(t("browser.kind.local-storage"), "term"),
      item.foreign && chip(t("browser.foreign"), "term"),
      ...item.attributes.map((attribute) => chip(attribute, "term")),
    ),
    el(
      "p",
      { class: item.script_readable ? "reach exposed" : "reach" },
      icon(item.script_readable ? "eye" : "shut"),
      t(item.script_readable ? "browser.script.yes" : "browser.script.no"),
      " ",
      el("span", { class: "source" }, t(item.source === "inferred" ? "browser.inferred" : "browser.read")),
    ),
    item.parts.length > 0 && parts(item.parts, item.value),
  );
}

customElements.define("lab-browser", LabBrowser);
