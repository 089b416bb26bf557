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
 * where the mechanism, its variants, the profile or the status make a difference.
 * @param {Mechanism} mechanism
 * @param {Profile} profile
 * @param {Pick<Verdict, "action" | "word" | "status"> & {expired?: boolean, cause?: string | null}} verdict
 * @param {string[]} [variants] what is on and not usual
 */
export function verdictKeys(mechanism, profile, { action, word, status, expired, cause = null }, variants = []) {
  const base = `verdict.${action}.${slug(word)}`;
  const special = variants.flatMap((variant) => [`${base}.${mechanism}.${variant}.${profile}`, `${base}.${mechanism}.${variant}`]);
  const over = expired === true ? [`${base}.expired.${mechanism}`, `${base}.expired`] : [];
  const why = cause === null ? [] : [`${base}.${cause}.${mechanism}`, `${base}.${cause}`];
  return [...over, ...why, ...special, `${base}.${mechanism}.${profile}`, `${base}.${mechanism}`, `${base}.${status}`, base];
}
