// The scoreboard as text: which rows there are, and what stands in a cell. Pure.
// A number never stands alone: how often it was measured, and the spread.

import { bytes, micros } from "./format.js";

/**
 * @typedef {import("./scoreboard").Figure} Figure
 * @typedef {import("./scoreboard").Revocation} Revocation
 * @typedef {import("./scoreboard").Scores} Scores
 * @typedef {import("./scoreboard").Scoreboard} Scoreboard
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Say the catalogue
 * @typedef {(ms: number) => string} Clock an instant as text
 * @typedef {object} Cell
 * @property {string} figure what stands large
 * @property {string} spread how often, and from where to where
 * @property {"round" | "here" | "none"} source of a round, seen in this lab, or not yet
 * @property {"good" | "warn" | "none"} tone
 */

/** The rows, in their order. */
export const ROWS = /** @type {const} */ ([
  "visit_us",
  "request_bytes",
  "answer_bytes",
  "commands",
  "round_trips",
  "login_bytes",
  "memory",
  "logout",
  "demotion",
  "restart",
  "rekey",
  "flush",
]);

/** @typedef {typeof ROWS[number]} Row */

/** How a row's numbers are written. @type {Partial<Record<Row, (value: number) => string>>} */
const UNITS = { visit_us: micros, request_bytes: bytes, answer_bytes: bytes, login_bytes: bytes };

/** Rows that need a Redis to have a number. @type {readonly Row[]} */
const OF_REDIS = ["round_trips", "login_bytes", "memory"];

/**
 * What stands in a cell: a round's figure before what was merely seen here.
 * @param {Scoreboard} board
 * @param {Row} row
 * @param {number} column
 * @param {boolean} redis
 * @param {Say} say
 * @param {Clock} clock
 * @returns {Cell}
 */
export function cell(board, row, column, redis, say, clock) {
  // Sessions can be kept in the server's process though there is a Redis.
  const asks = redis && !board.settings[column]?.includes("embedded");
  if (!asks && OF_REDIS.includes(row)) return { figure: say("scores.no-redis"), spread: "", source: "none", tone: "none" };
  if (row === "memory") return present(board.memory[column] ?? null, say);
  const measured = board.measured?.columns[column]?.[row] ?? null;
  const found = measured ?? board.live[column]?.[row] ?? null;
  if (found === null) return { figure: say("scores.not-yet"), spread: "", source: "none", tone: "none" };
  const source = measured === null ? "here" : "round";
  if (typeof found === "boolean") {
    return { figure: say(found ? "scores.survives" : "scores.gone"), spread: say("scores.n", { n: 1 }), source, tone: "none" };
  }
  if ("kind" in found) return { ...revocation(found, say, clock), source };
  const unit = UNITS[row] ?? String;
  return { figure: row === "visit_us" ? both(found, unit) : unit(found.p50), spread: spread(found, unit, say), source, tone: "none" };
}

/** What the column's keys take at this moment. @param {number | null} held @param {Say} say @returns {Cell} */
function present(held, say) {
  if (held === null) return { figure: say("scores.not-yet"), spread: "", source: "none", tone: "none" };
  return { figure: bytes(held), spread: "", source: "here", tone: "none" };
}

/** The median and the 95th percentile. @param {Figure} figure @param {(value: number) => string} unit */
function both({ p50, p95 }, unit) {
  return `${unit(p50)} / ${unit(p95)}`;
}

/** @param {Figure} figure @param {(value: number) => string} unit @param {Say} say */
function spread({ n, min, max }, unit, say) {
  if (n === 1) return say("scores.n", { n });
  return min === max ? say("scores.same", { n }) : say("scores.spread", { n, min: unit(min), max: unit(max) });
}

/** @param {Revocation} found @param {Say} say @param {Clock} clock @returns {Pick<Cell, "figure" | "spread" | "tone">} */
function revocation(found, say, clock) {
  if (found.kind === "refused") {
    const { after_us } = found;
    return { figure: say("scores.after", { time: micros(after_us.p50) }), spread: spread(after_us, micros, say), tone: "good" };
  }
  const tried = micros(found.tried_ms * 1_000);
  const until = found.until_ms === null ? "" : say("scores.until", { time: clock(found.until_ms) });
  return { figure: say("scores.never", { time: tried }), spread: until, tone: "warn" };
}
