// The attacks: a row each, a cell for each column, and the evidence of the one
// that was chosen. What comes out is a check of the suite, run by the lab; or what
// a page of the attacker's did in this browser, where only a browser decides.

import { sum } from "../attack-sum.js";
import { el } from "../dom.js";
import { attack, attacks } from "../lab.js";
import { language, t } from "../language.js";
import { everywhere, heading, key, outcome, runsAs } from "./attack-cells.js";
import { evidence } from "./evidence.js";
import { lureEvidence } from "./lure-evidence.js";
import "./progress.js";

/**
 * @typedef {import("../view").Attack} Attack
 * @typedef {import("../view").Mechanism} Mechanism
 * @typedef {import("../view").Tried} Tried
 * @typedef {import("../view").Lured} Lured
 * @typedef {import("./lures.js").Lures} Lures
 * @typedef {(column: Mechanism, choice: string) => Promise<unknown>} Switching
 * @typedef {import("./attack-cells.js").Place} Place
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
  /** How each column runs: what is not as usual. @type {Map<Mechanism, string[]>} */
  #runs = new Map();
  /** How often each column was switched: what comes from before is dropped. @type {Map<Mechanism, number>} */
  #turns = new Map();
  /** @type {Lures | null} */
  #lures = null;
  /** @type {Switching} */
  #switching = async () => {};
  #progress = el("lab-progress", { hidden: true });
  #luring = el("lab-progress", { hidden: true });
  #trouble = el("p", { class: "trouble", role: "status" });
  #sum = el("p", { class: "sum", role: "status" });
  #all = el("button", { type: "button", class: "all", click: () => void this.#runAll() });
  #evidence = el("aside", { class: "evidence", tabindex: 0 });

  /** @param {import("../view").Column[]} columns */
  show(columns) {
    for (const column of columns) {
      const [before, now] = [this.#runs.get(column.id), runsAs(column)];
      if (before?.join() === now.join()) continue;
      // What is known of other variants says nothing of these.
      this.#runs.set(column.id, now);
      this.#turns.set(column.id, this.#turn(column.id) + 1);
      for (const at of [...this.#tried.keys()].filter((at) => at.endsWith(` ${column.id}`))) this.#tried.delete(at);
      this.#draw();
    }
  }

  /** @param {Mechanism} column */
  #turn(column) {
    return this.#turns.get(column) ?? 0;
  }

  /** All that depends on the language. @param {Lures} lures @param {Switching} switching turns a choice of a column on */
  frame(lures, switching) {
    this.#lures = lures;
    this.#switching = switching;
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
    this.#all.textContent = t("attacks.all", { count: this.#places(false).length });
    this.#evidence.setAttribute("aria-label", t("attacks.evidence"));
    this.replaceChildren(
      el("div", { class: "range" }, el("div", { class: "bar" }, this.#all, this.#progress, this.#sum), el("div", { class: "scroll", tabindex: 0 }, table)),
      this.#evidence,
    );
    this.#draw();
  }

  /** What stands over the attacks that need this browser. */
  #group() {
    const places = this.#places(true);
    const name = t("attacks.lures.all", { count: places.length });
    const all = el("button", { type: "button", class: "all", click: () => void this.#lure(places) }, name);
    const about = el("div", {}, el("p", {}, t("attacks.lures"), " ", all, " ", this.#luring), this.#trouble);
    return el("tr", {}, el("th", { scope: "rowgroup", colspan: COLUMNS.length + 1 }, about));
  }

  /** Every cell of one kind. @param {boolean} here those that need this browser */
  #places(here) {
    return this.#list.filter(({ way }) => (way !== null) === here).flatMap((one) => everywhere(one));
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
    else cell.append(el("span", { class: "nothing", title: t("attacks.never") }, "–"));
    return cell;
  }

  #draw() {
    for (const [at, cell] of this.#cells) {
      const [name = "", column = ""] = at.split(" ");
      this.#fill(cell, { attack: name, column: /** @type {Mechanism} */ (column) });
    }
    for (const head of this.querySelectorAll("thead .runs")) {
      const column = /** @type {Mechanism} */ (head.closest("th")?.dataset["column"]);
      head.textContent = this.#runs.get(column)?.join(", ") ?? "";
    }
    this.#summarise();
    const chosen = this.#chosen === null ? undefined : this.#tried.get(key(this.#chosen));
    this.#evidence.replaceChildren(
      ...(typeof chosen === "object" ? this.#evident(chosen) : [el("p", { class: "empty" }, t("attacks.choose"))]),
    );
  }

  /** @param {Tried | Lured} tried */
  #evident(tried) {
    if ("check" in tried) {
      const { attack: name, column } = tried;
      return evidence(tried, (choice) => void this.#again({ attack: name, column }, choice));
    }
    return lureEvidence(tried, this.#named(tried.attack)?.way ?? "");
  }

  /** @param {string} name */
  #named(name) {
    return this.#list.find((one) => one.name === name);
  }

  /** @param {HTMLTableCellElement} cell @param {Place} place */
  #fill(cell, place) {
    const tried = this.#tried.get(key(place));
    // The profile stands over the column: it is the same for every cell.
    const runs = (this.#runs.get(place.column) ?? []).filter((word) => word !== "stateless");
    const print = language() + JSON.stringify([tried, runs, this.#isChosen(place)]);
    if (cell.dataset["print"] === print) return;
    cell.dataset["print"] = print;
    cell.dataset["tone"] = typeof tried === "object" ? tried.tone : "none";
    const focused = cell.contains(document.activeElement);
    const button = el(
      "button",
      { type: "button", class: "outcome", "aria-pressed": String(this.#isChosen(place)), click: () => void this.#choose(place) },
      ...outcome(tried),
      // The word says nothing without how the server ran.
      typeof tried === "object" && runs.length > 0 && el("span", { class: "runs" }, runs.join(", ")),
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
    const running = [...this.#tried.values()].includes("running") || !this.#progress.hidden;
    this.#all.setAttribute("aria-disabled", String(running));
    this.#sum.textContent = all.length === 0 ? t("attacks.none") : t("attacks.sum", sum(all, { lab: this.#places(false).length, lures: this.#places(true).length }));
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

  /** Switches the column, and tries the same once more. @param {Place} place @param {string} choice */
  async #again(place, choice) {
    this.#chosen = place;
    await this.#switching(place.column, choice);
    await this.#run(place);
  }

  async #runAll() {
    if (this.#all.getAttribute("aria-disabled") === "true") return;
    const turns = JSON.stringify([...this.#turns]);
    // Cells are counted, as on the button and in the sum: an attack has up to three.
    const count = this.#places(false).length;
    let at = 1;
    this.#progress.begin();
    for (const one of this.#list.filter(({ way }) => way === null)) {
      if (this.#progress.stopped || turns !== JSON.stringify([...this.#turns])) break;
      const places = everywhere(one);
      this.#progress.step(at, count, t(`attack.${one.name}`));
      await Promise.all(places.map((place) => this.#run(place)));
      at += places.length;
    }
    this.#progress.end();
    this.#draw();
  }

  /** In a tab of this browser, one after the other. @param {Place[]} places */
  async #lure(places) {
    if (!this.#luring.hidden) return;
    const turns = new Map(this.#turns);
    const keep = (/** @type {Place} */ place, /** @type {Lured | null | "left"} */ lured) => {
      if (turns.get(place.column) !== this.#turns.get(place.column)) return;
      if (lured === "left") this.#tried.delete(key(place));
      else this.#tried.set(key(place), lured ?? "failed");
      this.#draw();
    };
    this.#luring.begin();
    const walk = {
      stopped: () => this.#luring.stopped,
      begins: (/** @type {number} */ at, /** @type {Place} */ { attack: name, column }) =>
        this.#luring.step(at, places.length, `${t(`attack.${name}`)}, ${t(`column.${column}.short`)}`),
      told: keep,
    };
    const aims = places.map((place) => ({ ...place, loggedOut: this.#named(place.attack)?.logged_out ?? false }));
    for (const place of places) this.#tried.set(key(place), "running");
    this.#draw();
    const opened = (await this.#lures?.open(aims, walk)) ?? false;
    this.#luring.end();
    this.#trouble.textContent = opened ? "" : t("lure.popup");
    // Where no tab came, or the one before was not done yet.
    for (const place of places) if (this.#tried.get(key(place)) === "running") keep(place, null);
  }

  /** @param {Place} place */
  async #run(place) {
    if (this.#tried.get(key(place)) === "running") return;
    const turn = this.#turn(place.column);
    this.#tried.set(key(place), "running");
    this.#draw();
    const tried = await attack(place);
    if (turn !== this.#turn(place.column)) return;
    this.#tried.set(key(place), tried ?? "failed");
    this.#draw();
  }
}

customElements.define("lab-attacks", LabAttacks);
