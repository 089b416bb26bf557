import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrivals } from "../arrivals.js";

/** @param {number} revision @returns {any} */
const view = (revision) => ({ revision });

/** @param {Promise<void>} waited whether it is over without anything else having happened */
const isOver = (waited) => Promise.race([waited.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 5))]);

test("the view that has it is waited for, and no other", async () => {
  const arrivals = new Arrivals();
  const waited = arrivals.at(2, 3);
  arrivals.arrived(view(2));
  assert.equal(await isOver(waited), false);
  arrivals.arrived(view(4));
  assert.equal(await isOver(waited), true);
});

test("what is here already is not waited for", async () => {
  const arrivals = new Arrivals();
  arrivals.arrived(view(3));
  assert.equal(await isOver(arrivals.at(3)), true);
});

test("a view that never comes holds nobody up for ever", async () => {
  const arrivals = new Arrivals();
  await arrivals.until(() => false, 1);
  arrivals.arrived(view(1));
});
