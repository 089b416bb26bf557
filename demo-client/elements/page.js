// The whole page: it draws each view that the lab sends, and carries each
// action to the three columns or to the lab.

import { setClock } from "../clock.js";
import { el } from "../dom.js";
import { Frames } from "../frames.js";
import { control } from "../lab.js";
import { fromLab, speak, t } from "../language.js";
import { remember } from "../preferences.js";
import { slug } from "../sentences.js";
import "./action-bar.js";
import "./attacks.js";
import "./column.js";
import "./countdown.js";
import "./fault-bar.js";
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
  #tabs = el("lab-tabs");
  #columns = el("div", { class: "columns" });
  #attacks = el("lab-attacks", { hidden: true });
  #main = el("main", { id: "main", tabindex: -1 }, this.#tabs, this.#columns, this.#attacks);
  /** News and verdicts are announced, ticks are not (WCAG 2.2, 4.1.3). */
  #status = el("p", { class: "hidden", role: "status" });
  #frames = new Frames(this);
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
    this.append(this.#skip, this.#top, this.#actions, this.#faults, this.#main, this.#status);
    this.#frame();
    addEventListener("hashchange", () => this.#turn());
    this.#turn();
  }

  /** Which view the address names: what happens, or the attacks. */
  #turn() {
    const attacks = location.hash === "#attacks";
    this.#attacks.hidden = !attacks;
    for (const part of [this.#tabs, this.#columns, this.#actions, this.#faults]) part.hidden = attacks;
    this.#top.turn(attacks ? "attacks" : "state");
  }

  /** @param {View} view */
  show(view) {
    setClock(view.now_ms);
    this.#view = view;
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
    this.#attacks.frame();
    this.#shown.clear();
    this.#columns.replaceChildren();
  }

  #draw() {
    const view = this.#view;
    if (view === null) return;
    this.#frames.keep(view.columns);
    if (this.#shown.size === 0) this.#frameColumns(view);
    for (const column of view.columns) this.#shown.get(column.id)?.show(column, view.profile);
    this.#top.show(view);
    this.#actions.show(view);
    this.#faults.show(view);
    this.#attacks.show(view.profile);
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
    const { text, lang } = trouble ?? fromLab(this.#view?.notice ?? "");
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

/** @param {View} view the verdicts in one sentence each */
function spoken(view) {
  return view.columns
    .flatMap(({ id, verdict }) =>
      verdict === null
        ? []
        : [t("announce", { column: t(`column.${id}.short`), word: t(`word.${slug(verdict.word)}`) })],
    )
    .join(" ");
}

customElements.define("lab-page", LabPage);
