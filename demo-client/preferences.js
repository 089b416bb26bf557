// What the reader chose, kept in the page's own storage (not in a column's).

import { LANGUAGES, pick } from "./language.js";

/**
 * @typedef {import("./language.js").Language} Language
 * @typedef {"light" | "dark"} Theme
 */

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** @returns {Language} */
export function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("language");
  if (asked !== null && asked in LANGUAGES) return /** @type {Language} */ (asked);
  return pick(navigator.languages);
}

/** What the reader chose; null: as the operating system has it, whatever that is by now. @returns {Theme | null} */
export function chosenTheme() {
  const shown = document.documentElement.dataset["theme"];
  return shown === "light" || shown === "dark" ? shown : null;
}

/** @returns {Theme} */
export function theme() {
  return chosenTheme() ?? systemTheme();
}

/** What the address or an earlier visit says. Where neither does, the style sheet goes by the system. */
export function applyTheme() {
  const asked = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("theme");
  if (asked === "light" || asked === "dark") document.documentElement.dataset["theme"] = asked;
}

/** Whoever chooses what the system has follows it from then on: the way back. @param {Theme} chosen */
export function chooseTheme(chosen) {
  if (chosen === systemTheme()) {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset["theme"];
  } else {
    remember("theme", chosen);
    document.documentElement.dataset["theme"] = chosen;
  }
}

/** @param {() => void} changed the operating system went dark or light, as many do at dusk and dawn */
export function onSystemTheme(changed) {
  DARK.addEventListener("change", changed);
}

/** @returns {Theme} */
function systemTheme() {
  return DARK.matches ? "dark" : "light";
}

/** Whether the keys 1 to 7 work: WCAG 2.2, 2.1.4 asks for a way to turn them off. */
export function shortcuts() {
  return localStorage.getItem("shortcuts") !== "off";
}

/** Whether the sequence stands beside the columns where there is room for it. */
export function drawerOpen() {
  return localStorage.getItem("drawer") !== "closed";
}

/** @param {"language" | "theme" | "shortcuts" | "drawer"} name @param {string} value */
export function remember(name, value) {
  localStorage.setItem(name, value);
}
