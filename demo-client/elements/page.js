// The whole page: it draws each view that the lab sends, and carries each
// action to the three columns or to the lab.

import { place } from "../address.js";
import { Arrivals } from "../arrivals.js";
import { setClock } from "../clock.js";
import { el } from "../dom.js";
import { Frames } from "../frames.js";
import { Links } from "../links.js";
import { onKeys } from "../keys.js";
import { control, lessons } from "../lab.js";
import { speak, t } from "../language.js";
import { remember } from "../preferences.js";
import { focused, onPresent, toggle } from "../presenter.js";
import { runs } from "../variants.js";
import { SEEDS } from "./action-bar.js";
import "./attacks.js";
import "./columns.js";
import "./countdown.js";
import { Drawer } from "./drawer.js";
import "./fault-bar.js";
import { KeyList } from "./key-list.js";
import "./lesson.js";
import "./lessons.js";
import { Notices } from "./notices.js";
import { Lures } from "./lures.js";
import { saveReport } from "./report.js";
import "./scoreboard.js";
import "./sequence.js";
import { Spoken } from "./spoken.js";
import "./steps.js";
import "./tabs.js";
import { Teaching } from "./teaching.js";
import "./top-bar.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {import("../lab.js").Command} Command
 * @typedef {import("../lab.js").Line} Line
 * @typedef {import("./action-bar.js").Action} Action
 */

