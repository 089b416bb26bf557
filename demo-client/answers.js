// What came of a lesson's question, in words: a mark alone beside a name would read
// as the answer itself. Keys of texts, for each column from left to right. Pure.

/** @typedef {import("./view").Step} Step */

/** What is asked for there, and for the others. @param {Pick<Step, "act" | "measure">} step */
function words({ act, measure }) {
  // Who has the most: beside it stands what was measured.
  if (measure) return ["answer.yes", "answer.no"];
  // There a page of the attacker's orders something, and is let in nowhere.
  if (["foreign", "sibling"].includes(act)) return ["answer.did", "answer.did-not"];
  return ["answer.in", "answer.out"];
}

/**
 * @param {Pick<Step, "act" | "measure">} step
 * @param {boolean[]} came
 * @param {boolean[] | null} foretold none: nothing was
 */
export function answers(step, came, foretold) {
  const [yes = "", no = ""] = words(step);
  return came.map((one, index) => ({ word: one ? yes : no, right: foretold === null ? null : foretold[index] === one }));
}

/** How many of them were foretold right. @param {boolean[]} came @param {boolean[]} foretold */
export function rightly(came, foretold) {
  return { right: came.filter((one, index) => one === foretold[index]).length, all: came.length };
}
