// What stands behind the # of the page's address: a view, and for a lesson its
// name. What is there is shown; what is not is named, with what there is.

/**
 * @typedef {import("./view").Lesson} Lesson
 * @typedef {{key: string, values: Record<string, string>}} Wrong a sentence of the catalogue
 */

/** As the navigation has them. */
export const VIEWS = /** @type {const} */ (["state", "sequence", "lessons", "attacks", "scoreboard"]);

/**
 * @param {string} hash
 * @param {Lesson[]} taught
 * @returns {{view: string, lesson: Lesson | null, wrong: Wrong | null}}
 */
export function place(hash, taught) {
  const [view = "", name = ""] = decoded(hash.slice(1)).split("/");
  if (view === "lesson") {
    const lesson = taught.find((one) => one.name === name) ?? null;
    const wrong = lesson === null && name !== "" ? no("link.lesson", name, taught.map((one) => one.name)) : null;
    return { view: lesson === null ? "lessons" : view, lesson, wrong };
  }
  const known = VIEWS.find((one) => one === view);
  const wrong = known === undefined && view !== "" ? no("link.view", view, VIEWS) : null;
  return { view: known ?? "state", lesson: null, wrong };
}

/** @param {string} key @param {string} said @param {readonly string[]} may @param {Record<string, string>} [more] @returns {Wrong} */
export function no(key, said, may, more = {}) {
  // Whoever wrote the address may have written a book into it.
  return { key, values: { ...more, said: said.length <= 30 ? said : `${said.slice(0, 29)}…`, may: may.join(", ") } };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
