import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, differences } from "../differences.js";

const HOSTS = ["a.test", "b.test", "c.test"];
/** @param {...string} fields */
const head = (...fields) => ["GET /me HTTP/1.1", ...fields, "", ""].join("\r\n");

test("the credential is what differs, and not the column's own host", () => {
  const [cookie, session, jwt] = compare(
    [
      head("Host: a.test", "Referer: http://a.test/x", "Accept: */*", "Cookie: one=1"),
      head("Host: b.test", "Referer: http://b.test/x", "Accept: */*", "Cookie: two=2"),
      head("Host: c.test", "Referer: http://c.test/x", "Accept: */*", "authorization: Bearer x"),
    ],
    HOSTS,
  );
  assert.deepEqual(cookie, { marks: { "Cookie: one=1": "other" }, lacks: [] });
  assert.deepEqual(session, { marks: { "Cookie: two=2": "other" }, lacks: [] });
  assert.deepEqual(jwt, { marks: { "authorization: Bearer x": "only" }, lacks: ["cookie"] });
});

test("names are compared without case, the time not at all, and a repeated field by each value", () => {
  const [first] = compare(
    [head("Date: 1", "Vary: a", "Vary: b"), head("date: 2", "vary: b", "vary: a"), head("DATE: 3", "VARY: a", "VARY: c")],
    HOSTS,
  );
  assert.deepEqual(first?.marks, { "Vary: b": "other" });
});

/** @param {string} id @param {string} host @param {Partial<import("../view").Exchange>[]} exchanges */
const column = (id, host, exchanges) =>
  /** @type {import("../view").Column} */ (/** @type {unknown} */ ({ id, host: `http://${host}`, wire: { exchanges } }));
/** @param {number} id @param {string} line */
const exchange = (id, line) => ({ id, at_ms: id, by: /** @type {const} */ ("browser"), request_line: line, request_head: head("X: y"), response_head: "" });

test("only the same request is compared, the newest of each column", () => {
  const visit = "GET /me HTTP/1.1";
  const same = HOSTS.map((host, index) => column(String(index), host, [exchange(9 + index, visit), exchange(index, "POST /login HTTP/1.1")]));
  assert.deepEqual([...differences(same).values()].map(({ exchange: id }) => id), ["9", "10", "11"]);
  const other = [...same.slice(0, 2), column("2", "c.test", [exchange(12, "GET /admin HTTP/1.1")])];
  assert.equal(differences(other).size, 0);
  assert.equal(differences([...same.slice(0, 2), column("2", "c.test", [])]).size, 0);
});
