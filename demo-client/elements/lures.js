// The attacker's pages, in a tab of their own: a cookie is sent or held back by
// what fills the whole window, so nothing smaller would tell the truth.

import { beginLure, lured } from "../lab.js";
import { language } from "../language.js";
import { chosenTheme } from "../preferences.js";
import { SEEDS } from "./action-bar.js";

/**
 * @typedef {import("../view").Lured} Lured
 * @typedef {import("../view").Mechanism} Mechanism
 * @typedef {import("../view").View} View
 * @typedef {import("../frames.js").Frames} Frames
 * @typedef {{attack: string, column: Mechanism, loggedOut: boolean}} Aim
 * @typedef {object} Walk
 * @property {() => boolean} stopped no other page is to be opened
 * @property {(at: number, aim: Aim) => void} begins
 * @property {(aim: Aim, lured: Lured | null | "left") => void} told hears of each: none when nothing came of it, left when it was not tried
 */

/** The lab answers when something has come, or after two seconds. */
const QUESTIONS = 5;
/** How long a page stays, so that it is seen. */
const SEEN_MS = 700;
const VICTIM = "alice";

export class Lures {
  #frames;
  #view;
  #steps;
  #busy = false;

  /**
   * @param {Frames} frames act as the visitor
   * @param {() => View | null} view
   * @param {import("./steps.js").LabSteps} steps each walk is one
   */
  constructor(frames, view, steps) {
    this.#frames = frames;
    this.#view = view;
    this.#steps = steps;
  }

  /**
   * Opens one page after the other. To be called by a click: a browser opens no
   * tab for anything else.
   * @param {Aim[]} aims
   * @param {Walk} [walk]
   * @returns {Promise<boolean>} false when the browser opened no tab
   */
  async open(aims, walk = { stopped: () => false, begins: () => {}, told: () => {} }) {
    if (this.#busy) return true;
    const tab = window.open("about:blank", "attacker");
    if (tab === null) return false;
    this.#busy = true;
    await this.#steps.during({ lures: aims.map(({ attack }) => attack) }, () => this.#walk(tab, aims, walk));
    return true;
  }

  /** @param {Window} tab @param {Aim[]} aims @param {Walk} walk */
  async #walk(tab, aims, walk) {
    try {
      for (const [index, aim] of aims.entries()) {
        const isOver = () => walk.stopped() || tab.closed;
        if (!isOver()) walk.begins(index + 1, aim);
        const place = `at=${index + 1}&all=${aims.length}`;
        let lured = isOver() ? null : await this.#one(tab, aim, isOver, place);
        // Nothing was seen in time, as on a machine that is very busy: that says nothing, so once more.
        if (lured === null && !isOver()) lured = await this.#one(tab, aim, isOver, place);
        walk.told(aim, lured === null && isOver() ? "left" : lured);
      }
    } finally {
      this.#busy = false;
      tab.close();
    }
  }

  /** @param {Window} tab @param {Aim} aim @param {() => boolean} isOver @param {string} place among the others */
  async #one(tab, aim, isOver, place) {
    await this.#prepare(aim);
    const begun = await beginLure({ lure: aim.attack, column: aim.column });
    if (begun === null) return null;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const hold = still ? 0 : SEEN_MS;
    tab.location.href = `${begun.page}&lang=${language()}&theme=${chosenTheme() ?? "system"}&hold=${hold}&${place}`;
    for (let asked = 0; asked < QUESTIONS && !isOver(); asked += 1) {
      const outcome = await lured(begun.attempt);
      if (outcome === null) continue;
      if (hold > 0) await after(hold);
      return outcome;
    }
    return null;
  }

  /** The victim is logged in, or not, whatever was before. @param {Aim} aim */
  async #prepare({ column, loggedOut }) {
    const now = this.#view()?.columns.find(({ id }) => id === column)?.logged_in_as ?? null;
    if (loggedOut) {
      // A session that was only forgotten would stay in the store, nobody's, and be counted there.
      if (column === "session" && now !== null) await this.#frames.act(column, { do: "logout" });
      await this.#frames.act(column, { do: "forget" });
    } else if (now === null) {
      const password = SEEDS[VICTIM] ?? "";
      await this.#frames.act(column, { do: "login", username: VICTIM, password, remember: false });
    }
  }
}

/** @param {number} ms @returns {Promise<void>} */
function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
