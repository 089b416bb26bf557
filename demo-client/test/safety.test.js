// What the page shows was written by whoever sits at the other end of the wire.
// These tests read the sources: markup from text, inline script and foreign
// addresses must not come in by accident.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../", import.meta.url);
const names = readdirSync(root, { recursive: true })
  .map(String)
  .filter((name) => /\.(js|html|css)$/.test(name) && !name.startsWith("test"));
const sources = names.map((name) => ({ name, text: readFileSync(new URL(name, root), "utf8") }));

test("there is something to read", () => {
  for (const name of ["main.js", "column.js", "index.html", "elements/wire-card.js", "style/cards.css"]) {
    assert.ok(names.includes(name), name);
  }
});

test("text never becomes markup or code", () => {
  const sinks = /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|DOMParser|createContextualFragment|\beval\b|new Function|srcdoc/;
  for (const { name, text } of sources) assert.doesNotMatch(text, sinks, name);
});

test("the policy needs no exception: nothing is inline", () => {
  for (const { name, text } of sources.filter((one) => one.name.endsWith(".html"))) {
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:/i, name);
    // The page with the hole is there to let the attacker's script in.
    const own = name === "hole.html" ? /\ssrc="%EVIL%\/injected\.js"/ : /\ssrc="\//;
    for (const [tag] of text.matchAll(/<script[^>]*>/g)) assert.match(tag, own, name);
  }
  for (const { name, text } of sources) assert.doesNotMatch(text, /setAttribute\("style"|style: "/, name);
});

test("nothing comes from elsewhere", () => {
  for (const { name, text } of sources) {
    const addresses = [...text.matchAll(/(?:https?:)?\/\/[a-z0-9-]+\.[a-z]/gi)].map((match) => match[0]);
    assert.deepEqual(addresses.filter((address) => !address.startsWith("http://www.w")), [], name);
  }
});

test("messages between page and iframe name their target and check their sender", () => {
  for (const name of ["column.js", "frames.js"]) {
    const { text } = sources.find((one) => one.name === name) ?? { text: "" };
    assert.doesNotMatch(text, /postMessage\([^)]*"\*"/, name);
    assert.match(text, /event\.source !==/, name);
    assert.match(text, /event\.origin !==/, name);
  }
});

test("every answer of a column is read to its end: what is not stays in memory while the page is open", () => {
  const { text } = sources.find((one) => one.name === "column.js") ?? { text: "" };
  const statuses = [...text.matchAll(/(\S+)\.status\b/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(statuses)], ["response"]);
  for (const [made] of text.matchAll(/async function \w+\([^)]*\) \{[^}]*return response\.status;/g)) assert.match(made, /keepTokens|arrayBuffer/);
});
