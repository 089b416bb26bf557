import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT, Steps, made, named, newest, worded } from "../steps.js";

/**
 * @param {number} revision the second in which it was made
 * @param {number} id the newest exchange, of the same second
 * @param {Partial<import("../view").View> & {by?: string, word?: string}} [more]
 */
const view = (revision, id = 0, { by = "browser", word = "ALLOWED", ...more } = {}) =>
  /** @type {import("../view").View} */ (
    /** @type {unknown} */ ({
      revision,
      now_ms: revision * 1_000,
      notice: null,
      columns: [
        { id: "cookie", settings: [], verdict: { word }, wire: { exchanges: id === 0 ? [] : [{ id, by, at_ms: revision * 1_000 }] } },
        { id: "jwt", settings: [], verdict: { word: "DENIED" }, wire: { exchanges: [] } },
      ],
      ...more,
    })
  );
const visit = { key: "do.visit", values: {} };

test("a step keeps the last view that came before the next one began", () => {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.take(view(2, 7));
  steps.take(view(3, 8));
  steps.begin(visit);
  steps.take(view(4, 9));
  assert.deepEqual(steps.all.map((step) => [step.number, step.since, step.view.revision]), [[0, 0, 1], [1, 0, 3], [2, 8, 4]]);
});

test("Back shows what was, the live view goes on, and Forward ends in it", () => {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.take(view(2));
  assert.ok(steps.go(-1));
  steps.take(view(3));
  assert.equal(steps.shown?.view.revision, 1);
  assert.equal(steps.last?.view.revision, 3);
  assert.ok(!steps.go(-1), "there is nothing before the start");
  assert.ok(steps.go(1));
  assert.ok(!steps.isPast);
  assert.ok(!steps.go(1));
  assert.equal(steps.shown?.view.revision, 3);
});

test("whatever is done is done live", () => {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.go(-1);
  steps.begin(visit);
  assert.ok(!steps.isPast);
  assert.equal(steps.last?.number, 2);
});

test("the steps are bounded and keep their numbers", () => {
  const steps = new Steps();
  steps.take(view(1));
  for (let number = 1; number <= KEPT + 5; number += 1) steps.begin(visit);
  assert.equal(steps.all.length, KEPT);
  assert.equal(steps.last?.number, KEPT + 5);
});

test("what did not change is kept once", () => {
  const steps = new Steps();
  steps.take(view(1, 7));
  steps.begin(visit);
  steps.take(view(2, 8));
  const [first, second] = steps.all.map((step) => step.view.columns);
  assert.equal(second?.[1], first?.[1]);
  assert.equal(second?.[0]?.verdict, first?.[0]?.verdict);
  assert.equal(second?.[0]?.wire.exchanges[0]?.id, 8);
});

/** A page on which somebody has visited: the step has settled in second 2. */
function visited() {
  const steps = new Steps();
  steps.take(view(1));
  steps.begin(visit);
  steps.take(view(2, 7));
  steps.settle(2_000);
  return steps;
}

/** @param {Steps} steps */
const told = (steps) => steps.all.map(({ label, view: { revision } }) => `${label.key} ${revision}`);

test("what somebody else does is a step of its own, and a settled one keeps its verdicts", () => {
  const steps = visited();
  assert.ok(steps.take(view(9, 8, { word: "REVOKED" })));
  assert.deepEqual(told(steps), ["steps.start 1", "do.visit 2", "steps.elsewhere 9"]);
  assert.equal(steps.all[1]?.view.columns[0]?.verdict?.word, "ALLOWED");
  assert.equal(steps.last?.since, 7);
  // What comes close together is one step, and later another.
  steps.take(view(10, 9));
  steps.take(view(15, 10, { by: "neighbour" }));
  assert.deepEqual(told(steps).slice(2), ["steps.elsewhere 10", "steps.neighbour 15"]);
});

test("a late view of its own belongs to a step, and so does time that goes by", () => {
  const steps = visited();
  const late = view(3, 8);
  for (const { wire } of late.columns) for (const one of wire.exchanges) one.at_ms = 2_050;
  assert.ok(!steps.take(late));
  assert.ok(!steps.take(view(60, 8)));
  assert.deepEqual(told(steps), ["steps.start 1", "do.visit 60"]);
});

test("a reset from elsewhere is news and blanks no step", () => {
  const steps = visited();
  assert.ok(steps.take(view(3, 0, { notice: "Everything is as at the start.", word: "" })));
  assert.deepEqual(told(steps), ["steps.start 1", "do.visit 2", "steps.reset 3"]);
});

test("an order from elsewhere changes what is so, and nothing else needs to", () => {
  const steps = visited();
  steps.take(view(9, 7, { line: "cut" }));
  assert.deepEqual(told(steps), ["steps.start 1", "do.visit 2", "steps.elsewhere 9"]);
});

test("after a Reset of its own the history begins anew", () => {
  const steps = visited();
  steps.begin({ key: "act.reset", values: {} });
  steps.settle(3_000);
  steps.take(view(4));
  steps.anew();
  assert.deepEqual(steps.all.map(({ number, label }) => [number, label.key]), [[0, "act.reset"]]);
  assert.equal(steps.count, 3);
  assert.equal(steps.last?.view.revision, 4);
});

test("a step has made the verdicts of the columns in which something was sent", () => {
  const steps = visited();
  assert.deepEqual(made(/** @type {any} */ (steps.last)).map((verdict) => verdict?.word ?? ""), ["ALLOWED", ""]);
});

test("what is looked at stays while steps come from elsewhere", () => {
  const steps = visited();
  steps.begin(visit);
  steps.settle(2_000);
  steps.go(-1);
  for (let more = 1; more < KEPT - 1; more += 1) {
    steps.take(view(10 * more, 7 + more));
    assert.equal(steps.shown?.number, 1);
  }
  assert.equal(steps.all[0]?.number, 1, "the start has gone");
  assert.ok(steps.isPast);
});

test("every order has a name, and the browser's part of Reset is no step of its own", () => {
  assert.equal(named({ do: "forget" }, []), null);
  assert.deepEqual(named({ do: "login", username: "bob", password: "x", remember: false }, []), { key: "do.login", values: { account: "bob" } });
  assert.equal(named({ action: "restart", new_keys: true }, [])?.key, "do.rekey");
  assert.equal(named({ action: "line", line: "cut" }, [])?.key, "line.cut.long");
  assert.equal(named({ lures: ["toss"] }, [])?.key, "attack.toss");
  assert.equal(named({ lures: ["toss", "fixate"] }, [])?.key, "steps.lures");
  assert.deepEqual(named({ action: "ahead", seconds: 300 }, []), { key: "steps.ahead", values: { span: "5 min" } });
  assert.equal(named({ action: "variants", cookie: [], session: [], jwt: [] }, [])?.key, "steps.variants");
});

test("a switch is called what stands on it", () => {
  const say = (/** @type {string} */ key, /** @type {object} */ values = {}) => [key, ...Object.values(values)].join(" ");
  const columns = /** @type {any[]} */ ([{ id: "jwt", settings: [{ name: "algorithm", choices: [{ word: "eddsa" }] }] }]);
  const turned = named({ action: "variant", column: "jwt", choice: "eddsa" }, columns);
  assert.equal(turned && worded(turned, say), "steps.variant column.jwt.short variant.algorithm.eddsa");
  const profile = named({ action: "profile", profile: "stateless" }, []);
  assert.equal(profile && worded(profile, say), "steps.profile profile.stateless");
});

test("the newest exchange is looked for in every column", () => {
  assert.equal(newest(view(1)), 0);
  assert.equal(newest(view(1, 12)), 12);
});
