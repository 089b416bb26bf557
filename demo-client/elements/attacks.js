// The attacks: a row each, a cell for each column, and the evidence of the one
// that was chosen. What comes out is a check of the suite, run by the lab; or what
// a page of the attacker's did in this browser, where only a browser decides.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { attack, attacks } from "../lab.js";
import { language, t } from "../language.js";
import { slug } from "../sentences.js";
import { evidence } from "./evidence.js";
import { lureEvidence } from "./lure-evidence.js";

/**
 * @typedef {import("../view").Attack} Attack
 * @typedef {import("../view").Mechanism} Mechanism
 * @typedef {import("../view").Tried} Tried
 * @typedef {import("../view").Lured} Lured
 * @typedef {import("./lures.js").Lures} Lures
 * @typedef {{attack: string, column: Mechanism}} Place
 */

/** @type {Mechanism[]} */
const COLUMNS = ["cookie", "session", "jwt"];

export class LabAttacks extends HTMLElement {
  /** @type {Attack[]} */
  #list = [];
  /** What came out, by attack and column. @type {Map<string, Tried | Lured | "running" | "failed">} */
  #tried = new Map();
  /** @type {Map<string, HTMLTableCellElement>} */
  #cells = new Map();
  /** @type {Place | null} */
  #chosen = null;
  /** How the columns run, as far as it makes a difference here. */
  #runs = "";
  /** How often the profile or the page has begun anew: what comes from before is dropped. */
  #turn = 0;
  /** @type {Lures | null} */
  #lures = null;
  #trouble = el("p", { class: "trouble", role: "status" });
  #sum = el("p", { class: "sum", role: "status" });
  #all = el("button", { type: "button", class: "all", click: () => void this.#runAll() });
  #evidence = el("aside", { class: "evidence", tabindex: 0 });

