// Sentences that the lab writes. It writes English; for another language there
// is a catalogue with the English sentence as the key, `{1}` where the lab puts
// a figure or a part of its own. What is not in it stays English, and is marked
// as such for whoever reads it aloud.

/** @typedef {import("./language.js").Catalogue} Catalogue */

/**
 * @param {Catalogue} catalogue
 * @param {string} sentence
 * @returns {string | null} null where there is no translation
 */
export function translate(catalogue, sentence) {
  const exact = catalogue[sentence];
  if (exact !== undefined) return exact;
  for (const [english, text] of Object.entries(catalogue)) {
    if (!english.includes("{1}")) continue;
    const parts = pattern(english).exec(sentence)?.slice(1);
    if (parts === undefined) continue;
    return text.replace(/\{(\d)\}/g, (_, number) => {
      const part = parts[Number(number) - 1] ?? "";
      return translate(catalogue, part) ?? part;
    });
  }
  return null;
}

/** @param {string} english @returns {RegExp} matches the sentence with its parts as groups */
function pattern(english) {
  const literal = english.split(/\{\d\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join("(.+?)")}$`, "s");
}
