import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../", import.meta.url);

test("the page loads every sheet of its own, and no other", () => {
  const page = readFileSync(new URL("index.html", root), "utf8");
  const loaded = [...page.matchAll(/href="\/style\/([\w-]+\.css)"/g)].map((match) => match[1]);
  assert.deepEqual(loaded.toSorted(), readdirSync(new URL("style/", root)).toSorted());
});
