// What differs between the three columns' last requests, and their answers, line
// by line. What must differ, the column's own host and the time, does not count.

/**
 * @typedef {import("./view").Column} Column
 * @typedef {import("./view").Exchange} Exchange
 * @typedef {import("./view").Mechanism} Mechanism
 * @typedef {"only" | "other"} Mark a line that only this column has, or with another value
 * @typedef {{marks: Record<string, Mark>, lacks: string[]}} Difference
 *   `lacks`: names of lines that both others have
 * @typedef {{exchange: string, request: Difference, answer: Difference}} Differences
 */

/** Changes by itself. */
const RESTLESS = ["date"];

/**
 * Of the newest exchange in each column, where all three asked for the same.
 * @param {Column[]} columns
 * @returns {Map<Mechanism, Differences>} empty: there is nothing to compare
 */
export function differences(columns) {
  const newest = columns.flatMap((column) => {
    const one = column.wire.exchanges.toSorted((a, b) => a.at_ms - b.at_ms || Number(a.id) - Number(b.id)).at(-1);
    return one === undefined ? [] : [{ column, one }];
  });
  const asked = new Set(newest.map(({ one }) => `${one.by} ${one.request_line}`));
  if (newest.length < columns.length || asked.size !== 1) return new Map();
  const hosts = columns.map(({ host }) => host.replace(/^\w+:\/\//, ""));
  const requests = compare(newest.map(({ one }) => one.request_head), hosts);
  const answers = compare(newest.map(({ one }) => one.response_head), hosts);
  return new Map(
    newest.flatMap(({ column, one }, index) => {
      const [request, answer] = [requests[index], answers[index]];
      return request === undefined || answer === undefined ? [] : [[column.id, { exchange: String(one.id), request, answer }]];
    }),
  );
}

/** @param {string[]} heads @param {string[]} hosts the own host of each @returns {Difference[]} */
export function compare(heads, hosts) {
  const parsed = heads.map((head, index) => lines(head, hosts[index] ?? ""));
  return parsed.map((own, index) => {
    const others = parsed.filter((_, other) => other !== index);
    /** @type {Record<string, Mark>} */
    const marks = {};
    for (const { text, name, value } of own) {
      const same = others.map((list) => list.filter((line) => line.name === name));
      if (same.every((list) => list.length === 0)) marks[text] = "only";
      else if (same.some((list) => list.length > 0 && list.every((line) => line.value !== value))) marks[text] = "other";
    }
    const names = new Set(own.map(({ name }) => name));
    const [first = [], ...rest] = others;
    const shared = first.filter(({ name }) => rest.every((list) => list.some((line) => line.name === name)));
    const lacks = [...new Set(shared.map(({ name }) => name))].filter((name) => !names.has(name));
    return { marks, lacks };
  });
}

/** The fields of a head. @param {string} head @param {string} host */
function lines(head, host) {
  const [, ...fields] = head.replace(/(\r?\n)+$/, "").split(/\r?\n/);
  return fields.flatMap((text) => {
    const colon = text.indexOf(":");
    const name = text.slice(0, colon).toLowerCase();
    if (colon < 1 || RESTLESS.includes(name)) return [];
    const value = text.slice(colon + 1).trim();
    return [{ text, name, value: host === "" ? value : value.replaceAll(host, "") }];
  });
}
