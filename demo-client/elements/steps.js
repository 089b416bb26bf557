// Back and Forward through what was done. An earlier step is shown again as it
// was; whatever is done next is done live.

import { hold, labNow } from "../clock.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { language, t } from "../language.js";
import { pageKey } from "../keys.js";
import { KEPT, Steps, named, worded } from "../steps.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {import("../lab.js").Command} Command
 */

/** Where the arrows mean something of their own. */
const ARROWS_ELSEWHERE = "input, select, textarea, [role=tab], [role=tablist], [data-arrows]";

export class LabSteps extends HTMLElement {
  #steps = new Steps();
  #back = el("button", { type: "button", class: "quiet square", "aria-keyshortcuts": "ArrowLeft", click: () => this.#go(-1) }, icon("back"));
  #forward = el("button", { type: "button", class: "quiet square", "aria-keyshortcuts": "ArrowRight", click: () => this.#go(1) }, icon("forward"));
  #where = el("p", { class: "where" });
  #live = el("button", { type: "button", class: "to-live", click: () => this.toLive() });
  #report = el("button", { type: "button", class: "quiet report" });
  #print = "";
  #redraw = () => {};
  #keys = (/** @type {KeyboardEvent} */ event) => this.#key(event);

  connectedCallback() {
    document.addEventListener("keydown", this.#keys);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#keys);
  }

  /** @param {() => void} redraw shows another step @param {() => void} report saves what was done */
  frame(redraw, report) {
    this.#redraw = redraw;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("steps"));
    this.#back.setAttribute("aria-label", t("steps.back"));
    this.#back.title = t("steps.back.long", { count: KEPT });
    this.#forward.setAttribute("aria-label", t("steps.forward"));
    this.#forward.title = t("steps.forward");
    this.#live.textContent = t("steps.live");
    this.#report.textContent = t("report.save");
    this.#report.title = t("report.save.long");
    this.#report.onclick = report;
    this.replaceChildren(this.#back, this.#where, this.#forward, this.#live, this.#report);
    this.#print = "";
    this.#draw();
  }

  /** @param {View} view what the lab sends now @returns {boolean} whether somebody else did something */
  take(view) {
    const isElsewhere = this.#steps.take(view);
    this.#draw();
    return isElsewhere;
  }

  /**
   * Does something as a step of its own. What comes when it is done is somebody else's.
   * @template T
   * @param {import("../frames.js").Deed | Command | import("../steps.js").Lured} what
   * @param {() => Promise<T>} act
   */
  async during(what, act) {
    const wasPast = this.#steps.isPast;
    this.#steps.begin(named(what, this.#steps.live?.columns ?? []));
    this.#draw();
    if (wasPast && !this.#steps.isPast) this.#redraw();
    try {
      return await act();
    } finally {
      this.#steps.settle(labNow());
    }
  }

  /** Everything was reset: what was done before is history. */
  anew() {
    this.#steps.anew();
    this.#draw();
  }

  toLive() {
    if (!this.#steps.isPast) return;
    const focused = this.contains(document.activeElement);
    this.#steps.toLive();
    this.#draw();
    this.#redraw();
    if (focused) this.#back.focus();
  }

  /** The step that is looked at. */
  get shown() {
    return this.#steps.shown;
  }

  get isPast() {
    return this.#steps.isPast;
  }

  get all() {
    return this.#steps.all;
  }

  get count() {
    return this.#steps.count;
  }

  /** @param {number} by */
  #go(by) {
    if (!this.#steps.go(by)) return;
    this.#draw();
    this.#redraw();
  }

  #draw() {
    const { shown, last, isPast, all } = this.#steps;
    if (shown === null || last === null) return;
    hold(isPast ? shown.view.now_ms : null);
    const print = JSON.stringify([language(), shown.number, last.number, all.length, isPast]);
    if (print === this.#print) return;
    this.#print = print;
    const label = worded(shown.label, t);
    this.toggleAttribute("data-past", isPast);
    this.#back.setAttribute("aria-disabled", String(shown === all[0]));
    this.#forward.setAttribute("aria-disabled", String(!isPast));
    this.#live.hidden = !isPast;
    this.#where.textContent = isPast
      ? t("steps.past", { at: shown.number, live: last.number, label })
      : t("steps.at", { at: shown.number, label });
    this.#where.title = this.#where.textContent;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || this.hidden || event.shiftKey || pageKey(event) === null) return;
    if (event.target instanceof Element && event.target.closest(ARROWS_ELSEWHERE) !== null) return;
    this.#go(by);
  }
}

customElements.define("lab-steps", LabSteps);
