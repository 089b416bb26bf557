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
  assert.equal(addressed("?cookie=bogus&foo=1&theme=blue&lang=zh&present=jwt", "hardened", usual), "?lang=zh&present=jwt");
  assert.equal(addressed("", "stateless", other), "?profile=stateless&cookie=plain&jwt=cookie,eddsa");
  assert.equal(addressed("?jwt=cookie,eddsa&cookie=plain&profile=stateless", "hardened", usual), "");
});

/** @param {string} search @param {any[]} columns */
const wish = (search, columns) => wanted(search, columns).wish;

test("an address asks for what it names, and one that names nothing asks for nothing", () => {
  assert.equal(wish("?lang=zh&present=jwt", usual), null);
  assert.deepEqual(wish("?jwt=cookie,eddsa&profile=stateless", usual), {
    profile: "stateless",
    words: { cookie: [], session: [], jwt: ["cookie", "eddsa"] },
  });
});

test("a wrong word is named with what may stand there, and takes no right one with it", () => {
  const { wish: kept, wrong } = wanted("?jwt=rot13,eddsa&cookie=plain,sealed&profile=lax&theme=blue&sesion=fixed", usual);
  assert.deepEqual(kept, { profile: null, words: { cookie: ["plain"], session: [], jwt: ["eddsa"] } });
  assert.deepEqual(wrong.map(({ key, values }) => `${key} ${values["name"] ?? ""} ${values["said"]}: ${values["may"]}`), [
    "link.word jwt rot13: storage, cookie, hs256, eddsa",
    "link.word cookie sealed: private, plain",
    "link.word profile lax: hardened, stateless",
    "link.word theme blue: light, dark",
    "link.name  sesion: cookie, session, jwt, profile, lang, theme, present",
  ]);
  assert.deepEqual(wanted("?cookie=rot13", usual), { wish: null, wrong: [wrongWord("cookie", "rot13", "private, plain")] });
  assert.deepEqual(wanted("?lang=zh&theme=dark&present=jwt&jwt=hs256", usual).wrong, []);
});

/** @param {string} name @param {string} said @param {string} may */
function wrongWord(name, said, may) {
  return { key: "link.word", values: { name, said, may } };
}

test("of two words for one setting the last counts, as on the command line", () => {
  assert.deepEqual(wish("?jwt=eddsa,hs256,cookie", usual)?.words.jwt, ["cookie", "hs256"]);
});

test("what needs a Redis that is not there is said to need one", () => {
  const without = [{ id: "session", settings: [{ name: "store", usual: "embedded", choices: [{ word: "redis", on: false, possible: false }] }] }];
  assert.deepEqual(wanted("?session=redis", /** @type {any} */ (without)), {
    wish: null,
    wrong: [{ key: "link.redis", values: { name: "session", said: "redis", may: "" } }],
  });
});

test("what was asked for is there, or has to be ordered", () => {
  const asks = (/** @type {string} */ search) => /** @type {any} */ (wish(search, usual));
  assert.ok(fulfilled(asks("?cookie=plain&jwt=eddsa,cookie"), "hardened", other));
  assert.ok(!fulfilled(asks("?cookie=plain"), "hardened", other));
  assert.ok(!fulfilled(asks("?profile=stateless"), "hardened", usual));
  // The usual may be named.
  assert.ok(fulfilled(asks("?jwt=storage,hs256"), "hardened", usual));
});

test("an address that was written asks for what was on", () => {
  assert.ok(fulfilled(/** @type {any} */ (wish(addressed("", "stateless", other), other)), "stateless", other));
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
