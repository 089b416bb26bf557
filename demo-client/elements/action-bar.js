// What can be done, to all three columns at once.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { onKeys } from "../keys.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {"login" | "visit" | "admin" | "roles" | "logout" | "replay" | "reset"} Action
 * @typedef {{username: string, password: string, remember: boolean}} Credentials
 */

/** In the order of the keys 1 to 7. @type {Action[]} */
export const ACTIONS = ["login", "visit", "admin", "roles", "logout", "replay", "reset"];

/** The seeds of every start; no secret, so the page fills them in. The first is chosen at first: a user as most are. @type {Record<string, string>} */
export const SEEDS = { alice: "wonderland", bob: "builder", root: "toor-toor" };

export class LabActionBar extends HTMLElement {
  /** @type {Map<Action, HTMLButtonElement>} */
  #buttons = new Map();
  #account = el(
    "select",
    { id: "account", change: () => this.#seed() },
    ...Object.keys(SEEDS).map((name) => el("option", { value: name }, name)),
  );
  #password = el("input", { id: "password", type: "text", autocomplete: "off", spellcheck: "false", maxlength: 128 });
  #remember = el("input", { id: "remember", type: "checkbox" });
  #stolen = false;
  /** @type {Action | null} */
  #running = null;
  /** Ends the listening to keys. @type {AbortController | null} */
  #listening = null;

  /** @param {(action: Action) => Promise<unknown>} run */
  frame(run) {
    const act = (/** @type {Action} */ action) => this.#act(action, run);
    if (this.#password.value === "") this.#seed();
    for (const [index, action] of ACTIONS.entries()) this.#buttons.set(action, this.#button(action, index + 1, act));
    const submitted = (/** @type {Event} */ event) => {
      event.preventDefault();
      act("login");
    };
    const form = el(
      "form",
      { class: "account", submit: submitted },
      field("person", t("form.account"), this.#account),
      field("key", t("form.password"), this.#password),
      el("label", { class: "check", title: t("form.remember.long") }, this.#remember, el("span", {}, t("form.remember"))),
      this.#buttons.get("login"),
    );
    const rest = ACTIONS.filter((action) => action !== "login").map((action) => this.#buttons.get(action));
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("actions"));
    this.replaceChildren(form, el("div", { class: "acts" }, ...rest));
    this.#listening?.abort();
    this.#listening = new AbortController();
    const keys = Object.fromEntries(ACTIONS.map((action, index) => [String(index + 1), () => act(action)]));
    onKeys({ ...keys, r: () => act("reset") }, this.#listening.signal);
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  /** @param {View} view */
  show(view) {
    const admin = view.roles["root"]?.includes("admin") ?? false;
    this.#label("roles", t(admin ? "act.demote" : "act.promote"));
    this.#stolen = view.columns.some((column) => column.stolen);
    this.#enable();
  }

  /** @returns {Credentials} */
  get credentials() {
    return { username: this.#account.value, password: this.#password.value, remember: this.#remember.checked };
  }

  /** As at the start, but for whom one has chosen. */
  start() {
    this.#seed();
    this.#remember.checked = false;
  }

  #seed() {
    this.#password.value = SEEDS[this.#account.value] ?? "";
  }

  /** @param {Action} action @param {number} key @param {(action: Action) => void} act */
  #button(action, key, act) {
    return el(
      "button",
      {
        // Enter in the password's field logs in.
        type: action === "login" ? "submit" : "button",
        class: `act ${action}`,
        "data-action": action,
        "aria-keyshortcuts": key,
        click: action === "login" ? null : () => act(action),
      },
      el("kbd", { "aria-hidden": "true" }, key),
      action === "replay" && icon("thief"),
      el("span", { class: "text" }, t(`act.${action}`)),
    );
  }

  /** @param {Action} action @param {string} text */
  #label(action, text) {
    const span = this.#buttons.get(action)?.querySelector(".text");
    if (span !== null && span !== undefined && span.textContent !== text) span.textContent = text;
  }

  /**
   * One action at a time: the columns are in lockstep.
   * @param {Action} action
   * @param {(action: Action) => Promise<unknown>} run
   */
  async #act(action, run) {
    if (this.#disabled(action)) return;
    this.#running = action;
    this.#enable();
    try {
      await run(action);
    } finally {
      this.#running = null;
      this.#enable();
    }
  }

  /** @param {Action} action */
  #disabled(action) {
    return this.#running !== null || (action === "replay" && !this.#stolen);
  }

  /** `aria-disabled`, not `disabled`: a button that runs keeps the focus. */
  #enable() {
    for (const [action, button] of this.#buttons) {
      button.setAttribute("aria-disabled", String(this.#disabled(action)));
      button.toggleAttribute("data-running", action === this.#running);
    }
  }
}

/** @param {string} picture @param {string} label @param {HTMLElement} input */
function field(picture, label, input) {
  return el("label", { class: "field", title: label }, icon(picture), el("span", { class: "hidden" }, label), input);
}

customElements.define("lab-action-bar", LabActionBar);
