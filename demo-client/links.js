// The page's address and how the servers run: what it asks for is ordered once,
// and from then on it says what is, so that it can be copied.

import { addressed, fulfilled, wanted } from "./variants.js";

/**
 * @typedef {import("./view").View} View
 * @typedef {import("./lab.js").Command} Command
 */

export class Links {
  #followed = false;
  #busy = false;

  /**
   * @param {View} view
   * @param {(command: Command) => Promise<boolean>} order
   */
  async follow(view, order) {
    if (this.#busy) return;
    if (!this.#followed) {
      this.#followed = true;
      this.#busy = true;
      await this.#obey(view, order);
      this.#busy = false;
      return;
    }
    const search = addressed(location.search, view.profile, view.columns);
    if (search !== location.search) history.replaceState(null, "", location.pathname + search + location.hash);
  }

  /** @param {View} view @param {(command: Command) => Promise<boolean>} order */
  async #obey(view, order) {
    const wish = wanted(location.search);
    // A lesson begins with the usual variants.
    if (wish === null || location.hash.startsWith("#lesson/")) return;
    if (fulfilled(wish, view.profile, view.columns)) return;
    const { profile, words } = wish;
    if (profile !== null && profile !== view.profile) await order({ action: "profile", profile });
    await order({ action: "variants", ...words });
  }
}
