// What went over the wire, newest first; the newest is open.

import { bytes } from "../format.js";
import { t } from "../language.js";
import { reconcile } from "../keyed.js";
import { refreshIn } from "../wire-text.js";
import { LabCard } from "./card.js";
import { exchange } from "./exchange.js";

/**
 * @typedef {import("../view").Column} Column
 * @typedef {import("../view").Exchange} Exchange
 * @typedef {import("../differences.js").Differences} Differences
 */

/** So many credentials are known again, beside those of the wire. A page is open for a day. */
const KNOWN = 12;

export class LabWire extends LabCard {
  /** What the reader opened or closed by hand, by exchange. @type {Map<string, boolean>} */
  #chosen = new Map();
  /** Credentials seen so far: the thief's copy is marked after the jar is empty. @type {Set<string>} */
  #credentials = new Set();
  /** Key of the exchange that stands on top. */
  #newest = "";

  /** @param {Column} column @param {Differences | null} differ from the other columns */
  show({ id, wire: { exchanges, credentials }, browser: { items } }, differ) {
    // Those of the wire as well: a page that was loaded anew has not seen the jar of then.
    for (const { value } of [...credentials, ...items]) {
      // The last seen comes last.
      this.#credentials.delete(value);
      this.#credentials.add(value);
    }
    for (const oldest of [...this.#credentials].slice(0, -(KNOWN + credentials.length))) this.#credentials.delete(oldest);
    if (!this.changed([exchanges, [...this.#credentials], differ])) return;
    if (exchanges.length === 0) {
      this.#credentials.clear();
      this.#chosen.clear();
      this.summarise(t("wire.none"));
      this.empty(t("wire.empty"));
      return;
    }
    const newestFirst = exchanges.toSorted((a, b) => b.at_ms - a.at_ms || Number(b.id) - Number(a.id));
    const [newest] = newestFirst;
    if (newest === undefined) return;
    this.summarise(carries(newest));
    const needles = [...this.#credentials];
    const differOf = (/** @type {Exchange} */ one) => (differ?.exchange === String(one.id) ? differ : null);
    const keyOf = (/** @type {Exchange} */ one) => String(one.id);
    reconcile(
      this.list("exchanges"),
      newestFirst,
      keyOf,
      (one) => JSON.stringify([{ ...one, carried: places(one, credentials) }, needles, differOf(one)]),
      (one) => exchange(one, id, needles, credentials, (open) => this.#chosen.set(keyOf(one), open), differOf(one)),
    );
    for (const item of this.content.querySelectorAll("li[data-key]")) {
      const key = item.getAttribute("data-key") ?? "";
      const details = item.querySelector("details");
      if (details !== null) details.open = this.#chosen.get(key) ?? key === keyOf(newest);
    }
    const there = new Set(exchanges.map(keyOf));
    for (const key of this.#chosen.keys()) if (!there.has(key)) this.#chosen.delete(key);
    if (keyOf(newest) === this.#newest) return;
    this.#newest = keyOf(newest);
    this.toTop();
  }
}

/** Which credential goes along, in a header or in the body. @param {Exchange} one */
function carries({ credential_bytes: size, request_body: body }) {
  if (size > 0) return t("wire.credential", { size: bytes(size) });
  const refresh = refreshIn(body);
  return refresh > 0 ? t("wire.refresh", { size: bytes(refresh) }) : t("wire.bare");
}

/**
 * What is carried where: the place in the list moves when older exchanges go.
 * @param {Exchange} one
 * @param {import("../view").Credential[]} credentials
 */
function places({ carried }, credentials) {
  return carried.map(({ answered, place, credential }) => [answered, place, credentials[credential]?.value]);
}

customElements.define("lab-wire", LabWire);
