// Single keys, where they work: not while somebody types or chooses, not with a
// modifier, not over a dialog, and not where they were turned off (WCAG 2.2, 2.1.4).

import { shortcuts } from "./preferences.js";

/** What takes letters for itself. */
const TYPING = 'input[type="text"], select, textarea';
/** What the key Space presses, opens or scrolls by itself. */
const PRESSED = "button, a, summary, input, select, textarea, [tabindex]:not(main)";

/** The key, as the page is to take it. @param {KeyboardEvent} event @returns {string | null} none: it is not the page's */
export function pageKey(event) {
  if (!shortcuts() || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  if (document.querySelector("dialog[open]") !== null) return null;
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest(TYPING) !== null) return null;
  if (event.key === " " && at.closest(PRESSED) !== null) return null;
  return event.key.toLowerCase();
}

/** @param {Record<string, () => void>} keys what each does @param {AbortSignal} [signal] ends it */
export function onKeys(keys, signal) {
  const hear = (/** @type {KeyboardEvent} */ event) => {
    const key = pageKey(event);
    const act = key === null || !Object.hasOwn(keys, key) ? undefined : keys[key];
    if (act === undefined) return;
    // Space would scroll.
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", hear, signal === undefined ? {} : { signal });
}
