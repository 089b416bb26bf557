import assert from "node:assert/strict";
import { test } from "node:test";
import { sum } from "../attack-sum.js";

const CELLS = { lab: 46, lures: 28 };
const denied = { check: "D04", outcome: "pass", tone: "good" };
const idle = { check: "F01", outcome: "not applicable", tone: "neutral" };
const unknown = { check: "D04", outcome: "untestable", tone: "neutral" };
const lured = { word: "ALLOWED", tone: "warn" };
const of = (/** @type {object[]} */ told) => sum(/** @type {any} */ (told), CELLS);

test("all that the button names were run, and where there was nothing to aim at is a part of them", () => {
  const told = [...Array(43).fill(denied), ...Array(3).fill(idle)];
  assert.deepEqual(of(told), { run: 46, lab: 46, lured: 0, lures: 28, denied: 43, known: 0, surprises: 0, idle: 3 });
});

test("the parts of the sum of the attacks add up, and no whole shrinks", () => {
  const found = of([denied, idle, unknown, lured, lured]);
  assert.deepEqual([found.run, found.lured], [2, 2]);
  assert.equal(found.denied + found.known + found.surprises + found.idle, found.run + found.lured);
  assert.deepEqual([found.lab, found.lures], [46, 28]);
});
