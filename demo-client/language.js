// The page's texts. A catalogue is flat JSON, one file a language; which one is
// in use is the only state here.

/** @typedef {Record<string, string>} Catalogue */

/** What can be chosen, each under its own name; the key is the `lang` of the page. */
export const LANGUAGES = /** @type {const} */ ({
  en: { name: "English", tag: "en", file: "i18n/en.json" },
  zh: { name: "中文", tag: "zh-CN", file: "i18n/zh.json" },
});

/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {Catalogue} */
let texts = {};
/** @type {Language} */
let current = "en";

/**
 * @param {Catalogue} catalogue
 * @param {string} key
 * @param {Record<string, string | number>} [values] for `{name}` in the text
 */
export function fill(catalogue, key, values = {}) {
  // A key without a text is shown as itself: ugly, and so not overlooked.
  const text = catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values) {
  return fill(texts, key, values);
}

/**
 * The text of the first key that has one.
 * @param {string[]} keys most specific first
 * @returns {string | null}
 */
export function firstOf(keys) {
  return keys.map((key) => texts[key]).find((text) => text !== undefined) ?? null;
}

export function language() {
  return current;
}

/** @param {readonly string[]} wanted as in `navigator.languages` @returns {Language} */
export function pick(wanted) {
  for (const tag of wanted) {
    const [primary] = tag.toLowerCase().split("-");
    if (primary === "zh" || primary === "en") return primary;
  }
  return "en";
}

/** @param {Language} chosen */
export async function speak(chosen) {
  const response = await fetch(new URL(LANGUAGES[chosen].file, import.meta.url));
  if (!response.ok) throw new Error(`the texts of the page did not come: ${response.status}`);
  texts = await response.json();
  current = chosen;
  document.documentElement.lang = LANGUAGES[chosen].tag;
}
