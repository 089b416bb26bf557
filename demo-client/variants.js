// How each server runs, in an address: `?cookie=plain&jwt=cookie,eddsa`. Which
// variants there are is the lab's to say; an address only names them. It never
// has a credential in it.

/**
 * @typedef {import("./view").Column} Column
 * @typedef {import("./view").Mechanism} Mechanism
 * @typedef {import("./view").Profile} Profile
 * @typedef {Record<Mechanism, string[]>} Words
 * @typedef {{profile: Profile | null, words: Words}} Wish
 */

/** @type {Mechanism[]} */
const COLUMNS = ["cookie", "session", "jwt"];

/** What an address asks for; null when it asks for nothing. @param {string} search @returns {Wish | null} */
export function wanted(search) {
  const query = new URLSearchParams(search);
  const asked = query.get("profile");
  const profile = asked === "hardened" || asked === "stateless" ? asked : null;
  if (profile === null && !COLUMNS.some((id) => query.has(id))) return null;
  const words = (/** @type {Mechanism} */ id) => (query.get(id) ?? "").split(",").filter((word) => word !== "");
  return { profile, words: { cookie: words("cookie"), session: words("session"), jwt: words("jwt") } };
}

/** The words of a column that are not the usual ones. @param {Pick<Column, "settings">} column */
export function unusual({ settings }) {
  return settings.flatMap(({ usual, choices }) => choices.filter((one) => one.on && one.word !== usual).map((one) => one.word));
}

/** @param {Pick<Column, "settings">} column @param {string} word whether the server runs so */
export function runs({ settings }, word) {
  return settings.some(({ choices }) => choices.some((one) => one.on && one.word === word));
}

/** Whether the columns run as an address asks. @param {Wish} wish @param {Profile} profile @param {Column[]} columns */
export function fulfilled({ profile: asked, words }, profile, columns) {
  const same = (/** @type {Column} */ column) => {
    const there = unusual(column);
    const named = words[column.id].filter((word) => !column.settings.some(({ usual }) => usual === word));
    return named.length === there.length && named.every((word) => there.includes(word));
  };
  return (asked === null || asked === profile) && columns.every(same);
}

/** The same address for how the columns run. @param {string} search @param {Profile} profile @param {Column[]} columns */
export function addressed(search, profile, columns) {
  const query = new URLSearchParams(search);
  put(query, "profile", profile === "hardened" ? "" : profile);
  for (const column of columns) put(query, column.id, unusual(column).join(","));
  return written(query);
}

/** @param {URLSearchParams} query @param {string} name @param {string} value nothing: it goes */
export function put(query, name, value) {
  if (value === "") query.delete(name);
  else query.set(name, value);
}

/** A comma may stand in a query as it is (RFC 3986, section 3.4). @param {URLSearchParams} query */
export function written(query) {
  const text = query.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}
