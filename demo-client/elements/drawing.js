// The drawing of a sequence: three lanes, an arrow for each hop. It repeats the
// list beside it, so none of it is announced.

import { svg } from "../dom.js";
import { bytes, micros } from "../format.js";
import { t } from "../language.js";
import { HEAD, SLIM, clipped, height, line } from "../sequence.js";

/**
 * @typedef {import("../sequence.js").Hop} Hop
 * @typedef {import("../sequence.js").Lane} Lane
 * @typedef {import("../sequence.js").Shape} Shape
 */

const NAMES = /** @type {Lane[]} */ (["client", "server", "store"]);

/**
 * @param {Hop[]} hops
 * @param {Record<Lane, string>} names
 * @param {string | null} idle what is written beside a store that was not asked; none: it was
 * @param {(index: number) => void} choose the arrow was clicked
 * @param {Shape} shape
 */
export function drawing(hops, names, idle, choose, shape) {
  const high = height(hops.length);
  const lanes = NAMES.map((name) => lane(name, names[name], high, name === "store" && idle !== null, shape));
  const arrows = hops.map((hop, index) => arrow(hop, index, choose, shape));
  const beside = idle === null ? [] : [text(idle, shape.lanes.store, HEAD + (high - HEAD) / 2, "idle")];
  return svg(
    "svg",
    { viewBox: `0 0 ${shape.width} ${high}`, class: "drawing", "aria-hidden": "true", focusable: "false" },
    ...lanes,
    ...arrows,
    ...beside,
  );
}

/** @param {Lane} name @param {string} label @param {number} high @param {boolean} absent @param {Shape} shape */
function lane(name, label, high, absent, { lanes, head, title }) {
  const x = lanes[name];
  return svg(
    "g",
    { class: absent ? "lane absent" : "lane" },
    svg("path", { d: `M${x} ${HEAD - 6}V${high - 4}` }),
    svg("rect", { x: x - head / 2, y: 2, width: head, height: HEAD - 8, rx: 4 }),
    text(clipped(label, title), x, HEAD / 2 + 2, "name"),
  );
}

/** @param {Hop} hop @param {number} index @param {(index: number) => void} choose @param {Shape} shape */
function arrow(hop, index, choose, shape) {
  const { from, to, y } = line(hop, index, shape);
  const way = Math.sign(to - from);
  const middle = (from + to) / 2;
  const came = hop.kind === "answer" ? outcome(hop.status) : "";
  const group = svg(
    "g",
    { class: `hop of-${hop.kind} ${came}` },
    // The whole row takes the click: a line is too thin to hit.
    svg("rect", { class: "target", x: Math.min(from, to), y: y - 20, width: Math.abs(to - from), height: 36 }),
    svg("path", { class: "shaft", d: `M${from} ${y}H${to - way * 2}` }),
    svg("path", { class: "tip", d: `M${to} ${y}l${-way * 8} -4v8z` }),
    text(clipped(written(hop), shape.letters), middle, y - 6, "what"),
    text(figures(hop, shape !== SLIM), middle, y + 12, "figures"),
  );
  group.addEventListener("click", () => choose(index));
  return group;
}

/** What stands on the arrow; the embedded store says nothing of its replies. @param {Hop} hop */
export function written({ kind, text: words }) {
  if (words !== "") return words;
  return t(kind === "reply" ? "sequence.returns" : "wire.unanswered");
}

/** @param {Hop} hop @param {boolean} all there is room for the credential's */
function figures(hop, all) {
  const parts = [];
  if (hop.bytes !== null) parts.push(bytes(hop.bytes));
  if (all && hop.credential > 0) parts.push(t("sequence.credential", { size: bytes(hop.credential) }));
  if (hop.us !== null) parts.push(micros(hop.us));
  return parts.join(" · ");
}

/** @param {number | null} status */
function outcome(status) {
  if (status === null || status >= 500) return "is-broken";
  return status >= 400 ? "is-refused" : "is-fine";
}

/** @param {string} words @param {number} x @param {number} y @param {string} name */
function text(words, x, y, name) {
  return svg("text", { x, y, class: name, "text-anchor": "middle" }, document.createTextNode(words));
}
