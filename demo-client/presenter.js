// Presenter mode: one column in letters that a hall can read. Which column is in
// focus stands in the address (`?present=jwt`), so that a slide can link to it.

import { put, written } from "./variants.js";

/** @typedef {import("./view").Mechanism} Mechanism */

/** @type {Mechanism[]} */
const COLUMNS = ["cookie", "session", "jwt"];

/** @type {Set<() => void>} */
const listeners = new Set();

/** The column that an address puts into focus. @param {string} search @returns {Mechanism | null} */
export function asked(search) {
  const name = new URLSearchParams(search).get("present");
  return COLUMNS.find((one) => one === name) ?? null;
}

/** The same address with another column in focus, or none. @param {string} search @param {Mechanism | null} focus */
export function presenting(search, focus) {
  const query = new URLSearchParams(search);
  put(query, "present", focus ?? "");
  return written(query);
}

/** The column in focus now; null: no presenter mode. */
export function focused() {
  return asked(location.search);
}

/** @param {Mechanism | null} focus */
export function present(focus) {
  history.replaceState(null, "", location.pathname + presenting(location.search, focus) + location.hash);
  for (const listener of listeners) listener();
}

/** Into presenter mode with the column that was shown last, or out of it. @param {Mechanism} last */
export function toggle(last) {
  present(focused() === null ? last : null);
}

/** @param {() => void} listener called after each change */
export function onPresent(listener) {
  listeners.add(listener);
}
