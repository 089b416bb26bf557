// How each server runs, in an address: `?cookie=plain&jwt=cookie,eddsa`. Which
// variants there are is the lab's to say; an address only names them. What is
// wrong in it is named, and the rest of it holds. It never has a credential in it.

import { no } from "./address.js";

/**
 * @typedef {import("./view").Column} Column
 * @typedef {import("./view").Mechanism} Mechanism
 * @typedef {import("./view").Profile} Profile
 * @typedef {Record<Mechanism, string[]>} Words
 * @typedef {{profile: Profile | null, words: Words}} Wish
 * @typedef {import("./address.js").Wrong} Wrong
 */

/** What an address may set beside the columns, and to what. @type {Record<string, string[]>} */
const LOOKS = { profile: ["hardened", "stateless"], lang: ["en", "zh"], theme: ["light", "dark"], present: ["cookie", "session", "jwt"] };

/** @type {Mechanism[]} */
const COLUMNS = ["cookie", "session", "jwt"];

/**
 * What an address asks for, as far as the lab has it; null when that is nothing.
 * @param {string} search
 * @param {Column[]} columns
 * @returns {{wish: Wish | null, wrong: Wrong[]}}
 */
export function wanted(search, columns) {
  const query = new URLSearchParams(search);
  const wrong = [...new Set(query.keys())].flatMap((name) => mistakes(name, query.get(name) ?? "", columns));
  const asked = query.get("profile");
  const profile = asked === "hardened" || asked === "stateless" ? asked : null;
  /** @type {Words} */
  const words = { cookie: [], session: [], jwt: [] };
  for (const column of columns) words[column.id] = known(column, split(query.get(column.id)));
  const nothing = profile === null && COLUMNS.every((id) => words[id].length === 0);
  return { wish: nothing ? null : { profile, words }, wrong };
}

/** @param {string | null} list */
function split(list) {
  return (list ?? "").split(",").filter((word) => word !== "");
}

/** Those that the column has; of two for one setting the last, as on the command line. @param {Column} column @param {string[]} words */
function known({ settings }, words) {
  return settings.flatMap(({ choices }) => {
    const last = words.findLast((word) => choices.some((one) => one.word === word && one.possible));
    return last === undefined ? [] : [last];
  });
}

/** What is wrong with one part of an address. @param {string} name @param {string} said @param {Column[]} columns @returns {Wrong[]} */
function mistakes(name, said, columns) {
  const column = columns.find(({ id }) => id === name);
  if (column === undefined) {
    const may = LOOKS[name];
    if (may === undefined) return [no("link.name", name, [...COLUMNS, ...Object.keys(LOOKS)])];
    return may.includes(said) ? [] : [no("link.word", said, may, { name })];
  }
  const choices = column.settings.flatMap((setting) => setting.choices);
  return split(said).flatMap((word) => {
    const choice = choices.find((one) => one.word === word);
    if (choice === undefined) return [no("link.word", word, choices.map((one) => one.word), { name })];
    return choice.possible ? [] : [no("link.redis", word, [], { name })];
  });
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

/** The same address for how the columns run; what is wrong in it was named, and goes. @param {string} search @param {Profile} profile @param {Column[]} columns */
export function addressed(search, profile, columns) {
  const query = new URLSearchParams(search);
  for (const name of new Set(query.keys())) {
    const isColumn = columns.some(({ id }) => id === name);
    if (!isColumn && !LOOKS[name]?.includes(query.get(name) ?? "")) query.delete(name);
  }
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
