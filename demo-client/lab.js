// The lab's two addresses: what it tells (one stream of views) and what it is
// told (the control plane).

/**
 * @typedef {import("./view").View} View
 * @typedef {import("./view").Profile} Profile
 * @typedef {{action: "replay" | "forge" | "demote" | "promote" | "flush"}
 *   | {action: "reset", usual?: boolean}
 *   | {action: "variant", column: import("./view").Mechanism, choice: string}
 *   | {action: "variants", cookie: string[], session: string[], jwt: string[]}
 *   | {action: "profile", profile: Profile}
 *   | {action: "line", line: import("./view").Line}
 *   | {action: "restart", new_keys: boolean}
 *   | {action: "ahead", seconds: number}} Command
 * @typedef {"open" | "lost"} Line
 */

const labToken = document.querySelector('meta[name="lab-token"]')?.getAttribute("content") ?? "";

/**
 * @param {(view: View) => void} onView
 * @param {(line: Line) => void} onLine
 */
export function listen(onView, onLine) {
  // One stream a tab: each holds one of the six connections that a browser
  // opens to a host.
  const stream = new EventSource("/__lab/events");
  let lost = false;
  stream.addEventListener("view", (event) => onView(JSON.parse(event.data)));
  stream.addEventListener("open", () => {
    if (lost) void reloadWhenAnother();
    lost = false;
    onLine("open");
  });
  stream.addEventListener("error", () => {
    lost = true;
    onLine("lost");
    // The browser tries again by itself after a broken connection, but not
    // after an answer that was no stream.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(onView, onLine), 2_000);
  });
  // A page that was left may be kept for "Back", and its stream with it: six
  // of those, and the page that is open gets no connection.
  addEventListener("pagehide", () => stream.close(), { once: true });
}

/** Takes the stream up again where "Back" brings a page that was kept. */
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/**
 * Each start of the lab makes a new token. What answers after a break may be
 * another start; then neither this page nor its iframes could tell it anything.
 */
async function reloadWhenAnother() {
  const page = await (await fetch("/", { cache: "no-store" })).text();
  if (!page.includes(labToken)) location.reload();
}

/** @returns {Promise<import("./view").Attack[]>} which attacks there are */
export async function attacks() {
  return told(fetch("/__lab/attacks"), []);
}

/** @returns {Promise<import("./view").Lesson[]>} */
export async function lessons() {
  return told(fetch("/__lab/lessons"), []);
}

/**
 * Tries one; it takes up to a few seconds.
 * @param {{attack: string, column: import("./view").Mechanism}} order
 * @returns {Promise<import("./view").Tried | null>} none when the lab could not
 */
export async function attack(order) {
  return told(post("/__lab/attack", order), null);
}

/**
 * Begins an attempt of the attacker's in this browser.
 * @param {{lure: string, column: import("./view").Mechanism}} order
 * @returns {Promise<{attempt: string, page: string} | null>} which page to open
 */
export async function beginLure(order) {
  return told(post("/__lab/lure", order), null);
}

/** @param {string} attempt @returns {Promise<import("./view").Lured | null>} none while nothing has come of it */
export async function lured(attempt) {
  return told(fetch(`/__lab/lure?attempt=${attempt}`, { cache: "no-store" }), null);
}

/** @returns {Promise<import("./scoreboard").Scoreboard | null>} none when the lab could not say */
export async function scoreboard() {
  return told(fetch("/__lab/scoreboard", { cache: "no-store" }), null);
}

/**
 * What the last step of a lesson cost.
 * @param {import("./view").Measure} measure
 * @returns {Promise<import("./view").Cost | null>} none when the lab could not say
 */
export async function cost(measure) {
  return told(fetch(`/__lab/cost?measure=${measure}`, { cache: "no-store" }), null);
}

/**
 * Has a whole round measured in a second lab; it takes many seconds.
 * @returns {Promise<import("./scoreboard").Scoreboard | string>} or why not
 */
export async function measure() {
  try {
    const response = await post("/__lab/measure", {});
    const answer = await response.json();
    return response.ok ? answer : String(answer.sentence);
  } catch (error) {
    return String(error);
  }
}

/**
 * Exchanges as text, credentials masked.
 * @param {import("./view").Mechanism} column
 */
export async function transcripts(column) {
  const response = await fetch(`/__lab/export?${new URLSearchParams({ column, format: "markdown" })}`, { cache: "no-store" });
  return response.ok ? response.text() : "";
}

/**
 * The JSON of an answer, or what stands for it where there is none.
 * @template T
 * @param {Promise<Response>} asked
 * @param {T} otherwise
 */
async function told(asked, otherwise) {
  try {
    const response = await asked;
    return response.status === 200 ? await response.json() : otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} path @param {unknown} body */
function post(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Lab-Token": labToken },
    body: JSON.stringify(body),
  });
}

/**
 * @param {Command} command
 * @returns {Promise<{outcome: "done" | "restarted" | "failed", forget: import("./view").Mechanism[], revision: number}>}
 *   `restarted`: the lab does not know this page's token, because each start makes a new one; `forget`: the columns for
 *   which the browser has to drop what it holds; `revision`: of the view that has what was done
 */
export async function control(command) {
  try {
    const response = await post("/__lab/control", command);
    if (response.ok) return { outcome: "done", ...(await response.json()) };
    return { outcome: response.status === 401 || response.status === 403 ? "restarted" : "failed", forget: [], revision: 0 };
  } catch {
    return { outcome: "failed", forget: [], revision: 0 };
  }
}

const inClass = document.querySelector('meta[name="lab-class"]')?.getAttribute("content") === "yes";

/**
 * Counted in a class, without a name; elsewhere a prediction stays in this browser.
 * @param {string} lesson @param {number} step @param {boolean[]} guess
 */
export function tellPrediction(lesson, step, guess) {
  if (!inClass) return;
  // The lesson goes on without the count.
  post("/__lab/predicted", { lesson, step, lets_in: guess }).catch(() => {});
}
