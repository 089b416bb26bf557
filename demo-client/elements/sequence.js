// What went from whom to whom in the last step, hop by hop. The drawing is for
// the eye; the list below it says the same, and has the bytes.

import { el } from "../dom.js";
import { bytes, micros } from "../format.js";
import { icon } from "../icons.js";
import { language, t } from "../language.js";
import { during, hops, shape } from "../sequence.js";
import { slug } from "../sentences.js";
import { drawing, written } from "./drawing.js";
import { command, cutNote, leg } from "./exchange.js";
import { simulatedNote } from "./pieces.js";
import { WholeLines } from "./whole-lines.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Exchange} Exchange
 * @typedef {import("../view").View} View
 * @typedef {import("../sequence.js").Hop} Hop
 */

export class LabSequence extends HTMLElement {
  #print = "";
  #panels = el("div", { class: "panels" });
  /** What scrolls in a drawer. */
  #strip = el("div", { class: "strip" }, this.#panels);
  #lines = new WholeLines(this.#strip, this.#panels);
  /** Each draws itself anew in the room that there is. @type {(() => void)[]} */
  #drawings = [];
  /** The room is the layout's to say, so the drawing comes a frame after it. */
  #sizes = new ResizeObserver(() => requestAnimationFrame(() => this.#fill()));

  connectedCallback() {
    this.replaceChildren(this.#strip, this.#lines.more);
    this.#sizes.observe(this.#panels);
  }

  /** All that depends on the language. */
  frame() {
    this.#lines.frame();
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("view.sequence"));
    this.#print = "";
  }

