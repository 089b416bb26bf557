import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT, Steps, named, newest } from "../steps.js";

/** @param {number} revision @param {number} id the newest exchange */
const view = (revision, id = 0) =>
  /** @type {import("../view").View} */ (
    /** @type {unknown} */ ({ revision, columns: [{ wire: { exchanges: id === 0 ? [] : [{ id }] } }] })
  );
const visit = { key: "do.visit", values: {} };

test("a step keeps the last view that came before the next one began", () => {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.take(view(2, 7));
  steps.take(view(3, 8));
  steps.begin(visit);
  steps.take(view(4, 9));
  assert.deepEqual(steps.all.map((step) => [step.number, step.since, step.view.revision]), [[0, 0, 1], [1, 0, 3], [2, 8, 4]]);
});

test("Back shows what was, the live view goes on, and Forward ends in it", () => {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.take(view(2));
  assert.ok(steps.go(-1));
  steps.take(view(3));
  assert.equal(steps.shown?.view.revision, 1);
  assert.equal(steps.last?.view.revision, 3);
  assert.ok(!steps.go(-1), "there is nothing before the start");
  assert.ok(steps.go(1));
  assert.ok(!steps.isPast);
  assert.ok(!steps.go(1));
  assert.equal(steps.shown?.view.revision, 3);
});

test("whatever is done is done live", () => {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.go(-1);
  steps.begin(visit);
  assert.ok(!steps.isPast);
  assert.equal(steps.last?.number, 2);
});

test("the steps are bounded and keep their numbers", () => {
  const steps = new Steps();
  steps.take(view(1));
  for (let number = 1; number <= KEPT + 5; number += 1) steps.begin(visit);
  assert.equal(steps.all.length, KEPT);
  assert.equal(steps.last?.number, KEPT + 5);
});

test("what did not change is kept once", () => {
  const steps = new Steps();
  steps.take(view(1, 7));
  steps.begin(visit);
  steps.take(view(2, 7));
  const [first, second] = steps.all.map((step) => step.view.columns[0]?.wire.exchanges[0]);
  assert.equal(second, first);
  steps.take(view(3, 8));
  assert.equal(steps.last?.view.columns[0]?.wire.exchanges[0]?.id, 8);
});

test("every order has a name, and the browser's part of Reset is no step of its own", () => {
  assert.equal(named({ do: "forget" }), null);
  assert.deepEqual(named({ do: "login", username: "bob", password: "x", remember: false }), { key: "do.login", values: { account: "bob" } });
  assert.equal(named({ action: "restart", new_keys: true })?.key, "do.rekey");
  assert.equal(named({ action: "line", line: "cut" })?.key, "line.cut.long");
  assert.equal(named({ do: "sibling" })?.key, "do.sibling");
  assert.deepEqual(named({ action: "variant", column: "jwt", choice: "eddsa" })?.values, { column: "jwt", choice: "eddsa" });
  assert.deepEqual(named({ action: "ahead", seconds: 300 }), { key: "steps.ahead", values: { span: "5 min" } });
  const unknown = /** @type {import("../lab.js").Command} */ (/** @type {unknown} */ ({ action: "new" }));
  assert.equal(named(unknown)?.key, "steps.other");
});

test("the newest exchange is looked for in every column", () => {
  assert.equal(newest(view(1)), 0);
  assert.equal(newest(view(1, 12)), 12);
});
