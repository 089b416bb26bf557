import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, rightly } from "../answers.js";

const REPLAY = /** @type {const} */ ({ act: "replay", measure: null });
const CAME = [true, false, true];

test("what came out is said beside each column, and whether it was foretold", () => {
  // Cookie alone was ticked: of the session that was right, and it lets nobody in all the same.
  assert.deepEqual(answers(REPLAY, CAME, [true, false, false]), [
    { word: "answer.in", right: true },
    { word: "answer.out", right: true },
    { word: "answer.in", right: false },
  ]);
  assert.deepEqual(rightly(CAME, [true, false, false]), { right: 2, all: 3 });
});

test("who foretold nothing hears what came out, and nothing of a prediction", () => {
  assert.deepEqual(answers(REPLAY, CAME, null), [
    { word: "answer.in", right: null },
    { word: "answer.out", right: null },
    { word: "answer.in", right: null },
  ]);
});

test("the words answer the question of the step", () => {
  const said = (/** @type {any} */ step) => answers(step, [true, false], null).map(({ word }) => word);
  assert.deepEqual(said({ act: "foreign", measure: null }), ["answer.did", "answer.did-not"]);
  assert.deepEqual(said({ act: "visit", measure: "asks" }), ["answer.yes", "answer.no"]);
});
