// What two views have in common is kept once: thirty steps share it, so that a
// page that is open for a day holds no more than after its first minutes, and
// what did not change is known by that.

/** @typedef {import("./view").View} View */

/** The lab works an end out from the time that is left: two looks at one differ by how long they took. */
const SAME_MS = 250;

/** @param {View} before @param {View} after fresh from the lab; takes over what is the same in both */
export function share(before, after) {
  common(before, after);
}

/**
 * The earlier one if they are the same, else the later one with what is the same.
 * @param {unknown} before
 * @param {unknown} after
 * @returns {unknown}
 */
function common(before, after) {
  // Two equal texts are two: the earlier one stays.
  if (before === after) return before;
  if (!isObject(before) || !isObject(after) || Array.isArray(before) !== Array.isArray(after)) return after;
  const known = Array.isArray(before) ? byName(before) : null;
  let isSame = Object.keys(before).length === Object.keys(after).length;
  for (const [place, value] of Object.entries(after)) {
    const old = known === null ? before[place] : known.get(nameOf(value, place));
    after[place] = place === "expires_at_ms" && isNear(old, value) ? old : common(old, value);
    isSame &&= after[place] === before[place];
  }
  return isSame ? before : after;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/** Places in a list move when older ones go. @param {unknown[]} list */
function byName(list) {
  return new Map(list.map((one, place) => [nameOf(one, String(place)), one]));
}

/** @param {unknown} one @param {string} place in its list */
function nameOf(one, place) {
  return isObject(one) ? (one["id"] ?? one["key"] ?? one["name"] ?? one["value"] ?? place) : place;
}

/** @param {unknown} before @param {unknown} after */
function isNear(before, after) {
  return typeof before === "number" && typeof after === "number" && Math.abs(before - after) < SAME_MS;
}