export class LabPage extends HTMLElement {
  #skip = el("a", { class: "skip", href: "#main", click: (/** @type {Event} */ event) => this.#toMain(event) });
  #top = el("lab-top-bar");
  #actions = el("lab-action-bar");
  #faults = el("lab-fault-bar", { id: "faults" });
  #steps = el("lab-steps");
  #drawer = new Drawer(() => this.#turn());
  #around = el("div", { class: "around" }, this.#faults, this.#steps, this.#drawer.button);
  #tabs = el("lab-tabs");
  #columns = el("lab-columns");
  #lesson = el("lab-lesson", { hidden: true });
  #lessons = el("lab-lessons", { hidden: true });
  #attacks = el("lab-attacks", { hidden: true });
  #sequence = el("lab-sequence", { id: "sequence", hidden: true });
  #scoreboard = el("lab-scoreboard", { hidden: true });
  /** The views that have an element of their own. @type {Record<string, HTMLElement>} */
  #views = { lesson: this.#lesson, lessons: this.#lessons, sequence: this.#sequence, attacks: this.#attacks, scoreboard: this.#scoreboard };
  /** Until there is something to show. */
  #loading = el("p", { class: "loading" });
  #main = el("main", { id: "main", tabindex: -1 }, this.#loading, this.#tabs, this.#columns, this.#lessons, this.#sequence, this.#attacks, this.#scoreboard);
  /** @type {import("../view").Lesson[]} */
  #taught = [];
  #links = new Links();
  /** The lessons have been asked for, and have come or not. */
  #asked = false;
  #teaching = new Teaching(this.#lesson, this.#lessons, {
    view: () => this.#view,
    settled: () => this.#arrivals.until(() => true),
    reset: () => this.#reset(true),
    done: () => this.#steps.count,
  });
  #keys = new KeyList();
  /** News and verdicts are announced, ticks are not (WCAG 2.2, 4.1.3). */
  #status = el("p", { class: "hidden", role: "status" });
  #notices = new Notices(this.#top, this.#status);
  #spoken = new Spoken(this.#status);
  #frames = new Frames(this);
  #lures = new Lures(this.#frames, () => this.#view, this.#steps);
  #arrivals = new Arrivals();
  /** @type {View | null} */
  #view = null;

  connectedCallback() {
    this.append(this.#skip, this.#top, this.#actions, this.#around, this.#lesson, this.#main, this.#status, this.#keys.dialog);
    this.#frame();
    this.#turn();
    onPresent(() => this.#turn());
    onKeys({ p: () => toggle(this.#tabs.shown), "?": () => this.#keys.open(), " ": () => this.#lesson.press() });
    addEventListener("hashchange", () => this.#turn());
    void this.#teach();
  }

  async #teach() {
    this.#taught = await lessons();
    this.#asked = true;
    this.#turn();
  }

  /** Which view the address names; without one, what happens. */
  #turn() {
    const { view: shown, lesson, wrong } = place(location.hash, this.#taught);
    const ready = this.#asked && this.#view !== null;
    this.#loading.hidden = ready;
    for (const [name, part] of Object.entries(this.#views)) part.hidden = name !== shown || !ready;
    const acting = shown === "state" || shown === "sequence";
    for (const part of [this.#actions, this.#around]) part.hidden = !acting || !ready;
    if (!acting) this.#steps.toLive();
    for (const part of [this.#tabs, this.#columns]) part.hidden = (shown !== "state" && shown !== "lesson") || !ready;
    const focus = shown === "state" || shown === "lesson" ? focused() : null;
    const beside = this.#drawer.place(shown === "state" && focus === null);
    if (beside) this.#sequence.hidden = !ready;
    this.#sequence.toggleAttribute("data-beside", beside);
    for (const part of [this.#main, document.documentElement]) part.toggleAttribute("data-beside", beside);
    document.documentElement.toggleAttribute("data-present", focus !== null);
    this.#tabs.present(focus);
    for (const part of [this.#top, this.#faults]) part.present(focus !== null);
    this.#top.turn(shown === "lesson" ? "lessons" : shown);
    this.#teaching.show(this.#taught);
    this.#draw();
    this.#teaching.turn(lesson);
    if (ready && wrong !== null) this.#notices.wrong([wrong]);
  }

  /** A step of a lesson is done when its verdicts are there. @param {import("../view").Step} step */
  async #perform({ act, account, span, switch: turned }) {
    const username = account ?? "";
    switch (act) {
      case "login": await this.#lockstep({ do: "login", username, password: SEEDS[username] ?? "", remember: false }); break;
      case "visit": case "admin": case "logout": await this.#lockstep({ do: act }); break;
      case "replay": case "forge": case "demote": case "promote": case "flush": await this.#done({ action: act }); break;
      case "link": case "foreign": case "sibling": await this.#lured(act); break;
      case "restart": await this.#done({ action: "restart", new_keys: false }); break;
      case "rekey": await this.#done({ action: "restart", new_keys: true }); break;
      case "cut": await this.#done({ action: "line", line: "cut" }); break;
      case "ahead": await this.#done({ action: "ahead", seconds: span ?? 0 }); break;
      case "mend": await this.#done({ action: "line", line: "well" }); break;
      case "switch": if (turned) await this.#done({ action: "variant", column: turned.column, choice: turned.choice }); break;
    }
    const isRequest = ["login", "visit", "admin", "logout", "replay", "forge", "link", "foreign", "sibling"].includes(act);
    if (isRequest) await this.#arrivals.until((view) => view.columns.every(({ verdict }) => verdict?.action === act));
  }

  /** A page of the attacker's for each column. @param {"link" | "foreign" | "sibling"} act */
  async #lured(act) {
    const attack = { link: "link-elsewhere", foreign: "form-elsewhere", sibling: "form-sibling" }[act];
    const aims = (this.#view?.columns ?? []).map(({ id: column }) => ({ attack, column, loggedOut: false }));
    if (!(await this.#lures.open(aims))) this.#notices.say("lure.popup");
  }

  /** @param {View} view */
  show(view) {
    setClock(view.now_ms);
    const first = this.#view === null;
    this.#view = view;
    if (first) this.#turn();
    // What somebody else did is news, be it in words that were read before.
    if (this.#steps.take(view)) this.#notices.renew();
    this.#draw();
    this.#arrivals.arrived(view);
    void this.#links.follow(view, (command) => this.#done(command), (wrong) => this.#notices.wrong(wrong));
  }

  /** @param {Line} line */
  line(line) {
    this.#notices.say(line === "lost" ? "trouble.lost" : null);
  }

  /** All that depends on the language alone. The iframes stay: they would load anew. */
  #frame() {
    document.title = t("title");
    this.#skip.textContent = t("skip");
    this.#loading.textContent = t("loading");
    this.#top.frame(
      (profile) => void this.#done({ action: "profile", profile }),
      (language) => void this.#speak(language),
      () => toggle(this.#tabs.shown),
      () => this.#dismiss(),
      () => this.#keys.open(),
    );
    this.#keys.frame();
    this.#actions.frame((action) => this.#run(action));
    this.#faults.frame((command) => void this.#done(command));
    const report = () => void saveReport(this.#steps.all, this.#taught, this.#view);
    this.#steps.frame(() => this.#draw(), report);
    this.#drawer.frame();
    this.#sequence.frame();
    this.#scoreboard.frame(report);
    this.#attacks.frame(this.#lures, (column, choice) => this.#done({ action: "variant", column, choice }));
    this.#lesson.frame(async (step) => {
      await this.#perform(step);
      this.#teaching.stepped();
    });
    this.#teaching.show(this.#taught);
    this.#columns.frame();
  }

  #draw() {
    const live = this.#view;
    const step = this.#steps.shown;
    if (live === null || step === null) return;
    // An earlier step is looked at; the iframes, the buttons and the lesson stay with what is.
    const { view, since } = step;
    this.#frames.keep(live.columns);
    this.toggleAttribute("data-past", this.#steps.isPast);
    const anew = this.#columns.show(view, (column, choice) => void this.#done({ action: "variant", column, choice }));
    if (anew) this.#tabs.frame(view.columns);
    this.#sequence.show(view, since);
    this.#top.show(live);
    this.#actions.show(live);
    this.#faults.show(live);
    this.#attacks.show(live.columns);
    this.#scoreboard.show(live);
    this.#lesson.show(live);
    this.#tabs.show(view.columns, view.ahead_ms);
    this.#notices.show(view.notice);
    this.#spoken.hear(view);
  }

  /** @param {Action} action */
  #run(action) {
    switch (action) {
      case "login": return this.#lockstep({ do: "login", ...this.#actions.credentials });
      case "visit": return this.#lockstep({ do: "visit" });
      case "admin": return this.#lockstep({ do: "admin" });
      case "logout": return this.#lockstep({ do: "logout" });
      case "roles": return this.#done({ action: this.#admin() ? "demote" : "promote" });
      case "replay": return this.#done({ action: "replay" });
      case "reset": return this.#reset();
    }
  }

  #admin() {
    return this.#view?.roles["root"]?.includes("admin") ?? false;
  }

  /** It is done when what came of it is on the page. @param {import("../frames.js").Deed} deed */
  async #lockstep(deed) {
    const columns = this.#view?.columns ?? [];
    const order = (/** @type {import("../view").Column} */ column) => ({ ...deed, by_cookie: runs(column, "cookie") });
    const answers = await this.#steps.during(deed, async () => {
      const answers = await Promise.all(columns.map((column) => this.#frames.act(column.id, order(column))));
      await this.#arrivals.at(...answers.map(({ revision }) => revision));
      return answers;
    });
    // What was said before the action has been read; what a reset says has not.
    if (deed.do !== "forget") this.#notices.read();
    if (answers.some(({ status }) => status === 0)) this.#notices.say("trouble.column");
  }

  /** Whether it was; then it is on the page. @param {Command} command */
  async #done(command) {
    const { outcome, forget } = await this.#steps.during(command, async () => {
      const done = await control(command);
      await this.#arrivals.at(done.revision);
      return done;
    });
    await Promise.all(forget.map((id) => this.#frames.act(id, { do: "forget" })));
    this.#notices.renew();
    this.#columns.restore();
    this.#notices.say(outcome === "done" ? null : `trouble.${outcome}`);
    // Drawn also when nothing came of it: the switch goes back to what is.
    this.#draw();
    return outcome === "done";
  }

  /** The lab first: when it cannot, the logins still stand, and so must the browser's part of them. */
  async #reset(usual = false) {
    if (!(await this.#done({ action: "reset", usual }))) return;
    this.#actions.start();
    this.#steps.anew();
    await this.#lockstep({ do: "forget" });
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

  /** The view stays: what stands behind the # of the address is its name. @param {Event} event */
  #toMain(event) {
    event.preventDefault();
    this.#main.focus();
  }

  /** The button goes with what it stands beside. */
  #dismiss() {
    this.#notices.read();
    this.#main.focus();
  }
}

customElements.define("lab-page", LabPage);