  /** @param {import("../view").Column[]} columns */
  show(columns) {
    const runs = JSON.stringify(columns.map(({ profile, settings }) => [profile, settings]));
    if (runs === this.#runs) return;
    // What is known of other variants says nothing of these.
    this.#runs = runs;
    this.#turn += 1;
    this.#tried.clear();
    this.#draw();
  }

  /** All that depends on the language. @param {Lures} lures */
  frame(lures) {
    this.#lures = lures;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("view.attacks"));
    if (this.#list.length === 0) void this.#load();
    else this.#table();
  }

  async #load() {
    this.#list = await attacks();
    this.#table();
  }

  #table() {
    this.#cells.clear();
    const head = el("tr", {}, el("th", { scope: "col" }, t("attacks.attack")), ...COLUMNS.map((column) => heading(column)));
    const rows = (/** @type {boolean} */ here) => this.#list.filter(({ way }) => (way !== null) === here).map((one) => this.#row(one));
    const table = el(
      "table",
      {},
      el("caption", {}, t("attacks.about")),
      el("thead", {}, head),
      el("tbody", {}, ...rows(false)),
      el("tbody", { class: "lures" }, this.#group(), ...rows(true)),
    );
    this.#all.textContent = t("attacks.all");
    this.#evidence.setAttribute("aria-label", t("attacks.evidence"));
    this.replaceChildren(
      el("div", { class: "range" }, el("div", { class: "bar" }, this.#all, this.#sum), el("div", { class: "scroll", tabindex: 0 }, table)),
      this.#evidence,
    );
    this.#draw();
  }

  /** What stands over the attacks that need this browser. */
  #group() {
    const places = () => this.#list.filter(({ way }) => way !== null).flatMap((one) => everywhere(one));
    const all = el("button", { type: "button", class: "all", click: () => void this.#lure(places()) }, t("attacks.lures.all"));
    const about = el("div", {}, el("p", {}, t("attacks.lures"), " ", all), this.#trouble);
    return el("tr", {}, el("th", { scope: "rowgroup", colspan: COLUMNS.length + 1 }, about));
  }

  /** @param {Attack} one */
  #row(one) {
    const run = el("button", { type: "button", class: "try", click: () => void this.#runRow(one) }, t(`attack.${one.name}`));
    return el("tr", { "data-attack": one.name }, el("th", { scope: "row" }, run), ...COLUMNS.map((column) => this.#cell(one, column)));
  }

  /** @param {Attack} one @param {Mechanism} column */
  #cell(one, column) {
    const cell = el("td", { "data-column": column });
    if (one.columns.includes(column)) this.#cells.set(key({ attack: one.name, column }), cell);
    else cell.append(el("span", { class: "nothing", title: t("attacks.nothing") }, "–"));
    return cell;
  }

  #draw() {
    for (const [at, cell] of this.#cells) {
      const [name = "", column = ""] = at.split(" ");
      this.#fill(cell, { attack: name, column: /** @type {Mechanism} */ (column) });
    }
    this.#summarise();
    const chosen = this.#chosen === null ? undefined : this.#tried.get(key(this.#chosen));
    this.#evidence.replaceChildren(
      ...(typeof chosen === "object" ? this.#evident(chosen) : [el("p", { class: "empty" }, t("attacks.choose"))]),
    );
  }

  /** @param {Tried | Lured} tried */
  #evident(tried) {
    if ("check" in tried) return evidence(tried);
    return lureEvidence(tried, this.#named(tried.attack)?.way ?? "");
  }

  /** @param {string} name */
  #named(name) {
    return this.#list.find((one) => one.name === name);
  }

  /** @param {HTMLTableCellElement} cell @param {Place} place */
  #fill(cell, place) {
    const tried = this.#tried.get(key(place));
    const print = language() + JSON.stringify([tried, this.#isChosen(place)]);
    if (cell.dataset["print"] === print) return;
    cell.dataset["print"] = print;
    cell.dataset["tone"] = typeof tried === "object" ? tried.tone : "none";
    const focused = cell.contains(document.activeElement);
    const button = el(
      "button",
      { type: "button", class: "outcome", "aria-pressed": String(this.#isChosen(place)), click: () => void this.#choose(place) },
      ...outcome(tried),
    );
    cell.replaceChildren(button);
    if (focused) button.focus();
  }

  /** @param {Place} place */
  #isChosen(place) {
    return this.#chosen !== null && key(this.#chosen) === key(place);
  }

  #summarise() {
    const all = [...this.#tried.values()].filter((tried) => typeof tried === "object");
    const running = [...this.#tried.values()].includes("running");
    this.#all.setAttribute("aria-disabled", String(running));
    const count = (/** @type {string} */ tone) => all.filter((tried) => tried.tone === tone).length;
    this.#sum.textContent =
      all.length === 0
        ? t("attacks.none")
        : t("attacks.sum", { tried: all.length, all: this.#cells.size, denied: count("good"), known: count("warn"), surprises: count("bad") });
  }

  /** The evidence; tried first where it was not. @param {Place} place */
  async #choose(place) {
    this.#chosen = place;
    const isLure = (this.#named(place.attack)?.way ?? null) !== null;
    if (typeof this.#tried.get(key(place)) !== "object") await (isLure ? this.#lure([place]) : this.#run(place));
    this.#draw();
  }

  /** @param {Attack} one */
  async #runRow(one) {
    const places = everywhere(one);
    this.#chosen = places[0] ?? null;
    if (one.way === null) await Promise.all(places.map((place) => this.#run(place)));
    else await this.#lure(places);
  }

  async #runAll() {
    if (this.#all.getAttribute("aria-disabled") === "true") return;
    const turn = this.#turn;
    for (const one of this.#list.filter(({ way }) => way === null)) {
      if (turn !== this.#turn) return;
      await Promise.all(everywhere(one).map((place) => this.#run(place)));
    }
  }

  /** In a tab of this browser, one after the other. @param {Place[]} places */
  async #lure(places) {
    const turn = this.#turn;
    const keep = (/** @type {Place} */ place, /** @type {Lured | null} */ lured) => {
      if (turn !== this.#turn) return;
      this.#tried.set(key(place), lured ?? "failed");
      this.#draw();
    };
    const aims = places.map((place) => ({ ...place, loggedOut: this.#named(place.attack)?.logged_out ?? false }));
    for (const place of places) this.#tried.set(key(place), "running");
    this.#draw();
    const opened = (await this.#lures?.open(aims, keep)) ?? false;
    this.#trouble.textContent = opened ? "" : t("lure.popup");
    // Where no tab came, or the one before was not done yet.
    for (const place of places) if (this.#tried.get(key(place)) === "running") keep(place, null);
  }

  /** @param {Place} place */
  async #run(place) {
    if (this.#tried.get(key(place)) === "running") return;
    const turn = this.#turn;
    this.#tried.set(key(place), "running");
    this.#draw();
    const tried = await attack(place);
    if (turn !== this.#turn) return;
    this.#tried.set(key(place), tried ?? "failed");
    this.#draw();
  }
}

/** @param {Attack} one @returns {Place[]} */
function everywhere(one) {
  return one.columns.map((column) => ({ attack: one.name, column }));
}

/** @param {Place} place */
function key({ attack: name, column }) {
  return `${name} ${column}`;
}

/** @param {Mechanism} column */
function heading(column) {
  return el("th", { scope: "col" }, icon(column), " ", t(`column.${column}.short`));
}

/** @param {Tried | Lured | "running" | "failed" | undefined} tried */
function outcome(tried) {
  if (tried === undefined) return [t("attacks.try")];
  if (tried === "running") return [icon("waiting"), t("attacks.running")];
  if (tried === "failed" || tried.word === null) return [icon("unavailable"), t("attacks.untried")];
  return [icon(slug(tried.word)), el("span", { lang: "en" }, tried.word)];
}

customElements.define("lab-attacks", LabAttacks);
