// Figures as text. Pure, so that each can be tested without a browser.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param {number} count */
export function bytes(count) {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

/** @param {number} us */
export function micros(us) {
  if (us < 1_000) return `${Math.round(us)} µs`;
  if (us < 10_000) return `${(us / 1_000).toFixed(1)} ms`;
  if (us < 1_000_000) return `${Math.round(us / 1_000)} ms`;
  return `${(us / 1_000_000).toFixed(1)} s`;
}

/**
 * Time left, rounded up: the second in which something ends still counts.
 * @param {number} ms
 */
export function countdown(ms) {
  const left = Math.max(0, Math.ceil(ms / SECOND)) * SECOND;
  if (left >= DAY) return `${Math.floor(left / DAY)} d ${Math.floor((left % DAY) / HOUR)} h`;
  const seconds = pad(Math.floor((left % MINUTE) / SECOND));
  const minutes = Math.floor((left % HOUR) / MINUTE);
  if (left < HOUR) return `${minutes}:${seconds}`;
  return `${Math.floor(left / HOUR)}:${pad(minutes)}:${seconds}`;
}

/**
 * A span with the symbols of its units, which are the same in each language.
 * @param {number} ms
 */
export function span(ms) {
  const units = /** @type {const} */ ([[DAY, Infinity, "d"], [HOUR, 24, "h"], [MINUTE, 60, "min"], [SECOND, 60, "s"]]);
  const words = units.map(([unit, most, symbol]) => /** @type {const} */ ([Math.floor(ms / unit) % most, symbol]));
  return words.filter(([count]) => count > 0).map(([count, symbol]) => `${count} ${symbol}`).join(" ");
}

/** @param {number} number */
function pad(number) {
  return String(number).padStart(2, "0");
}

/**
 * An instant as the wall clock shows it; with the day when it is not today's.
 * @param {number} ms
 * @param {number} nowMs
 * @param {string} locale
 * @param {string} [timeZone] the reader's own where left out
 */
export function clock(ms, nowMs, locale, timeZone) {
  const day = written(locale, "day", timeZone);
  return written(locale, day.format(ms) === day.format(nowMs) ? "time" : "both", timeZone).format(ms);
}

/** To make one takes longer than all else that a view costs. @type {Map<string, Intl.DateTimeFormat>} */
const made = new Map();

/** @param {string} locale @param {"day" | "time" | "both"} what @param {string} [timeZone] */
function written(locale, what, timeZone) {
  const name = `${locale} ${what} ${timeZone}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  /** @type {Intl.DateTimeFormatOptions} */
  const day = what === "time" ? {} : { month: "short", day: "numeric" };
  /** @type {Intl.DateTimeFormatOptions} */
  const time = what === "day" ? {} : { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const format = new Intl.DateTimeFormat(locale, { ...day, ...time, timeZone });
  made.set(name, format);
  return format;
}
