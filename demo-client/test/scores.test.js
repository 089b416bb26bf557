import assert from "node:assert/strict";
import { test } from "node:test";
import { markdown, plain } from "../report.js";
import { ROWS, cell } from "../scores.js";

/** @type {import("../scores.js").Say} */
const say = (key, values) => (values === undefined ? key : `${key} ${JSON.stringify(values)}`);
const clock = (/** @type {number} */ ms) => `at ${ms}`;
const figure = { n: 60, min: 900, p50: 1_200, p95: 3_400, max: 8_000 };

/** @type {import("../scoreboard").Scores} */
const NOTHING = {
  visit_us: null,
  request_bytes: null,
  answer_bytes: null,
  commands: null,
  round_trips: null,
  login_bytes: null,
  logout: null,
  demotion: null,
  restart: null,
  rekey: null,
  flush: null,
};

/**
 * @param {Partial<import("../scoreboard").Scores>} live
 * @param {Partial<import("../scoreboard").Scores> | null} measured
 * @returns {import("../scoreboard").Scoreboard}
 */
const board = (live, measured = null) => ({
  settings: [["hardened"], ["hardened"], ["hardened"]],
  live: [{ ...NOTHING, ...live }],
  memory: [null],
  measured:
    measured === null
      ? null
      : { at_ms: 1, took_ms: 2, settings: [], store: "s", columns: [{ ...NOTHING, ...measured }] },
});
/** @param {import("../scoreboard").Scoreboard} of @param {import("../scores.js").Row} row */
const show = (of, row, redis = true) => cell(of, row, 0, redis, say, clock);

test("what was not measured says so, in every row", () => {
  for (const row of ROWS) assert.equal(show(board({}), row).figure, "scores.not-yet");
  assert.equal(show(board({}), "login_bytes", false).figure, "scores.no-redis");
  const aside = { ...board({}), settings: [["hardened", "embedded"]] };
  assert.equal(show(aside, "round_trips").figure, "scores.no-redis");
});

test("a number has its n and its spread with it", () => {
  const { figure: shown, spread, source } = show(board({ visit_us: figure }), "visit_us");
  assert.equal(shown, "1.2 ms / 3.4 ms");
  assert.equal(spread, 'scores.spread {"n":60,"min":"900 µs","max":"8.0 ms"}');
  assert.equal(source, "here");
  const same = { n: 5, min: 180, p50: 180, p95: 180, max: 180 };
  assert.equal(show(board({ request_bytes: same }), "request_bytes").spread, 'scores.same {"n":5}');
});

test("what lies in Redis now is no measurement of a round", () => {
  const now = { ...board({}), memory: [120] };
  assert.deepEqual(show(now, "memory"), { figure: "120 B", spread: "", source: "here", tone: "none" });
  assert.equal(show(board({}), "memory").figure, "scores.not-yet");
  assert.equal(show(now, "memory", false).figure, "scores.no-redis");
});

test("a round counts before what was merely seen", () => {
  const both = show(board({ commands: { ...figure, p50: 9 } }, { commands: { ...figure, p50: 1 } }), "commands");
  assert.deepEqual([both.figure, both.source], ["1", "round"]);
});

test("a copy that is refused has a delay, one that is not has an end", () => {
  const refused = show(board({ logout: { kind: "refused", after_us: figure } }), "logout");
  assert.deepEqual([refused.figure, refused.tone], ['scores.after {"time":"1.2 ms"}', "good"]);
  const lasts = show(board({ logout: { kind: "lasts", tried_ms: 2_010, until_ms: 99 } }), "logout");
  assert.deepEqual([lasts.figure, lasts.spread, lasts.tone], ['scores.never {"time":"2.0 s"}', 'scores.until {"time":"at 99"}', "warn"]);
  assert.equal(show(board({}, { flush: false }), "flush").figure, "scores.gone");
});

test("a report says what was done, foretold and measured, and breaks no table", () => {
  const verdict = { word: "REVOKED", delay_ms: 3 };
  const sent = { exchanges: [{ id: 9 }] };
  const columns = [{ verdict, wire: sent }, { verdict, wire: { exchanges: [{ id: 8 }] } }, { verdict, wire: sent }];
  const view = { now_ms: 5, profile: "hardened", store: { kind: "redis", label: "R" }, columns };
  const step = { number: 3, label: { key: "do.logout", values: {} }, since: 8, view };
  const lesson = { name: "who", title: { en: "Who | you", zh: "谁" }, steps: [{ ask: { en: "Who?", zh: "谁？" } }] };
  const material = /** @type {import("../report.js").Material} */ (
    /** @type {unknown} */ ({
      view,
      store: "R",
      steps: [step],
      predictions: [["who/0/hardened", true]],
      lessons: [lesson],
      language: "en",
      board: { ...board({ visit_us: figure }), live: [NOTHING, NOTHING, NOTHING] },
      transcripts: ["```http\n> GET /me\n```", "", ""],
    })
  );
  const text = markdown(material, say, clock);
  assert.match(text, /\| 3\. do\.logout \{\} \| REVOKED \(3 ms\) \|  \| REVOKED \(3 ms\) \|/);
  assert.match(text, /\| Who \\\| you \| Who\? \(hardened\) \| lesson\.right \|/);
  assert.match(text, /\*\*scores\.visit_us\.\*\* scores\.visit_us\.not/);
  assert.ok(text.includes("> GET /me"));
  assert.equal(plain("a|b\nc"), "a\\|b c");
});
