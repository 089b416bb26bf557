// The scoreboard: what each mechanism costs and what it holds, and beside each
// number what it does not prove. No column wins.

import { now } from "../clock.js";
import { el } from "../dom.js";
import { clock, micros } from "../format.js";
import { icon } from "../icons.js";
import { measure, scoreboard } from "../lab.js";
import { LANGUAGES, fromLab, language, t } from "../language.js";
import { ROWS, cell } from "../scores.js";

/**
 * @typedef {import("../scoreboard").Scoreboard} Scoreboard
 * @typedef {import("../scores.js").Row} Row
 * @typedef {import("../view").View} View
 */

const COLUMNS = /** @type {const} */ (["cookie", "session", "jwt"]);
/** Between two looks while the page is in use. */
const PAUSE_MS = 500;

export class LabScoreboard extends HTMLElement {
  /** @type {Scoreboard | null} */
  #board = null;
  #redis = false;
  /** Of the view that came last, and of the one that was looked at. */
  #newest = -1;
  #revision = -1;
  #looking = false;
  #print = "";
  #running = false;
  #measure = el("button", { type: "button", class: "all", click: () => void this.#round() });
  #said = el("p", { class: "sum", role: "status" });
  #table = el("div", { class: "scroll", tabindex: 0 });

  /** All that depends on the language. @param {() => void} report saves all of it */
  frame(report) {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("view.scoreboard"));
    this.#measure.textContent = t("scores.measure");
    this.#measure.title = t("scores.measure.long");
    this.#table.setAttribute("role", "group");
    this.#table.setAttribute("aria-label", t("view.scoreboard"));
    const save = el("button", { type: "button", title: t("report.save.long"), click: report }, t("report.save"));
    this.replaceChildren(
      el("div", { class: "bar" }, this.#measure, this.#said, save),
      el("p", { class: "loopback" }, icon("unavailable"), el("span", {}, t("scores.loopback"))),
      this.#table,
    );
    this.#print = "";
    this.#say(t("scores.measure.long"));
    this.#draw();
  }

  /** @param {View} view */
  show(view) {
    this.#redis = view.store.kind !== "embedded";
    this.#newest = view.revision;
    this.#follow();
  }

  /** As it is now. @returns {Promise<Scoreboard | null>} */
  async current() {
    return (await scoreboard()) ?? this.#board;
  }

  /** What changes during the pause is looked at after it. */
  #follow() {
    if (!this.hidden && !this.#looking && this.#newest !== this.#revision) void this.#look();
  }

  async #look() {
    this.#looking = true;
    this.#revision = this.#newest;
    this.#board = (await scoreboard()) ?? this.#board;
    this.#draw();
    setTimeout(() => {
      this.#looking = false;
      this.#follow();
    }, PAUSE_MS);
  }

  async #round() {
    if (this.#running) return;
    this.#running = true;
    this.#measure.setAttribute("aria-disabled", "true");
    this.#say(t("scores.measuring"));
    const came = await measure();
    this.#running = false;
    this.#measure.setAttribute("aria-disabled", "false");
    if (typeof came === "string") {
      const { text, lang } = fromLab(came);
      this.#say(t("scores.failed", { why: text }), lang);
      return;
    }
    this.#board = came;
    this.#say("");
    this.#draw();
  }

  /** @param {string} text @param {string} [tag] */
  #say(text, tag = LANGUAGES[language()].tag) {
    this.#said.lang = tag;
    this.#said.textContent = text;
  }

  #draw() {
    const board = this.#board;
    if (board === null) return;
    const print = language() + JSON.stringify([board, this.#redis]);
    if (print === this.#print) return;
    this.#print = print;
    const { measured } = board;
    // A reset has forgotten the round of which it was said.
    if (measured === null && this.#said.dataset["measured"] === "") this.#say(t("scores.measure.long"));
    this.#said.toggleAttribute("data-measured", measured !== null);
    if (measured !== null && !this.#running) {
      const { text: store } = fromLab(measured.store);
      this.#say(t("scores.measured", { store, time: at(measured.at_ms), took: micros(measured.took_ms * 1_000) }));
    }
    const head = el("tr", {}, el("th", { scope: "col" }, t("scores.what")), ...COLUMNS.map((column, index) => heading(column, board.settings[index] ?? [])));
    const rows = ROWS.map((row) => this.#row(board, row));
    this.#table.replaceChildren(el("table", {}, el("caption", {}, t("scores.about")), el("thead", {}, head), el("tbody", {}, ...rows)));
  }

  /** @param {Scoreboard} board @param {Row} row */
  #row(board, row) {
    const cells = COLUMNS.map((name, column) => {
      const { figure, spread, source, tone } = cell(board, row, column, this.#redis, t, at);
      return el(
        "td",
        { "data-column": name, "data-source": source, "data-tone": tone === "none" ? null : tone },
        el("span", { class: "large" }, figure),
        spread !== "" && el("span", { class: "figure" }, source === "here" ? t("scores.here", { spread }) : spread),
      );
    });
    return el(
      "tr",
      { "data-row": row },
      el("th", { scope: "row" }, el("span", { class: "measure" }, t(`scores.${row}`)), el("span", { class: "caveat" }, t(`scores.${row}.not`))),
      ...cells,
    );
  }
}

/** @param {typeof COLUMNS[number]} column @param {string[]} settings */
function heading(column, settings) {
  const how = el("span", { class: "caveat", lang: "en" }, settings.join(", "));
  return el("th", { scope: "col" }, icon(column), " ", t(`column.${column}.short`), how);
}

/** @param {number} ms */
function at(ms) {
  return clock(ms, now(), LANGUAGES[language()].tag);
}

customElements.define("lab-scoreboard", LabScoreboard);
