import assert from "node:assert/strict";
import { test } from "node:test";
import { sum } from "../attack-sum.js";

test("the sum of the attacks adds up: where there was nothing to aim at, nothing was tried", () => {
  const told = [
    ...Array(43).fill({ outcome: "pass", tone: "good" }),
    ...Array(3).fill({ outcome: "not applicable", tone: "neutral" }),
    { word: "ALLOWED", tone: "warn" },
  ];
  assert.deepEqual(sum(/** @type {any} */ (told), 74), { tried: 44, all: 71, denied: 43, known: 1, surprises: 0 });
});