  /** @param {View} view @param {number} since the newest exchange before the step */
  show(view, since) {
    if (this.hidden) return;
    const steps = view.columns.map(({ wire }) => during(wire.exchanges, since));
    const beside = this.hasAttribute("data-beside");
    const print = language() + JSON.stringify([beside, steps, since, view.columns.map(({ verdict }) => verdict?.word), view.store.kind]);
    if (print === this.#print) return;
    this.#print = print;
    const store = view.store.kind === "embedded" ? t("sequence.store") : "Redis";
    if (beside) this.#strip.tabIndex = 0;
    else this.#strip.removeAttribute("tabindex");
    this.#drawings = [];
    this.#panels.replaceChildren(...view.columns.map((column, index) => panel(column, steps[index] ?? [], store, beside, this.#drawings)));
    this.#fill();
  }

  #fill() {
    for (const draw of this.#drawings) draw();
  }
}

/**
 * @param {Column} column
 * @param {Exchange[]} exchanges
 * @param {string} usual what a store is called here
 * @param {boolean} beside there is room for the drawing alone: the list is behind it
 * @param {(() => void)[]} drawings takes what draws it
 */
function panel(column, exchanges, usual, beside, drawings) {
  const all = hops(exchanges);
  // A column can have its store in the server's process though there is a Redis.
  const commands = exchanges.flatMap(({ store_commands }) => store_commands);
  const store = commands.some(({ bytes_up: up }) => up === null) ? t("sequence.store") : usual;
  const needles = column.browser.items.map(({ value }) => value);
  const items = all.map((hop) => item(hop, exchanges, store, needles));
  const hopList = el("ol", { class: "hops" }, ...items);
  const list = beside ? el("details", { class: "fold" }, el("summary", {}, t("sequence.list")), hopList) : hopList;
  const choose = (/** @type {number} */ index) => reveal(items, index);
  const nothing = el("p", { class: "empty" }, t("sequence.nothing"));
  const place = el("div", { class: "place" });
  if (all.length > 0) drawings.push(fitted(place, (of) => drawing(all, lanes(exchanges, store), idle(exchanges), choose, of)));
  const content = el("div", {}, simulatedNote(exchanges.at(-1)?.ahead_ms ?? 0), ...(all.length === 0 ? [nothing] : [place, absent(exchanges, store), list]));
  const body = el("div", { class: "body" }, content);
  /** @type {Node[]} */
  const edge = [];
  if (!beside) {
    const lines = new WholeLines(body, content);
    lines.frame();
    edge.push(lines.more);
    body.tabIndex = 0;
    body.setAttribute("role", "group");
    body.setAttribute("aria-label", t("card.of", { card: t("view.sequence"), column: t(`column.${column.id}`) }));
  }
  return el(
    "section",
    // Beside the columns it is a part of the drawer; there the columns are the landmarks of these names.
    { class: "panel", role: beside ? "group" : null, "data-column": column.id, "aria-labelledby": `sequence-${column.id}` },
    el(
      "header",
      { class: "head" },
      icon(column.id),
      el("h2", { id: `sequence-${column.id}` }, t(beside ? `column.${column.id}.short` : `column.${column.id}`)),
      column.verdict !== null && exchanges.length > 0 && verdict(column.verdict),
      exchanges.length > 0 && mermaid(column, exchanges),
    ),
    body,
    ...edge,
  );
}

/**
 * Draws in the room that a place has: in pixels of the usual size of letters.
 * @param {HTMLElement} place
 * @param {(of: import("../sequence.js").Shape) => Element} draw
 */
function fitted(place, draw) {
  let drawn = 0;
  return () => {
    const usual = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const room = Math.floor(place.clientWidth / usual);
    if (room === 0 || room === drawn) return;
    drawn = room;
    place.replaceChildren(draw(shape(room)));
  };
}

/** @param {NonNullable<Column["verdict"]>} of */
function verdict({ word, tone }) {
  return el("span", { class: "chip outcome-word", "data-tone": tone }, icon(slug(word)), el("span", { lang: "en" }, word));
}

/** The drawing as text, for a page of one's own. @param {Column} column @param {Exchange[]} exchanges */
function mermaid({ id }, exchanges) {
  const query = new URLSearchParams({ column: id, format: "mermaid", from: String(exchanges[0]?.id ?? 0) });
  query.set("to", String(exchanges.at(-1)?.id ?? 0));
  return el("a", { class: "save", href: `/__lab/export?${query}`, download: "", title: t("export.mermaid.long") }, t("export.mermaid"));
}

/** @param {Exchange[]} exchanges @param {string} store */
function lanes(exchanges, store) {
  const clients = [...new Set(exchanges.map(({ by }) => t(`wire.by.${by}`)))].join(" / ");
  return { client: clients, server: t("sequence.server"), store };
}

/** What stands beside the lane of a store that nobody asked. @param {Exchange[]} exchanges @returns {string | null} */
function idle(exchanges) {
  if (exchanges.some(({ store_commands }) => store_commands.length > 0)) return null;
  return exchanges.some(({ status }) => status === 503) ? t("server.no-answer") : t("server.not-consulted");
}

/** The same for those who do not see the drawing. @param {Exchange[]} exchanges @param {string} store */
function absent(exchanges, store) {
  const word = idle(exchanges);
  return word === null ? "" : el("p", { class: "hidden" }, `${store}: ${word}`);
}

/** @param {HTMLElement[]} items @param {number} index */
function reveal(items, index) {
  const details = items[index]?.querySelector("details");
  if (details === null || details === undefined) return;
  const fold = items[index]?.closest("details");
  if (fold !== null && fold !== undefined) fold.open = true;
  details.open = !details.open;
  if (details.open) details.scrollIntoView({ block: "nearest" });
}

/** @param {Hop} hop @param {Exchange[]} exchanges @param {string} store @param {string[]} needles */
function item(hop, exchanges, store, needles) {
  const one = exchanges[hop.exchange];
  const lane = lanes(one === undefined ? [] : [one], store);
  const figures = [hop.bytes === null ? null : bytes(hop.bytes), hop.us === null ? null : micros(hop.us)].filter((text) => text !== null);
  const details = el(
    "details",
    {},
    el(
      "summary",
      {},
      el("span", { class: "way" }, `${lane[hop.from]} → ${lane[hop.to]}`),
      el("code", { lang: "en" }, written(hop)),
      el("span", { class: "figure" }, figures.join(", ")),
    ),
    ...(one === undefined ? [] : [wire(hop, one, needles)]),
  );
  return el("li", { "data-kind": hop.kind }, details);
}

/** The bytes, as the wire card shows them. @param {Hop} hop @param {Exchange} one @param {string[]} needles */
function wire(hop, one, needles) {
  if (hop.command !== null) return el("ol", { class: "leg looked-up", lang: "en" }, command(hop.command));
  const bytes = hop.kind === "request"
    ? leg(t("wire.request"), one.bytes_up, one.request_head, one.request_body, needles)
    : leg(t("wire.answer"), one.bytes_down, one.response_head, one.response_body, needles);
  bytes.prepend(cutNote(one));
  return bytes;
}

customElements.define("lab-sequence", LabSequence);
