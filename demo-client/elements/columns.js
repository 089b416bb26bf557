// The three columns side by side.

import { differences } from "../differences.js";
import { el } from "../dom.js";
import "./column.js";

/**
 * @typedef {import("../view").View} View
 * @typedef {import("../view").Mechanism} Mechanism
 */

export class LabColumns extends HTMLElement {
  /** @type {Map<Mechanism, import("./column.js").LabColumn>} */
  #shown = new Map();

  connectedCallback() {
    this.className = "columns";
  }

  /** All of it depends on the language: they are made anew with the next view. */
  frame() {
    this.#shown.clear();
    this.replaceChildren();
  }

  /** @param {View} view @param {(column: Mechanism, choice: string) => void} turn switches a setting @returns {boolean} whether they were made anew */
  show({ columns, ahead_ms: ahead }, turn) {
    const anew = this.#shown.size === 0;
    if (anew) {
      this.#shown = new Map(columns.map(({ id }) => [id, el("lab-column")]));
      for (const column of columns) this.#shown.get(column.id)?.frame(column, (choice) => turn(column.id, choice));
      this.replaceChildren(...this.#shown.values());
    }
    const differ = differences(columns);
    for (const column of columns) this.#shown.get(column.id)?.show(column, ahead, differ.get(column.id) ?? null);
    return anew;
  }

  /** A switch that the lab did not follow shows again what is. */
  restore() {
    for (const column of this.#shown.values()) column.restore();
  }
}

customElements.define("lab-columns", LabColumns);
