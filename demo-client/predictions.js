// What was foretold and which lessons were done, kept in this browser and nowhere else.

const KEY = "predictions";

/** @returns {Record<string, boolean>} by lesson, step and profile: whether it was right */
function kept() {
  try {
    const held = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof held === "object" && held !== null ? held : {};
  } catch {
    return {};
  }
}

/** The first answer counts: afterwards one knows. @param {string} question */
export function isForetold(question) {
  return question in kept();
}

/** @param {string} question @param {boolean} right */
export function foretell(question, right) {
  localStorage.setItem(KEY, JSON.stringify({ ...kept(), [question]: right }));
}

/** Each that was foretold, by lesson, step and profile. @returns {[string, boolean][]} */
export function predictions() {
  return Object.entries(kept());
}

/** How many were right, of how many. */
export function foretold() {
  const all = Object.values(kept());
  return { right: all.filter((right) => right === true).length, asked: all.length };
}

const DONE = "lessons";

/** The lessons that were walked to their end. @returns {string[]} */
export function lessonsDone() {
  try {
    const held = JSON.parse(localStorage.getItem(DONE) ?? "[]");
    return Array.isArray(held) ? held.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

/** @param {string} name */
export function lessonDone(name) {
  localStorage.setItem(DONE, JSON.stringify([...new Set([...lessonsDone(), name])]));
}
