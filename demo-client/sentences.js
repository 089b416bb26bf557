// Which text of the catalogue fits a verdict.

/**
 * @typedef {import("./view").Verdict} Verdict
 * @typedef {import("./view").Profile} Profile
 * @typedef {import("./view").Mechanism} Mechanism
 */

/** @param {string} word "BLOCKED BY BROWSER" @returns {string} "blocked-by-browser" */
export function slug(word) {
  return word.toLowerCase().replaceAll(" ", "-");
}

/**
 * Keys to look up, most specific first: what was done, what came of it, and
 * where the mechanism, the profile or the status makes a difference.
 * @param {Mechanism} mechanism
 * @param {Profile} profile
 * @param {Pick<Verdict, "action" | "word" | "status">} verdict
 */
export function verdictKeys(mechanism, profile, { action, word, status }) {
  const base = `verdict.${action}.${slug(word)}`;
  return [`${base}.${mechanism}.${profile}`, `${base}.${mechanism}`, `${base}.${status}`, base];
}
