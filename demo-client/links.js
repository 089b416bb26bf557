// The page's address and how the servers run: what it asks for is ordered once,
// and from then on it says what is, so that it can be copied.

import { addressed, fulfilled, wanted } from "./variants.js";

/**
 * @typedef {import("./view").View} View
 * @typedef {import("./lab.js").Command} Command
 * @typedef {import("./address.js").Wrong} Wrong
 */

export class Links {
  #followed = false;
  #busy = false;
  /** The newest. @type {View | null} */
  #view = null;

  /**
   * @param {View} view
   * @param {(command: Command) => Promise<unknown>} order is over when its view has been here
   * @param {(wrong: Wrong[]) => void} say what of the address there is not
   */
  async follow(view, order, say) {
    this.#view = view;
    if (this.#busy) return;
    if (!this.#followed) {
      this.#followed = true;
      this.#busy = true;
      const { wish, wrong } = wanted(location.search, view.columns);
      await this.#obey(wish, view, order);
      // After the order: that has news of its own.
      say(wrong);
      this.#busy = false;
    }
    const { profile, columns } = this.#view;
    const search = addressed(location.search, profile, columns);
    if (search !== location.search) history.replaceState(null, "", location.pathname + search + location.hash);
  }

  /** @param {import("./variants.js").Wish | null} wish @param {View} view @param {(command: Command) => Promise<unknown>} order */
  async #obey(wish, view, order) {
    // A lesson begins with the usual variants.
    if (wish === null || location.hash.startsWith("#lesson/")) return;
    if (fulfilled(wish, view.profile, view.columns)) return;
    const { profile, words } = wish;
    if (profile !== null && profile !== view.profile) await order({ action: "profile", profile });
    await order({ action: "variants", ...words });
  }
}
