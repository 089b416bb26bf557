// Bringing a list of nodes up to date without touching what did not change, so
// that a view that arrives while somebody reads, scrolls or holds a details
// element open disturbs nothing.

/** @type {WeakMap<Node, string>} */
const prints = new WeakMap();

/**
 * @template T
 * @param {Element} parent holds nothing but these items
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf unique among the items
 * @param {(item: T) => string} printOf changes when the item must be drawn anew
 * @param {(item: T) => HTMLElement} draw
 */
export function reconcile(parent, items, keyOf, printOf, draw) {
  const old = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]));
  /** @type {Element | null} */
  let before = null;
  for (const item of items) {
    const key = keyOf(item);
    const print = printOf(item);
    const existing = old.get(key);
    old.delete(key);
    let node = existing;
    if (node === undefined || prints.get(node) !== print) {
      node = draw(item);
      node.setAttribute("data-key", key);
      prints.set(node, print);
      if (existing !== undefined) {
        carryOver(existing, node);
        existing.replaceWith(node);
      }
    }
    /** @type {Element | null} */
    const place = before === null ? parent.firstElementChild : before.nextElementSibling;
    if (node !== place) parent.insertBefore(node, place);
    before = node;
  }
  for (const gone of old.values()) gone.remove();
}

/**
 * What the reader opened stays open, and the focus stays where it was.
 * @param {Element} from
 * @param {Element} to
 */
function carryOver(from, to) {
  const opened = from.querySelectorAll("details");
  to.querySelectorAll("details").forEach((details, index) => {
    details.open = opened[index]?.open ?? details.open;
  });
  const focusable = "summary, button, [tabindex]";
  const at = [...from.querySelectorAll(focusable)].indexOf(/** @type {Element} */ (document.activeElement));
  if (at < 0) return;
  queueMicrotask(() => {
    const target = to.querySelectorAll(focusable)[at];
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  });
}
