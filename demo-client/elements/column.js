// One mechanism: who is logged in, the three cards, the verdict.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import "./browser-card.js";
import "./server-card.js";
import "./verdict.js";
import "./wire-card.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Profile} Profile
 */

export class LabColumn extends HTMLElement {
  #who = el("p", { class: "logged-in" });
  #browser = el("lab-browser");
  #wire = el("lab-wire");
  #server = el("lab-server");
  #verdict = el("lab-verdict");

  /** @param {Column} column */
  frame({ id, title }) {
    this.id = `column-${id}`;
    this.dataset["column"] = id;
    this.#browser.frame("browser", title);
    this.#wire.frame("wire", title);
    this.#server.frame("server", title);
    this.replaceChildren(
      el(
        "header",
        { class: "head" },
        icon(id),
        el("div", {}, el("h2", { id: `title-${id}` }, t(`column.${id}`)), el("p", { class: "thesis" }, t(`column.${id}.thesis`))),
        this.#who,
      ),
      this.#browser,
      this.#wire,
      this.#server,
      this.#verdict,
    );
  }

  /** @param {Column} column @param {Profile} profile @param {import("../differences.js").Differences | null} differ */
  show(column, profile, differ) {
    this.#who.replaceChildren(
      el(
        "span",
        { class: column.logged_in_as === null ? "chip who" : "chip who in" },
        icon("person"),
        column.logged_in_as ?? t("login.nobody"),
      ),
      column.stolen ? el("span", { class: "chip stolen", title: t("login.stolen.long") }, icon("thief"), t("login.stolen")) : "",
    );
    this.#browser.show(column);
    this.#wire.show(column, differ);
    this.#server.show(column);
    this.#verdict.show(column, profile);
  }
}

customElements.define("lab-column", LabColumn);
