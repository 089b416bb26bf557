// What the server keeps, and whether it had to look.

import { el } from "../dom.js";
import { t } from "../language.js";
import { reconcile } from "../keyed.js";
import { LabCard } from "./card.js";
import { chip, expiry, raw, told } from "./pieces.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Key} Key
 * @typedef {import("../view").Server} Server
 */

export class LabServer extends LabCard {
  #keys = el("ul", { class: "keys" });

  /** @param {Column} column @param {number} ahead how far the servers' clock was moved */
  show({ server, wire: { exchanges } }, ahead) {
    const asked = exchanges.length > 0;
    if (!this.changed([server, asked, ahead])) return;
    this.summarise(
      server.keys.length > 0 && t("server.keys", { count: server.keys.length }),
      badge(server, asked),
    );
    reconcile(this.#keys, server.keys, (key) => key.key, (key) => JSON.stringify([key, ahead]), (key) => draw(key, ahead));
    const note = told("p", "note", server.note);
    if (!server.readable) {
      this.content.replaceChildren(note);
    } else if (server.keys.length === 0) {
      this.content.replaceChildren(el("p", { class: "empty" }, t("server.empty")), note);
    } else {
      this.content.replaceChildren(note, this.#keys);
    }
  }
}

/** @param {Server} server @param {boolean} asked */
function badge({ readable, consulted }, asked) {
  // What a silent store holds, and whether it was asked for nothing, nobody knows.
  if (!readable) return chip(t("server.no-answer"));
  if (!asked) return false;
  return consulted ? chip(t("server.consulted"), "looked") : chip(t("server.not-consulted"));
}

/** @param {Key} key @param {number} ahead */
function draw(key, ahead) {
  return el(
    "li",
    { class: "item" },
    el("p", { class: "line" }, chip(key.kind), key.expires_at_ms !== null && expiry(key.expires_at_ms, ahead)),
    raw(key.key),
    key.value !== "" && el("div", { class: "value" }, raw(key.value)),
  );
}

customElements.define("lab-server", LabServer);
