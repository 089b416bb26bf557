// The name of the house, how the servers run, and how the page looks.

import { VIEWS } from "../address.js";
import { paused, pause } from "../clock.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { LANGUAGES, fromLab, language, t } from "../language.js";
import { chooseTheme, onSystemTheme, remember, shortcuts, theme } from "../preferences.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {import("../view").Profile} Profile
 * @typedef {import("../language.js").Language} Language
 */

/** @type {Profile[]} */
const PROFILES = ["hardened", "stateless"];

export class LabTopBar extends HTMLElement {
  /** @type {Map<Profile, HTMLInputElement>} */
  #profiles = new Map();
  /** @type {Map<string, HTMLAnchorElement>} */
  #views = new Map();
  #view = "state";
  #store = el("p", { class: "store" });
  #tagline = el("p", { class: "tagline" });
  /** Lies over the tagline and the store, so that nothing moves when there is news. */
  #said = el("span", { class: "said" });
  /** For what two lines cannot hold. */
  #more = el("button", { type: "button", class: "quiet square", hidden: true, "aria-expanded": "false", click: () => this.#open(!this.#notice.classList.contains("open")) }, icon("down"));
  #dismiss = el("button", { type: "button", class: "quiet square dismiss" }, icon("close"));
  #notice = el("p", { class: "notice", hidden: true }, this.#said, this.#more, this.#dismiss);
  #sizes = new ResizeObserver(() => this.#measure());
  #present = el("button", { type: "button", class: "quiet square", "data-toggle": "present", "aria-keyshortcuts": "p" }, icon("present"));
  #onDismiss = () => {};
  #onPresent = () => {};
  #keys = el("button", { type: "button", class: "quiet square", "data-toggle": "keys", "aria-keyshortcuts": "?", "aria-haspopup": "dialog" }, "?");
  #onKeys = () => {};
  /** For presenter mode: there the faults have no bar of their own. */
  #faults = el("button", { type: "button", class: "quiet faults", popovertarget: "faults" });

  connectedCallback() {
    this.#dismiss.addEventListener("click", () => this.#onDismiss());
    this.#present.addEventListener("click", () => this.#onPresent());
    this.#keys.addEventListener("click", () => this.#onKeys());
    this.#sizes.observe(this.#said);
    onSystemTheme(() => this.querySelector("[data-toggle=dark]")?.setAttribute("aria-pressed", String(theme() === "dark")));
  }

