import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, mark, refreshIn } from "../wire-text.js";

const HEAD = [
  "GET /me HTTP/1.1",
  "Host: cookie.lab.localhost:8000",
  "Accept: */*",
  "Cookie: __Host-login=abcdefghij",
  "Accept-Encoding: gzip",
  "",
  "",
].join("\r\n");

test("a head keeps the first line and the lines that carry state", () => {
  assert.deepEqual(fold(HEAD), [
    { kind: "line", text: "GET /me HTTP/1.1" },
    { kind: "fold", lines: ["Host: cookie.lab.localhost:8000", "Accept: */*"] },
    { kind: "line", text: "Cookie: __Host-login=abcdefghij" },
    { kind: "line", text: "Accept-Encoding: gzip" },
  ]);
});

test("folding loses no line and keeps the order", () => {
  const lines = fold(HEAD).flatMap((one) => (one.kind === "line" ? [one.text] : one.lines));
  assert.equal(lines.join("\r\n"), HEAD.trimEnd());
});

test("names of fields are matched whatever their case", () => {
  const [, second] = fold("HTTP/1.1 200 OK\r\nSET-COOKIE: a=b\r\nx: y\r\nz: y\r\n");
  assert.deepEqual(second, { kind: "line", text: "SET-COOKIE: a=b" });
});

test("an empty head is one empty line", () => {
  assert.deepEqual(fold(""), [{ kind: "line", text: "" }]);
});

test("every occurrence of a credential is marked, and nothing is lost", () => {
  const runs = mark("a=SECRET-1; b=SECRET-1!", ["SECRET-1"]);
  assert.deepEqual(runs.filter((run) => run.marked).map((run) => run.text), ["SECRET-1", "SECRET-1"]);
  assert.equal(runs.map((run) => run.text).join(""), "a=SECRET-1; b=SECRET-1!");
});

test("of two credentials at one place the longer is marked", () => {
  assert.deepEqual(mark("xSECRET-10", ["SECRET-1", "SECRET-10"]), [
    { text: "x", marked: false },
    { text: "SECRET-10", marked: true },
  ]);
});

test("short values and none at all mark nothing", () => {
  assert.deepEqual(mark("alpha=1", ["1", ""]), [{ text: "alpha=1", marked: false }]);
  assert.deepEqual(mark("", ["SECRET-1"]), []);
});

test("a refresh token in a body is a credential, and nothing else is", () => {
  assert.equal(refreshIn('{"refresh":"abc.def"}'), 7);
  for (const body of ["", "null", "{", "[]", '{"refresh":5}', '{"username":"alice"}']) assert.equal(refreshIn(body), 0, body);
});
