// The page's texts. A catalogue is flat JSON, one file a language; which one is
// in use is the only state here.

import { translate } from "./lab-sentences.js";

/** @typedef {Record<string, string>} Catalogue */

/**
 * What can be chosen, each under its own name; `tag` is the `lang` of the page,
 * `lab` the catalogue for the lab's own sentences, which are English.
 */
export const LANGUAGES = /** @type {const} */ ({
  en: { name: "English", tag: "en", file: "i18n/en.json", lab: null },
  zh: { name: "中文", tag: "zh-CN", file: "i18n/zh.json", lab: "i18n/lab.zh.json" },
});

/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {Catalogue} */
let texts = {};
/** @type {Catalogue} */
let labTexts = {};
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

/**
 * A sentence of the lab in the reader's language, and which language that is.
 * @param {string} sentence
 */
export function fromLab(sentence) {
  const text = translate(labTexts, sentence);
  return text === null ? { text: sentence, lang: "en" } : { text, lang: LANGUAGES[current].tag };
}

/** @param {Language} chosen */
export async function speak(chosen) {
  const { file, lab, tag } = LANGUAGES[chosen];
  [texts, labTexts] = await Promise.all([load(file), lab === null ? {} : load(lab)]);
  current = chosen;
  document.documentElement.lang = tag;
}

/** @param {string} file @returns {Promise<Catalogue>} */
async function load(file) {
  const response = await fetch(new URL(file, import.meta.url));
  if (!response.ok) throw new Error(`the texts of the page did not come: ${file}, ${response.status}`);
  return response.json();
}
