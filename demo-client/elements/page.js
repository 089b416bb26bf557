// The whole page: it draws each view that the lab sends, and carries each
// action to the three columns or to the lab.

import { setClock } from "../clock.js";
import { differences } from "../differences.js";
import { el } from "../dom.js";
import { Frames } from "../frames.js";
import { control, lessons } from "../lab.js";
import { fromLab, speak, t } from "../language.js";
import { remember } from "../preferences.js";
import { SEEDS } from "./action-bar.js";
import "./attacks.js";
import "./column.js";
import "./countdown.js";
import "./fault-bar.js";
import "./lesson.js";
import "./lessons.js";
import { Lures } from "./lures.js";
import { saveReport } from "./report.js";
import "./scoreboard.js";
import "./sequence.js";
import { spoken } from "./spoken.js";
import "./steps.js";
import "./tabs.js";
import "./top-bar.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {import("../view").Mechanism} Mechanism
 * @typedef {import("../frames.js").Order} Order
 * @typedef {import("../lab.js").Command} Command
 * @typedef {import("../lab.js").Line} Line
 * @typedef {import("./action-bar.js").Action} Action
 */

/** The three columns answer one after the other; they are announced together. */
const ANNOUNCE_AFTER_MS = 400;

export class LabPage extends HTMLElement {
  #skip = el("a", { class: "skip", href: "#main" });
  #top = el("lab-top-bar");
  #actions = el("lab-action-bar");
  #faults = el("lab-fault-bar");
  #steps = el("lab-steps");
  #around = el("div", { class: "around" }, this.#faults, this.#steps);
  #tabs = el("lab-tabs");
  #columns = el("div", { class: "columns" });
  #lesson = el("lab-lesson", { hidden: true });
  #lessons = el("lab-lessons", { hidden: true });
  #attacks = el("lab-attacks", { hidden: true });
  #sequence = el("lab-sequence", { hidden: true });
  #scoreboard = el("lab-scoreboard", { hidden: true });
  /** The views that have an element of their own. @type {Record<string, HTMLElement>} */
  #views = { lesson: this.#lesson, lessons: this.#lessons, sequence: this.#sequence, attacks: this.#attacks, scoreboard: this.#scoreboard };
  #main = el("main", { id: "main", tabindex: -1 }, this.#tabs, this.#columns, this.#lessons, this.#sequence, this.#attacks, this.#scoreboard);
  /** @type {import("../view").Lesson[]} */
  #taught = [];
  /** News and verdicts are announced, ticks are not (WCAG 2.2, 4.1.3). */
  #status = el("p", { class: "hidden", role: "status" });
  #frames = new Frames(this);
  #lures = new Lures(this.#frames, () => this.#view);
  /** @type {Map<Mechanism, import("./column.js").LabColumn>} */
  #shown = new Map();
  /** @type {View | null} */
  #view = null;
  #announced = "";
  #noticed = "";
  #announcing = 0;
  /** What the page itself has to say: a key of the catalogue. @type {string | null} */
  #trouble = null;

