import assert from "node:assert/strict";
import { test } from "node:test";
import { VIEWS, place } from "../address.js";

const taught = /** @type {any[]} */ ([{ name: "who" }, { name: "replay" }]);

test("an address names a view, and none is the first", () => {
  for (const view of VIEWS) assert.deepEqual(place(`#${view}`, taught), { view, lesson: null, wrong: null });
  for (const hash of ["", "#"]) assert.deepEqual(place(hash, taught), { view: "state", lesson: null, wrong: null });
});

test("a lesson that there is not leads to those that there are, and says so", () => {
  assert.deepEqual(place("#lesson/replay", taught), { view: "lesson", lesson: taught[1], wrong: null });
  assert.deepEqual(place("#lesson/nosuch", taught), {
    view: "lessons",
    lesson: null,
    wrong: { key: "link.lesson", values: { said: "nosuch", may: "who, replay" } },
  });
  assert.deepEqual(place("#lesson", taught), { view: "lessons", lesson: null, wrong: null });
});

test("a view that there is not is named, in a few letters, and State is shown", () => {
  const { view, wrong } = place(`#${"x".repeat(99)}`, taught);
  assert.equal(view, "state");
  assert.equal(wrong?.values["said"]?.length, 30);
  assert.equal(wrong?.values["may"], VIEWS.join(", "));
  assert.equal(place("#%E0%A4%A", taught).view, "state");
});
