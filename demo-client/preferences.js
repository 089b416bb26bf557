// What the reader chose, kept in the page's own storage (not in a column's).

import { LANGUAGES, pick } from "./language.js";

/**
 * @typedef {import("./language.js").Language} Language
 * @typedef {"light" | "dark"} Theme
 */

/** @returns {Language} */
export function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("language");
  if (asked !== null && asked in LANGUAGES) return /** @type {Language} */ (asked);
  return pick(navigator.languages);
}

/** @returns {Theme} */
export function theme() {
  const asked = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("theme");
  if (asked === "light" || asked === "dark") return asked;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** @param {Theme} chosen */
export function applyTheme(chosen) {
  document.documentElement.dataset["theme"] = chosen;
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
