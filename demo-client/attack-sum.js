// How many attacks were tried, and what came out: the parts add up to the whole. Pure.

/**
 * @typedef {import("./view").Tried} Tried
 * @typedef {import("./view").Lured} Lured
 */

/** There was nothing to aim at, so nothing was tried. @param {Tried | Lured} tried */
export function isIdle(tried) {
  return "outcome" in tried && tried.outcome === "not applicable";
}

/** As `lab attack` counts. @param {(Tried | Lured)[]} told @param {number} cells */
export function sum(told, cells) {
  const idle = told.filter((tried) => isIdle(tried)).length;
  const count = (/** @type {string} */ tone) => told.filter((tried) => !isIdle(tried) && tried.tone === tone).length;
  const [denied, known, surprises] = [count("good"), count("warn"), count("bad")];
  return { tried: denied + known + surprises, all: cells - idle, denied, known, surprises };
}
