// The views come by themselves, a moment after what they show was done: whoever did
// it can wait here for the one that has it.

import { inTime } from "./in-time.js";

/** @typedef {import("./view").View} View */

/** Longer than a view ever takes, shorter than what looks broken. */
const PATIENCE_MS = 5_000;

export class Arrivals {
  /** @type {View | null} */
  #last = null;
  /** @type {Set<(view: View) => void>} */
  #waiting = new Set();

  /** @param {View} view it is on the page now */
  arrived(view) {
    this.#last = view;
    for (const look of this.#waiting) look(view);
  }

  /**
   * Waits for a view of which this is so, or until there is no hope of one.
   * @param {(view: View) => boolean} so
   * @param {number} [patience] in milliseconds
   */
  async until(so, patience = PATIENCE_MS) {
    if (this.#last !== null && so(this.#last)) return;
    let look = (/** @type {View} */ _view) => {};
    /** @type {Promise<void>} */
    const came = new Promise((resolve) => {
      look = (view) => void (so(view) && resolve());
    });
    this.#waiting.add(look);
    await inTime(came, patience);
    this.#waiting.delete(look);
  }

  /** Waits for the view that has all that was done by then. @param {...number} revisions */
  at(...revisions) {
    return this.until((view) => view.revision >= Math.max(...revisions));
  }
}
