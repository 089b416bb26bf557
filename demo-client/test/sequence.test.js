import assert from "node:assert/strict";
import { test } from "node:test";
import { DRAWN, WHAT, breadth, clipped, during, height, hops, line, shape, short } from "../sequence.js";

/** @param {number} id @param {Partial<import("../view").Exchange>} [more] */
const exchange = (id, more = {}) =>
  /** @type {import("../view").Exchange} */ ({
    id,
    at_ms: id,
    by: "browser",
    request_line: "GET /me HTTP/1.1",
    status: 200,
    bytes_up: 400,
    bytes_down: 300,
    credential_bytes: 120,
    duration_us: 900,
    store_commands: [],
    ...more,
  });
const command = { command: "GET lab-1:session:session:abc", reply: "{}\nmore", duration_us: 80, bytes_up: 60, bytes_down: 9 };

test("one arrow for each hop, in the order of the taps", () => {
  const all = hops([exchange(1, { store_commands: [command, command] })]);
  assert.deepEqual(all.map(({ kind, from, to }) => [kind, from, to].join(" ")), [
    "request client server",
    "command server store",
    "reply store server",
    "command server store",
    "reply store server",
    "answer server client",
  ]);
  assert.deepEqual(all.map(({ bytes }) => bytes), [400, 60, 9, 60, 9, 300]);
  assert.deepEqual(all.map(({ us }) => us), [null, null, 80, null, 80, 900]);
});

test("a store that hangs takes commands, and nothing comes out", () => {
  const all = hops([exchange(1, { status: 503, store_commands: [{ ...command, reply: null }] })]);
  assert.deepEqual(all.map(({ kind }) => kind), ["request", "command", "answer"]);
});

test("what is not consulted has no arrow", () => {
  assert.ok(hops([exchange(1)]).every(({ from, to }) => from !== "store" && to !== "store"));
});

test("a step has the exchanges since it began, and not too many", () => {
  const list = [3, 1, 2].map((id) => exchange(id));
  assert.deepEqual(during(list, 1).map(({ id }) => id), [2, 3]);
  assert.deepEqual(during(list, 3), []);
  assert.deepEqual(during(list, 0).map(({ id }) => id), [3], "of a page just opened, the last alone");
  const many = Array.from({ length: 9 }, (_, id) => exchange(id + 2));
  assert.equal(during(many, 1).length, DRAWN);
});

test("an arrow names the command and the family of its key, never the key", () => {
  assert.equal(short("GET lab-1:session:session:abc"), "GET session:…");
  assert.equal(short("EVALSHA 1f 1 lab-1:jwt:family:id 5"), "EVALSHA family:…");
  assert.equal(short("PING"), "PING");
});

test("the drawing has room for every arrow, on a phone, in a drawer and in a third of the page", () => {
  const all = hops([exchange(1, { store_commands: [command] }), exchange(2)]);
  for (const of of [250, 260, 340, 380, 900].map(shape)) {
    for (const name of /** @type {const} */ (["client", "server", "store"])) {
      assert.ok(of.heads[name] >= 0 && of.heads[name] + of.head <= of.width, name);
      assert.ok(of.lanes[name] > of.heads[name] && of.lanes[name] < of.heads[name] + of.head, "a lane comes out of its head");
    }
    assert.ok(of.heads.client + of.head < of.heads.server && of.heads.server + of.head < of.heads.store);
    for (const [index, hop] of all.entries()) {
      const { from, to, y } = line(hop, index, of);
      assert.ok(y < height(all.length));
      assert.ok(of.room < Math.abs(to - from), "what is written stays between its lanes");
    }
  }
  assert.ok(shape(260).room >= breadth("POST /logout", WHAT), "a drawer has room for the usual requests");
});

test("what is too long ends with an ellipsis before the lane, a Chinese letter counting for two", () => {
  for (const text of ["x".repeat(40), "从请求到响应的时间与字节"]) {
    const cut = clipped(text, 100, WHAT);
    assert.ok(cut.endsWith("…") && breadth(cut, WHAT) <= 100, cut);
  }
  assert.equal(clipped("GET /me", 100, WHAT), "GET /me");
});
