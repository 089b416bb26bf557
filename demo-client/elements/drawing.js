// The drawing of a sequence: three lanes, an arrow for each hop. It repeats the
// list beside it, so none of it is announced.

import { svg } from "../dom.js";
import { bytes, micros } from "../format.js";
import { t } from "../language.js";
import { FIGURES, HEAD, NAME, WHAT, breadth, clipped, height, line } from "../sequence.js";

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
  const beside = idle === null ? [] : [text(idle, shape.width, HEAD + (high - HEAD) / 2, "idle", "end")];
  return svg(
    "svg",
    { viewBox: `0 0 ${shape.width} ${high}`, class: "drawing", "aria-hidden": "true", focusable: "false" },
    ...lanes,
    ...arrows,
    ...beside,
  );
}

/** @param {Lane} name @param {string} label @param {number} high @param {boolean} absent @param {Shape} shape */
function lane(name, label, high, absent, { lanes, heads, head }) {
  const x = lanes[name];
  const start = heads[name];
  return svg(
    "g",
    { class: absent ? "lane absent" : "lane" },
    svg("path", { d: `M${x} ${HEAD - 6}V${high - 4}` }),
    svg("rect", { x: start, y: 2, width: head, height: HEAD - 8, rx: 4 }),
    text(clipped(label, head - 3, NAME), start + head / 2, HEAD / 2 + 3, "name"),
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
    text(clipped(written(hop), shape.room, WHAT), middle, y - 6, "what"),
    text(figures(hop, shape.room), middle, y + 14, "figures"),
  );
  group.addEventListener("click", () => choose(index));
  return group;
}

/** What stands on the arrow; the embedded store says nothing of its replies. @param {Hop} hop */
export function written({ kind, text: words }) {
  if (words !== "") return words;
  return t(kind === "reply" ? "sequence.returns" : "wire.unanswered");
}

/** The credential's where there is room for it. @param {Hop} hop @param {number} room */
function figures(hop, room) {
  const figure = [hop.bytes === null ? null : bytes(hop.bytes), hop.us === null ? null : micros(hop.us)].filter((text) => text !== null).join(" · ");
  if (hop.credential === 0) return clipped(figure, room, FIGURES);
  const all = `${figure} · ${t("sequence.credential", { size: bytes(hop.credential) })}`;
  return breadth(all, FIGURES) <= room ? all : clipped(figure, room, FIGURES);
}

/** @param {number | null} status */
function outcome(status) {
  if (status === null || status >= 500) return "is-broken";
  return status >= 400 ? "is-refused" : "is-fine";
}

/** @param {string} words @param {number} x @param {number} y @param {string} name @param {string} anchor */
function text(words, x, y, name, anchor = "middle") {
  return svg("text", { x, y, class: name, "text-anchor": anchor }, document.createTextNode(words));
}
