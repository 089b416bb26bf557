import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, clock, countdown, micros, span } from "../format.js";

test("sizes keep three figures at most", () => {
  assert.equal(bytes(0), "0 B");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(1_000), "1.0 kB");
  assert.equal(bytes(64_512), "64.5 kB");
  assert.equal(bytes(2_500_000), "2.5 MB");
});

test("durations change their unit where the figure would grow long", () => {
  assert.equal(micros(12.4), "12 µs");
  assert.equal(micros(999), "999 µs");
  assert.equal(micros(1_250), "1.3 ms");
  assert.equal(micros(21_450), "21 ms");
  assert.equal(micros(1_500_000), "1.5 s");
});

test("time left is rounded up and never negative", () => {
  assert.equal(countdown(-5_000), "0:00");
  assert.equal(countdown(1), "0:01");
  assert.equal(countdown(51_200), "0:52");
  assert.equal(countdown(59_999), "1:00");
  assert.equal(countdown(3_599_500), "1:00:00");
  assert.equal(countdown(5_025_000), "1:23:45");
  assert.equal(countdown(7 * 86_400_000), "7 d 0 h");
});

test("a span has the symbols of its units, and no unit that is nought", () => {
  assert.equal(span(60_000), "1 min");
  assert.equal(span(300_000 + 14 * 86_400_000), "14 d 5 min");
  assert.equal(span(90_061_000), "1 d 1 h 1 min 1 s");
});

test("an instant of another day names the day", () => {
  const noon = Date.UTC(2026, 10, 23, 12, 0, 5);
  assert.equal(clock(noon, noon + 1_000, "en", "UTC"), "12:00:05");
  assert.match(clock(noon, noon - 86_400_000, "en", "UTC"), /Nov 23.*12:00:05/);
  assert.match(clock(noon, noon - 86_400_000, "zh-CN", "UTC"), /11月23日.*12:00:05/);
});

test("midnight is 00, not 24", () => {
  const midnight = Date.UTC(2026, 10, 23, 0, 0, 0);
  assert.equal(clock(midnight, midnight, "en", "UTC"), "00:00:00");
});
