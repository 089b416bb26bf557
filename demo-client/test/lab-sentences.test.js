import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { translate } from "../lab-sentences.js";

const root = new URL("../", import.meta.url);
const catalogue = JSON.parse(readFileSync(new URL("i18n/lab.zh.json", root), "utf8"));

test("a sentence is found as it is, and with what the lab filled in", () => {
  const texts = { "One.": "一。", "{1} of {2} left": "{2} 剩 {1}" };
  assert.equal(translate(texts, "One."), "一。");
  assert.equal(translate(texts, "3 of 10 left"), "10 剩 3");
  assert.equal(translate(texts, "Two."), null);
});

test("what is filled in may be a sentence of its own", () => {
  assert.equal(translate({ "Now {1}": "现在 {1}", "go.": "走。" }, "Now go."), "现在 走。");
});

test("characters that mean something in a pattern mean themselves", () => {
  assert.equal(translate({ "a+b (x) {1}?": "{1}！" }, "a+b (x) 7?"), "7！");
  assert.equal(translate({ "a.c {1}": "{1}" }, "abc 7"), null);
});

test("the translation has the same holes", () => {
  const holes = (/** @type {string} */ text) => (text.match(/\{\d\}/g) ?? []).sort();
  for (const [english, text] of Object.entries(catalogue)) assert.deepEqual(holes(text), holes(english), english);
});

test("the lab still writes every sentence that is translated", () => {
  const folder = new URL("../crates/lab/src/", root);
  const source = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".rs"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n")
    // A long string goes on in the next line.
    .replace(/\\\n\s*/g, "");
  for (const english of Object.keys(catalogue)) {
    // The lab may put a sentence together: its pieces must be there.
    for (const piece of english.split(/\{\d\}|; /)) {
      const words = piece.trim().replace(/^[.,:;]+|[.,:;]+$/g, "").trim();
      assert.ok(source.includes(words), `the lab does not write "${words}" any more`);
    }
  }
});
