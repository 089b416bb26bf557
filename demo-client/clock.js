// One clock for the page: the lab's, as far as the last view told, and one tick
// a second for everything that counts down.

/** @type {Set<(now: number) => void>} */
const listeners = new Set();
/** How far the lab's clock is ahead of the browser's. */
let ahead = 0;
/** The same by the view that was under way for the shortest time. */
let nearest = Number.NEGATIVE_INFINITY;
/** @type {number | null} */
let stoppedAt = null;
/** While an earlier step is looked at: its moment. @type {number | null} */
let heldAt = null;

export function now() {
  return heldAt ?? stoppedAt ?? Date.now() + ahead;
}

/** @param {number} labNow the lab's clock at this moment */
export function setClock(labNow) {
  ahead = labNow - Date.now();
  // A machine's clock can be set, and then what was known before says nothing.
  nearest = Math.abs(ahead - nearest) > 60_000 ? ahead : Math.max(nearest, ahead);
}

/** The lab's clock, whether what is shown stands still or not. */
export function labNow() {
  return Date.now() + nearest;
}

export function paused() {
  return stoppedAt !== null;
}

/** WCAG 2.2, 2.2.2: what moves by itself can be stopped. @param {boolean} stop */
export function pause(stop) {
  stoppedAt = stop ? Date.now() + ahead : null;
  tick();
}

/** Shows the time left as it was at that moment; none: as it is. @param {number | null} moment */
export function hold(moment) {
  if (moment === heldAt) return;
  heldAt = moment;
  tick();
}

/** @param {(now: number) => void} listener @returns {() => void} ends it */
export function everySecond(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tick() {
  for (const listener of listeners) listener(now());
}

export function startClock() {
  setInterval(tick, 1_000);
}
