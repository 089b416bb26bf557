// One request with its answer: a line, and behind it the raw bytes.

import { el } from "../dom.js";
import { bytes, micros } from "../format.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { fold } from "../wire-text.js";
import { instant, raw, simulatedNote } from "./pieces.js";
import { takenApart } from "./taken-apart.js";

/**
 * @typedef {import("../view").Exchange} Exchange
 * @typedef {import("../view").StoreCommand} StoreCommand
 * @typedef {import("../differences.js").Difference} Difference
 * @typedef {import("../differences.js").Differences} Differences
 */

/** What an exchange can be taken away as; the last with its credentials. */
const EXPORTS = /** @type {const} */ ([["curl", ""], ["mermaid", ""], ["har", ""], ["har", "shown"]]);

/**
 * @param {Exchange} one
 * @param {string} column
 * @param {string[]} needles credentials to mark
 * @param {import("../view").Credential[]} credentials taken apart
 * @param {(open: boolean) => void} onToggle called when the reader opens or closes it
 * @param {Differences | null} differ from the other columns' exchanges; none: not compared
 */
export function exchange(one, column, needles, credentials, onToggle, differ) {
  const details = el("details", {}, summary(one));
  // `toggle` also fires when the page opens the newest; a click is the reader's.
  details.firstElementChild?.addEventListener("click", () => onToggle(!details.open));
  details.append(
    simulatedNote(one.ahead_ms) || "",
    cutNote(one),
    leg(t("wire.request"), one.bytes_up, one.request_head, one.request_body, needles, differ?.request),
    ...takenApart(one, credentials, false),
    ...commands(one.store_commands),
    leg(t("wire.answer"), one.bytes_down, one.response_head, one.response_body, needles, differ?.answer),
    ...takenApart(one, credentials, true),
    exports(one, column),
  );
  return el("li", { class: `exchange by-${one.by}` }, details);
}

/** That not all of it is here; nothing where it is. @param {Exchange} one */
export function cutNote(one) {
  return one.cut ? el("p", { class: "cut" }, t("wire.cut")) : "";
}

/** @param {Exchange} one @param {string} column */
function exports(one, column) {
  const links = EXPORTS.map(([format, credentials]) => {
    const query = new URLSearchParams({ column, format, exchange: String(one.id) });
    if (credentials !== "") query.set("credentials", credentials);
    const name = credentials === "" ? `export.${format}` : `export.${format}.${credentials}`;
    return el("a", { href: `/__lab/export?${query}`, download: "", title: t(`${name}.long`) }, t(name));
  });
  return el("p", { class: "exports" }, t("export"), ...links);
}

/** @param {Exchange} one */
function summary(one) {
  const who = t(`wire.by.${one.by}`);
  return el(
    "summary",
    {},
    el("span", { class: "who", title: who }, icon(one.by === "attacker" ? "thief" : "person")),
    el("span", { class: "hidden" }, `${who}: `),
    el("code", { class: "request", lang: "en" }, one.request_line.replace(/ HTTP\/1\.1$/, "")),
    el("span", { class: `status ${family(one.status)}` }, one.status ?? t("wire.unanswered")),
    one.store_commands.length > 0 &&
      el("span", { class: "lookups", title: t("wire.commands") }, icon("session"), one.store_commands.length),
    el("span", { class: "figure" }, one.duration_us === null ? "" : micros(one.duration_us)),
    el("span", { class: "figure at" }, instant(one.at_ms)),
  );
}

/** @param {number | null} status */
function family(status) {
  if (status === null || status >= 500) return "broken";
  return status >= 400 ? "refused" : "fine";
}

/**
 * @param {string} name
 * @param {number} count
 * @param {string} head
 * @param {string} body
 * @param {string[]} needles
 * @param {Difference} [differ]
 */
export function leg(name, count, head, body, needles, differ = { marks: {}, lacks: [] }) {
  const block = el("div", { class: "leg" }, el("p", { class: "total" }, `${name} ${bytes(count)}`));
  for (const segment of fold(head)) {
    if (segment.kind === "line") {
      block.append(line(segment.text, needles, differ));
      continue;
    }
    const other = segment.lines.filter((text) => text in differ.marks).length;
    const label = el("summary", {}, t("wire.folded", { count: segment.lines.length }), other > 0 && mark(t("differ.count", { count: other })));
    block.append(el("details", { class: "fold" }, label, ...segment.lines.map((text) => line(text, needles, differ))));
  }
  if (differ.lacks.length > 0) block.append(el("p", { class: "lacks" }, mark(t("differ.lacks")), el("code", { lang: "en" }, differ.lacks.join(", "))));
  if (body !== "") block.append(el("pre", { class: "payload", lang: "en" }, raw(body, needles)));
  return block;
}

/** @param {string} text @param {string[]} needles @param {Difference} differ */
function line(text, needles, { marks }) {
  const found = marks[text];
  const wire = el("pre", { lang: "en" }, raw(text, needles));
  return found === undefined ? wire : el("div", { class: "differs" }, mark(t(`differ.${found}`)), wire);
}

/** @param {string} text */
function mark(text) {
  return el("span", { class: "differ" }, text);
}

/** @param {StoreCommand[]} list @returns {Node[]} */
function commands(list) {
  if (list.length === 0) return [];
  const heading = el("h4", {}, t("wire.commands"));
  return [el("div", { class: "leg looked-up" }, heading, el("ol", {}, ...list.map(command)))];
}

/** @param {StoreCommand} one */
export function command(one) {
  return el(
    "li",
    {},
    raw(one.command),
    el(
      "p",
      { class: "reply" },
      "→ ",
      one.reply === null ? t("wire.unanswered") : raw(one.reply),
      one.reply !== null && one.duration_us !== null && el("span", { class: "figure" }, micros(one.duration_us)),
    ),
  );
}
