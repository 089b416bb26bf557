// One mechanism: who is logged in, the three cards, the verdict.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import "./browser-card.js";
import "./server-card.js";
import "./variants.js";
import "./verdict.js";
import "./wire-card.js";

/**
 * @typedef {import("../view").Column} Column
 */

export class LabColumn extends HTMLElement {
  #who = el("p", { class: "logged-in" });
  #variants = el("lab-variants");
  #browser = el("lab-browser");
  #wire = el("lab-wire");
  #server = el("lab-server");
  #verdict = el("lab-verdict");

  /** @param {Column} column @param {(choice: string) => void} turn switches a setting */
  frame({ id, title }, turn) {
    this.id = `column-${id}`;
    this.dataset["column"] = id;
    this.#browser.frame("browser", title);
    this.#wire.frame("wire", title);
    this.#server.frame("server", title);
    this.#variants.frame(t(`column.${id}`), turn);
    this.replaceChildren(
      el(
        "header",
        {},
        el(
          "div",
          { class: "head" },
          icon(id),
          el("div", {}, el("h2", { id: `title-${id}` }, t(`column.${id}`)), el("p", { class: "thesis" }, t(`column.${id}.thesis`))),
          this.#who,
        ),
        this.#variants,
      ),
      this.#browser,
      this.#wire,
      this.#server,
      this.#verdict,
    );
  }

  /** A switch that the lab did not follow shows again what is. */
  restore() {
    this.#variants.restore();
  }

  /**
   * @param {Column} column
   * @param {number} ahead how far the servers' clock was moved
   * @param {import("../differences.js").Differences | null} differ
   */
  show(column, ahead, differ) {
    this.#variants.show(column);
    this.#who.replaceChildren(
      el(
        "span",
        {
          class: column.logged_in_as === null ? "chip who" : "chip who in",
          title: column.logged_in_as === null && column.dormant !== null ? t("login.dormant.long", { name: column.dormant }) : null,
        },
        icon("person"),
        column.logged_in_as ?? (column.dormant === null ? t("login.nobody") : t("login.dormant", { name: column.dormant })),
      ),
      column.stolen ? el("span", { class: "chip stolen", title: t("login.stolen.long") }, icon("thief"), t("login.stolen")) : "",
    );
    this.#browser.show(column, ahead);
    this.#wire.show(column, differ);
    this.#server.show(column, ahead);
    this.#verdict.show(column, ahead);
  }
}

customElements.define("lab-column", LabColumn);
