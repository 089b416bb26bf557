import assert from "node:assert/strict";
import { test } from "node:test";
import { share } from "../shared.js";

/** @typedef {import("../view").View} View */

const exchange = { request_head: "GET /me", carried: [{ answered: false, place: "Authorization", credential: 0 }] };
const key = { key: "revoked:1", kind: "string", value: "", expires_at_ms: 60_000 };
const usual = { exchanges: [{ id: 7, ...exchange }], credentials: [{ value: "one", parts: [{ name: "header", text: "{}" }] }], keys: [key] };

/** @param {number} revision @param {Partial<typeof usual>} [more] */
function view(revision, more = {}) {
  const { exchanges, credentials, keys } = { ...usual, ...more };
  const column = { id: "jwt", settings: [{ name: "alg", choices: [{ word: "EdDSA", on: true }] }], wire: { exchanges, credentials }, server: { keys } };
  // As from the lab: nothing in it is anything else's.
  return /** @type {View} */ (JSON.parse(JSON.stringify({ revision, columns: [column] })));
}

/** @param {View} before @param {View} after */
function shared(before, after) {
  const sent = structuredClone(after);
  share(before, after);
  const [one, other] = [before.columns[0], after.columns[0]];
  assert.ok(one !== undefined && other !== undefined);
  return { one, other, sent };
}

test("what is the same in two views is kept once", () => {
  const later = view(2, { exchanges: [...usual.exchanges, { id: 8, ...exchange }] });
  const { one, other, sent } = shared(view(1), later);
  assert.deepEqual(later, sent);
  assert.equal(other.settings, one.settings);
  assert.equal(other.server, one.server);
  assert.equal(other.wire.credentials, one.wire.credentials);
  assert.equal(other.wire.exchanges[0], one.wire.exchanges[0]);
});

test("it is found where older ones are gone from before it", () => {
  const two = [key, { ...key, key: "revoked:2" }];
  const later = view(2, { keys: two.slice(1) });
  const { one, other, sent } = shared(view(1, { keys: two }), later);
  assert.deepEqual(later, sent);
  assert.equal(other.server.keys[0], one.server.keys[1]);
});

test("an exchange has the credential that it has in its own view", () => {
  const second = { ...exchange, id: 8, carried: [{ answered: false, place: "Authorization", credential: 1 }] };
  const two = { exchanges: [...usual.exchanges, second], credentials: [{ value: "one", parts: [] }, { value: "two", parts: [] }] };
  const later = view(2, { exchanges: [{ ...exchange, id: 8 }], credentials: [{ value: "two", parts: [] }] });
  const { other, sent } = shared(view(1, two), later);
  assert.deepEqual(later, sent);
  assert.equal(other.wire.credentials[other.wire.exchanges[0]?.carried[0]?.credential ?? -1]?.value, "two");
});

test("what has become less is not what it was", () => {
  for (const before of [view(1, { keys: [key, { ...key, key: "revoked:2" }] }), view(1)]) {
    const later = view(2, { keys: [] });
    const { sent } = shared(before, later);
    assert.deepEqual(later, sent);
  }
});

test("an end that was worked out anew is the same one, and does not drift", () => {
  let before = view(1);
  /** @param {number} expires */
  const then = (expires) => {
    const { one, other } = shared(before, (before = view(2, { keys: [{ ...key, expires_at_ms: expires }] })));
    return one.server.keys[0] === other.server.keys[0];
  };
  assert.ok(then(60_003));
  assert.ok(then(60_200));
  assert.ok(!then(60_400));
  assert.equal(before.columns[0]?.server.keys[0]?.expires_at_ms, 60_400);
});
