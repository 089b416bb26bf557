// How many attacks were run, and what came out: the parts add up to the whole. Pure.

/**
 * @typedef {import("./view").Tried} Tried
 * @typedef {import("./view").Lured} Lured
 */

/** There was nothing to aim at, so nothing was tried. @param {Tried | Lured} tried */
export function isIdle(tried) {
  return "outcome" in tried && tried.outcome === "not applicable";
}

/** @param {Tried | Lured} tried */
function isLured(tried) {
  return !("check" in tried);
}

/**
 * How many of those in the lab and of those in this browser were run, and what came
 * of them: what had nothing to aim at is a part of its own, so that no whole shrinks.
 * @param {(Tried | Lured)[]} told
 * @param {{lab: number, lures: number}} cells how many there are of each
 */
export function sum(told, { lab, lures }) {
  const count = (/** @type {string} */ tone) => told.filter((tried) => !isIdle(tried) && tried.tone === tone);
  const [denied, known, surprises, idle] = [count("good"), count("warn"), count("bad"), told.filter(isIdle)];
  const run = [...denied, ...known, ...surprises, ...idle];
  const lured = run.filter(isLured).length;
  return {
    run: run.length - lured,
    lab,
    lured,
    lures,
    denied: denied.length,
    known: known.length,
    surprises: surprises.length,
    idle: idle.length,
  };
}