  connectedCallback() {
    this.append(this.#skip, this.#top, this.#actions, this.#around, this.#lesson, this.#main, this.#status);
    this.#frame();
    addEventListener("hashchange", () => this.#turn());
    void this.#teach();
  }

  async #teach() {
    this.#taught = await lessons();
    this.#turn();
  }

  /** Which view the address names; without one, what happens. */
  #turn() {
    const [view = "", name] = location.hash.slice(1).split("/");
    const lesson = view === "lesson" ? this.#taught.find((one) => one.name === name) : undefined;
    const shown = view in this.#views && (view !== "lesson" || lesson !== undefined) ? view : "state";
    for (const [name, part] of Object.entries(this.#views)) part.hidden = name !== shown;
    const acting = shown === "state" || shown === "sequence";
    for (const part of [this.#actions, this.#around]) part.hidden = !acting;
    if (!acting) this.#steps.toLive();
    for (const part of [this.#tabs, this.#columns]) part.hidden = shown !== "state" && shown !== "lesson";
    this.#top.turn(shown === "lesson" ? "lessons" : shown);
    this.#list();
    this.#draw();
    if (lesson !== undefined) void this.#lesson.begin(lesson, this.#clean());
  }

  #list() {
    this.#lessons.show(this.#taught, this.#view?.store.kind !== "embedded");
  }

  /** There are columns to be reset once the first view has come. */
  async #clean() {
    await this.#until(() => true);
    await this.#reset();
  }

  /** A step of a lesson is done when its verdicts are there. @param {import("../view").Step} step */
  async #perform({ act, account }) {
    const username = account ?? "";
    switch (act) {
      case "login": await this.#lockstep({ do: "login", username, password: SEEDS[username] ?? "", remember: false }); break;
      case "visit": case "admin": case "logout": await this.#lockstep({ do: act }); break;
      case "replay": case "forge": case "demote": case "promote": case "flush": await this.#tell({ action: act }); break;
      case "link": case "foreign": case "sibling": await this.#lured(act); break;
      case "restart": await this.#tell({ action: "restart", new_keys: false }); break;
      case "rekey": await this.#tell({ action: "restart", new_keys: true }); break;
      case "cut": await this.#tell({ action: "line", line: "cut" }); break;
      case "mend": await this.#tell({ action: "line", line: "well" }); break;
    }
    const isRequest = ["login", "visit", "admin", "logout", "replay", "forge", "link", "foreign", "sibling"].includes(act);
    if (isRequest) await this.#until((view) => view.columns.every(({ verdict }) => verdict?.action === act));
  }

  /** A page of the attacker's for each column. @param {"link" | "foreign" | "sibling"} act */
  async #lured(act) {
    const attack = { link: "link-elsewhere", foreign: "form-elsewhere", sibling: "form-sibling" }[act];
    const aims = (this.#view?.columns ?? []).map(({ id: column }) => ({ attack, column, loggedOut: false }));
    if (!(await this.#lures.open(aims))) this.#say("lure.popup");
  }

  /** The views come by themselves. @param {(view: View) => boolean} so */
  async #until(so) {
    for (let waited = 0; waited < 5_000; waited += 20) {
      if (this.#view !== null && so(this.#view)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** @param {View} view */
  show(view) {
    setClock(view.now_ms);
    this.#view = view;
    this.#steps.take(view);
    this.#draw();
  }

  /** @param {Line} line */
  line(line) {
    this.#say(line === "lost" ? "trouble.lost" : null);
  }

  /** All that depends on the language alone. The iframes stay: they would load anew. */
  #frame() {
    document.title = t("title");
    this.#skip.textContent = t("skip");
    this.#top.frame((profile) => void this.#tell({ action: "profile", profile }), (language) => void this.#speak(language));
    this.#actions.frame((action) => this.#run(action));
    this.#faults.frame((command) => void this.#tell(command));
    const report = () => void saveReport(this.#steps.all, this.#taught, this.#view);
    this.#steps.frame(() => this.#draw(), report);
    this.#sequence.frame();
    this.#scoreboard.frame(report);
    this.#attacks.frame(this.#lures);
    this.#lesson.frame((step) => this.#perform(step));
    this.#list();
    this.#shown.clear();
    this.#columns.replaceChildren();
  }

  #draw() {
    const live = this.#view;
    const step = this.#steps.shown;
    if (live === null || step === null) return;
    // An earlier step is looked at; the iframes, the buttons and the lesson stay with what is.
    const { view, since } = step;
    this.#frames.keep(live.columns);
    this.toggleAttribute("data-past", this.#steps.isPast);
    if (this.#shown.size === 0) this.#frameColumns(view);
    const differ = differences(view.columns);
    for (const column of view.columns) this.#shown.get(column.id)?.show(column, view.profile, differ.get(column.id) ?? null);
    this.#sequence.show(view, since);
    this.#top.show(live);
    this.#actions.show(live);
    this.#faults.show(live);
    this.#attacks.show(live.profile);
    this.#scoreboard.show(live);
    this.#lesson.show(live);
    this.#tabs.show(view.columns);
    this.#showNotice();
    this.#announce(view);
  }

  /** @param {View} view */
  #frameColumns(view) {
    this.#shown = new Map(view.columns.map((column) => [column.id, el("lab-column")]));
    for (const column of view.columns) this.#shown.get(column.id)?.frame(column);
    this.#columns.replaceChildren(...this.#shown.values());
    this.#tabs.frame(view.columns);
  }

  /** @param {Action} action */
  #run(action) {
    switch (action) {
      case "login": return this.#lockstep({ do: "login", ...this.#actions.credentials });
      case "visit": return this.#lockstep({ do: "visit" });
      case "admin": return this.#lockstep({ do: "admin" });
      case "logout": return this.#lockstep({ do: "logout" });
      case "roles": return this.#tell({ action: this.#admin() ? "demote" : "promote" });
      case "replay": return this.#tell({ action: "replay" });
      case "reset": return this.#reset();
    }
  }

  #admin() {
    return this.#view?.roles["root"]?.includes("admin") ?? false;
  }

  /** @param {Order} order */
  async #lockstep(order) {
    this.#steps.begin(order);
    const columns = this.#view?.columns ?? [];
    const statuses = await Promise.all(columns.map(({ id }) => this.#frames.act(id, order)));
    this.#say(statuses.includes(0) ? "trouble.column" : null);
  }

  /** @param {Command} command */
  async #tell(command) {
    await this.#done(command);
  }

  /** @param {Command} command */
  async #done(command) {
    this.#steps.begin(command);
    const outcome = await control(command);
    this.#say(outcome === "done" ? null : `trouble.${outcome}`);
    // Drawn also when nothing came of it: the switch goes back to what is.
    this.#draw();
    return outcome === "done";
  }

  /** The lab first: when it cannot, the logins still stand, and so must the browser's part of them. */
  async #reset() {
    if (await this.#done({ action: "reset" })) await this.#lockstep({ do: "forget" });
  }

  /** @param {import("../language.js").Language} language */
  async #speak(language) {
    remember("language", language);
    await speak(language);
    this.#frame();
    this.#draw();
    // The button that was pressed is gone; its successor takes the focus.
    const button = this.querySelector("button[data-language]");
    if (button instanceof HTMLElement) button.focus();
  }

  /** @param {string | null} trouble */
  #say(trouble) {
    this.#trouble = trouble;
    this.#showNotice();
  }

  #showNotice() {
    const trouble = this.#trouble === null ? null : { text: t(this.#trouble), lang: document.documentElement.lang };
    const { text, lang } = trouble ?? fromLab(this.#steps.shown?.view.notice ?? "");
    if (text === this.#noticed) return;
    this.#noticed = text;
    this.#top.notice(text, lang, trouble !== null);
    this.#status.textContent = text;
  }

  /** @param {View} view */
  #announce(view) {
    const told = JSON.stringify(view.columns.map(({ verdict, wire }) => [verdict, wire.exchanges.length]));
    if (told === this.#announced) return;
    this.#announced = told;
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => {
      this.#status.textContent = spoken(view);
    }, ANNOUNCE_AFTER_MS);
  }
}

customElements.define("lab-page", LabPage);
