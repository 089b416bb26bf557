// On a narrow screen one column is shown at a time. All three verdicts stay in
// sight: they stand in the tabs.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { present } from "../presenter.js";
import { slug } from "../sentences.js";
import { labels } from "./variants.js";
import { time } from "./verdict.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Mechanism} Mechanism
 */

const narrow = matchMedia("(width < 56.25rem)");

export class LabTabs extends HTMLElement {
  /** @type {Map<Mechanism, HTMLButtonElement>} */
  #tabs = new Map();
  /** @type {Mechanism} */
  #shown = "cookie";
  /** One column at a time, though there is room for three. */
  #presenting = false;
  #arrange = () => this.#place();

  connectedCallback() {
    narrow.addEventListener("change", this.#arrange);
    this.addEventListener("keydown", this.#step);
  }

  disconnectedCallback() {
    narrow.removeEventListener("change", this.#arrange);
    this.removeEventListener("keydown", this.#step);
  }

  /** @param {Column[]} columns */
  frame(columns) {
    this.setAttribute("role", "tablist");
    this.setAttribute("aria-label", t("tabs"));
    this.#tabs = new Map(
      columns.map(({ id }) => [
        id,
        el("button", {
          role: "tab",
          type: "button",
          id: `tab-${id}`,
          "aria-controls": `column-${id}`,
          click: () => this.#choose(id),
        }),
      ]),
    );
    this.replaceChildren(...this.#tabs.values());
  }

  /** @param {Mechanism | null} focus null: as many columns as there is room for */
  present(focus) {
    this.#presenting = focus !== null;
    if (focus !== null) this.#shown = focus;
    this.#place();
  }

  /** The column that is shown where one is. */
  get shown() {
    return this.#shown;
  }

  /** @param {Column[]} columns @param {number} ahead how far the servers' clock was moved */
  show(columns, ahead) {
    for (const column of columns) {
      const { id, verdict } = column;
      const tab = this.#tabs.get(id);
      if (tab === undefined) continue;
      tab.dataset["tone"] = verdict?.tone ?? "none";
      tab.replaceChildren(
        el("span", { class: "title" }, icon(id), t(`column.${id}.short`), ...labels(column).map((one) => el("span", { class: "variant" }, one))),
        el(
          "span",
          { class: "word" },
          icon(verdict === null ? "waiting" : slug(verdict.word)),
          verdict?.word ?? t("verdict.none.short"),
        ),
        verdict === null ? "" : (time(verdict, ahead) ?? ""),
      );
    }
    this.#place();
  }

  /** @param {Mechanism} id */
  #choose(id) {
    this.#shown = id;
    this.#place();
    if (this.#presenting) present(id);
  }

  #step = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const ids = [...this.#tabs.keys()];
    const next = ids[(ids.indexOf(this.#shown) + by + ids.length) % ids.length];
    if (next === undefined) return;
    this.#choose(next);
    this.#tabs.get(next)?.focus();
  };

  /** Tabs and panels where there is room for one column, plain regions where not. */
  #place() {
    const alone = narrow.matches || this.#presenting;
    for (const [id, tab] of this.#tabs) {
      const shown = id === this.#shown;
      tab.setAttribute("aria-selected", String(shown));
      tab.tabIndex = shown ? 0 : -1;
      const panel = document.getElementById(`column-${id}`);
      if (panel === null) continue;
      panel.hidden = alone && !shown;
      panel.setAttribute("role", alone ? "tabpanel" : "region");
      panel.setAttribute("aria-labelledby", alone ? `tab-${id}` : `title-${id}`);
    }
  }
}

customElements.define("lab-tabs", LabTabs);
