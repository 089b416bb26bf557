import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { LANGUAGES, fill, pick } from "../language.js";
import { slug, verdictKeys } from "../sentences.js";

const root = new URL("../", import.meta.url);
const catalogues = Object.fromEntries(
  Object.entries(LANGUAGES).map(([name, { file }]) => [name, JSON.parse(readFileSync(new URL(file, root), "utf8"))]),
);
const WORDS = ["ALLOWED", "DENIED", "STALE", "REVOKED", "FORGED", "BLOCKED BY BROWSER", "UNAVAILABLE"];

/** @param {string} text */
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("every catalogue has the same keys in the same order", () => {
  const [first, ...others] = Object.values(catalogues).map((catalogue) => Object.keys(catalogue));
  for (const keys of others) assert.deepEqual(keys, first);
});

test("a text and its translation have the same holes, and none is empty", () => {
  for (const [key, text] of Object.entries(catalogues.en)) {
    for (const [name, catalogue] of Object.entries(catalogues)) {
      assert.notEqual(catalogue[key].trim(), "", `${name} ${key}`);
      assert.deepEqual(holes(catalogue[key]), holes(text), `${name} ${key}`);
    }
  }
});

test("no key stands twice in a file", () => {
  for (const { file } of Object.values(LANGUAGES)) {
    const keys = [...readFileSync(new URL(file, root), "utf8").matchAll(/^\s*"([^"]+)":/gm)].map((match) => match[1]);
    assert.deepEqual(keys, [...new Set(keys)]);
  }
});

test("every key that the code spells out has a text, and every text a use", () => {
  const sources = ["", "elements/"]
    .flatMap((folder) => readdirSync(new URL(folder || ".", root)).map((name) => folder + name))
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(new URL(name, root), "utf8"))
    .join("\n");
  const used = [...sources.matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1]);
  assert.ok(used.length > 20);
  for (const key of used) assert.ok(key in catalogues.en, `${key} has no text`);
  // `t(`word.${…}`)` uses every key that begins so.
  const prefixes = [...sources.matchAll(/`([a-z-]+\.(?:[a-z-]+\.)*)\$\{/g)].map((match) => match[1]);
  const dynamic = [...prefixes, "verdict."];
  const quoted = new Set([...sources.matchAll(/"([a-z-]+(?:\.[a-z-]+)+)"/g)].map((match) => match[1]));
  for (const key of Object.keys(catalogues.en)) {
    assert.ok(key === "title" || used.includes(key) || quoted.has(key) || dynamic.some((prefix) => key.startsWith(prefix)), `${key} is never used`);
  }
});

test("every verdict word has a text", () => {
  for (const word of WORDS) assert.ok(`word.${slug(word)}` in catalogues.en, word);
});

test("the keys of a verdict go from the special to the general", () => {
  assert.deepEqual(verdictKeys("jwt", "hardened", { action: "admin", word: "BLOCKED BY BROWSER", status: 403 }), [
    "verdict.admin.blocked-by-browser.jwt.hardened",
    "verdict.admin.blocked-by-browser.jwt",
    "verdict.admin.blocked-by-browser.403",
    "verdict.admin.blocked-by-browser",
  ]);
  const lost = verdictKeys("session", "hardened", { action: "visit", word: "DENIED", status: 401, cause: "store" });
  assert.deepEqual(lost.slice(0, 2), ["verdict.visit.denied.store.session", "verdict.visit.denied.store"]);
  const over = verdictKeys("jwt", "hardened", { action: "visit", word: "DENIED", status: 401, expired: true });
  assert.deepEqual(over.slice(0, 2), ["verdict.visit.denied.expired.jwt", "verdict.visit.denied.expired"]);
});

test("holes are filled, and what has no value stays to be seen", () => {
  assert.equal(fill({ a: "{x} of {y}" }, "a", { x: 1, y: "z" }), "1 of z");
  assert.equal(fill({ a: "{x}" }, "a"), "{x}");
  assert.equal(fill({}, "a.key"), "a.key");
});

test("the first language that there is a catalogue for is taken", () => {
  assert.equal(pick(["de-DE", "zh-TW", "en"]), "zh");
  assert.equal(pick(["fr"]), "en");
  assert.equal(pick([]), "en");
});
