import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, presenting } from "../presenter.js";
import { addressed, fulfilled, runs, unusual, wanted } from "../variants.js";

/** @param {string} id @param {Record<string, string[]>} settings the first is the usual one, the one with a star is on */
function column(id, settings) {
  const list = Object.entries(settings).map(([name, words]) => ({
    name,
    usual: words[0]?.replace("*", ""),
    choices: words.map((word) => ({ word: word.replace("*", ""), on: word.endsWith("*"), possible: true })),
  }));
  return /** @type {any} */ ({ id, settings: list });
}

const usual = [
  column("cookie", { protection: ["private*", "plain"] }),
  column("session", { expiry: ["sliding*", "fixed"] }),
  column("jwt", { delivery: ["storage*", "cookie"], algorithm: ["hs256*", "eddsa"] }),
];
const other = [
  column("cookie", { protection: ["private", "plain*"] }),
  usual[1],
  column("jwt", { delivery: ["storage", "cookie*"], algorithm: ["hs256", "eddsa*"] }),
];

test("an address names what is not usual, and nothing else", () => {
  assert.deepEqual(unusual(other[2]), ["cookie", "eddsa"]);
  assert.equal(addressed("?lang=zh", "hardened", usual), "?lang=zh");
  assert.equal(addressed("", "stateless", other), "?profile=stateless&cookie=plain&jwt=cookie,eddsa");
  assert.equal(addressed("?jwt=cookie,eddsa&cookie=plain&profile=stateless", "hardened", usual), "");
});

test("an address asks for what it names, and one that names nothing asks for nothing", () => {
  assert.equal(wanted("?lang=zh&present=jwt"), null);
  assert.equal(wanted("?profile=lax"), null);
  assert.deepEqual(wanted("?jwt=cookie,eddsa&profile=stateless"), {
    profile: "stateless",
    words: { cookie: [], session: [], jwt: ["cookie", "eddsa"] },
  });
});

test("what was asked for is there, or has to be ordered", () => {
  const wish = (/** @type {string} */ search) => /** @type {any} */ (wanted(search));
  assert.ok(fulfilled(wish("?cookie=plain&jwt=eddsa,cookie"), "hardened", other));
  assert.ok(!fulfilled(wish("?cookie=plain"), "hardened", other));
  assert.ok(!fulfilled(wish("?jwt=rot13"), "hardened", usual));
  assert.ok(!fulfilled(wish("?profile=stateless"), "hardened", usual));
  // The usual may be named.
  assert.ok(fulfilled(wish("?jwt=storage,hs256"), "hardened", usual));
});

test("an address that was written asks for what was on", () => {
  const wish = /** @type {any} */ (wanted(addressed("", "stateless", other)));
  assert.ok(fulfilled(wish, "stateless", other));
});

test("a word is on in its own column", () => {
  assert.ok(runs(other[2], "cookie"));
  assert.ok(!runs(usual[2], "cookie"));
});

test("presenter mode names the column in focus, and no other word", () => {
  assert.equal(asked("?present=jwt"), "jwt");
  assert.equal(asked("?present=yes"), null);
  assert.equal(presenting("?jwt=cookie,eddsa", "session"), "?jwt=cookie,eddsa&present=session");
  assert.equal(presenting("?present=session", null), "");
});
