import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const style = new URL("../style/", import.meta.url);

test("what moves by itself is still for whoever asked for that", () => {
  const moving = readdirSync(style).filter((name) => /\b(animation|transition)(-name)?:|(?<![\w-])scroll-behavior/.test(readFileSync(new URL(name, style), "utf8")));
  assert.ok(moving.length > 0);
  for (const name of moving) {
    const text = readFileSync(new URL(name, style), "utf8");
    const rest = text.replace(/@media \(prefers-reduced-motion: no-preference\) \{[\s\S]*?\n\}/g, "");
    assert.doesNotMatch(rest, /\b(animation|transition)(-name)?:|(?<![\w-])scroll-behavior/, name);
  }
});