  /**
   * @param {(profile: Profile) => void} onProfile
   * @param {(language: Language) => void} onLanguage
   * @param {() => void} onPresent
   * @param {() => void} onDismiss
   * @param {() => void} onKeys
   */
  frame(onProfile, onLanguage, onPresent, onDismiss, onKeys) {
    this.#onKeys = onKeys;
    this.#onPresent = onPresent;
    this.#onDismiss = onDismiss;
    for (const [button, label] of /** @type {const} */ ([[this.#dismiss, t("dismiss")], [this.#more, t("notice.more")], [this.#present, t("toggle.present")], [this.#keys, t("keys")]])) {
      button.title = label;
      button.setAttribute("aria-label", label);
    }
    const switches = PROFILES.map((profile) => {
      const input = el("input", { type: "radio", name: "profile", value: profile, change: () => onProfile(profile) });
      this.#profiles.set(profile, input);
      return el("label", { title: t(`profile.${profile}.long`) }, input, el("span", {}, t(`profile.${profile}`)));
    });
    this.setAttribute("role", "banner");
    this.#slogan();
    this.#views = new Map(VIEWS.map((view) => [view, el("a", { href: `#${view}` }, t(`view.${view}`))]));
    this.turn(this.#view);
    this.replaceChildren(
      el("h1", { lang: "en" }, "statelab"),
      el("nav", { class: "views", "aria-label": t("views") }, ...this.#views.values()),
      el("div", { class: "news" }, this.#tagline, this.#store, this.#notice),
      el("fieldset", { class: "profile" }, el("legend", {}, t("profile")), ...switches),
      el("div", { class: "looks" }, this.#faults, this.#languageButton(onLanguage), pauseButton(), shortcutsButton(), this.#keys, themeButton(), this.#present),
    );
  }

  /** @param {string} view the one that is shown */
  turn(view) {
    this.#view = view;
    this.#faults.hidden = view !== "state";
    for (const [name, link] of this.#views) {
      if (name === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** @param {boolean} on whether one column is shown large */
  present(on) {
    this.#present.setAttribute("aria-pressed", String(on));
    this.#slogan();
  }

  /** @param {View} view */
  show(view) {
    for (const [profile, input] of this.#profiles) input.checked = view.columns.every((column) => column.profile === profile);
    const { text, lang } = fromLab(view.store.label);
    this.#store.replaceChildren(icon("session"), el("span", { lang }, text));
    this.#store.title = t(`store.${view.store.kind}`);
    this.#faults.dataset["line"] = view.line;
    this.#faults.replaceChildren(view.line === "well" ? t("faults") : `${t("line")} ${t(`line.${view.line}`)}`, icon("down"));
  }

  /**
   * @param {string} text empty: nothing to say
   * @param {string} lang
   * @param {boolean} trouble something does not work
   */
  notice(text, lang, trouble) {
    this.#notice.hidden = text === "";
    // Out of sight, and still there: the bar keeps its shape.
    for (const under of [this.#tagline, this.#store]) under.classList.toggle("covered", text !== "");
    this.#said.lang = lang;
    this.#notice.classList.toggle("trouble", trouble);
    if (this.#said.textContent === text) return;
    this.#said.textContent = text;
    this.#open(false);
  }

  /** @param {boolean} whole all of the notice lies over what is below */
  #open(whole) {
    this.#notice.classList.toggle("open", whole);
    this.#more.setAttribute("aria-expanded", String(whole));
    this.#measure();
  }

  #measure() {
    const isCut = this.#said.scrollHeight > this.#said.clientHeight + 1;
    this.#more.hidden = !isCut && !this.#notice.classList.contains("open");
  }

  /** With one column in focus nothing stands side by side. */
  #slogan() {
    const alone = this.#present.getAttribute("aria-pressed") === "true";
    this.#tagline.textContent = alone ? t("tagline.present") : t("tagline");
  }

  /** @param {(language: Language) => void} onLanguage */
  #languageButton(onLanguage) {
    const other = language() === "en" ? "zh" : "en";
    const { name, tag } = LANGUAGES[other];
    const attributes = { type: "button", class: "quiet", lang: tag, "data-language": other, click: () => onLanguage(other) };
    return el("button", attributes, icon("language"), name);
  }
}

/**
 * A button with an icon alone, which is either on or off.
 * @param {string} name for the catalogue
 * @param {() => boolean} isOn
 * @param {(on: boolean) => void} turn
 * @param {(on: boolean) => string} picture
 */
function toggle(name, isOn, turn, picture) {
  const button = el("button", { type: "button", class: "quiet square", "data-toggle": name });
  const label = t(`toggle.${name}`);
  const show = () => {
    const on = isOn();
    button.setAttribute("aria-pressed", String(on));
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(icon(picture(on)));
  };
  button.addEventListener("click", () => {
    turn(!isOn());
    show();
  });
  show();
  return button;
}

function pauseButton() {
  return toggle("pause", paused, pause, (on) => (on ? "play" : "pause"));
}

function shortcutsButton() {
  return toggle("shortcuts", shortcuts, (on) => remember("shortcuts", on ? "on" : "off"), () => "keyboard");
}

function themeButton() {
  return toggle("dark", () => theme() === "dark", (dark) => chooseTheme(dark ? "dark" : "light"), () => "theme");
}

customElements.define("lab-top-bar", LabTopBar);
