// Acts for one column, on that column's own host, inside an iframe of the page.
// Its requests are same-origin with the server that it talks to: no preflight,
// first-party storage, and the browser's own cookie jar.
//
// The parent says what to do by postMessage; the answer goes back the same way.
// Both sides name the other's origin exactly and check who speaks.

/**
 * @typedef {{id: number, do: "login" | "visit" | "admin" | "logout" | "forget", username?: string, password?: string, remember?: boolean, by_cookie?: boolean}} Order
 */

const parentOrigin = meta("lab-origin");
const labToken = meta("lab-token");
// Only jwt-state hands its credential to script. Where to keep it is script's
// choice then; this page makes the usual one, so that the lesson can be seen:
// whatever runs on this origin can read it.
const ACCESS = "access";
const REFRESH = "refresh";

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
function send(method, path, body) {
  const headers = new Headers();
  const access = localStorage.getItem(ACCESS);
  if (access !== null) headers.set("Authorization", `Bearer ${access}`);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  return fetch(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    cache: "no-store",
    redirect: "error",
  });
}

/**
 * The status of an answer whose body is for the tap alone. It is read all the same: a body that
 * nobody reads stays in the browser's memory for as long as the page is open.
 * @param {Response} response
 */
async function drained(response) {
  await response.arrayBuffer();
  return response.status;
}

/**
 * Keeps the tokens of an answer that has some; the others come as cookies,
 * which script neither sees nor needs to see.
 * @param {Response} response
 */
async function keepTokens(response) {
  if (!response.ok) {
    await drained(response);
    return;
  }
  const answer = await response.json();
  if (typeof answer.access !== "string" || typeof answer.refresh !== "string") {
    // They came in cookies. An old one in the header would hide them.
    dropTokens();
    return;
  }
  localStorage.setItem(ACCESS, answer.access);
  localStorage.setItem(REFRESH, answer.refresh);
}

function dropTokens() {
  localStorage.removeItem(ACCESS);
  localStorage.removeItem(REFRESH);
}

/**
 * A refresh token works once, and the second use ends the whole login. So two
 * tabs must not both use the one in their shared storage: they queue here, and
 * whoever comes second finds the new pair.
 * @param {string | null} refused the access token that was not accepted
 * @param {boolean} byCookie script does not see the token, and cannot know whether there is one: it has to ask
 */
function refreshOnce(refused, byCookie) {
  return navigator.locks.request("refresh", async () => {
    if (localStorage.getItem(ACCESS) !== refused) return true;
    const refresh = localStorage.getItem(REFRESH);
    if (refresh === null && !byCookie) return false;
    const response = await fetch("/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(refresh === null ? {} : { refresh }),
      cache: "no-store",
    });
    await keepTokens(response);
    return response.ok;
  });
}

/** @param {string} path @param {boolean} byCookie */
async function read(path, byCookie) {
  const access = localStorage.getItem(ACCESS);
  const status = await drained(await send("GET", path));
  if (status !== 401 || (localStorage.getItem(REFRESH) === null && !byCookie)) return status;
  return (await refreshOnce(access, byCookie)) ? drained(await send("GET", path)) : status;
}

/** @param {Order} order */
async function login({ username, password, remember }) {
  const response = await send("POST", "/login", { username, password, remember });
  await keepTokens(response);
  return response.status;
}

async function logout() {
  const status = await drained(await send("POST", "/logout"));
  // 503: the logout could not be made true. A client that forgot the token now
  // could not try again.
  if (status < 500) dropTokens();
  return status;
}

/** @param {string} path @param {unknown} body */
function tellLab(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Lab-Token": labToken },
    body: JSON.stringify(body),
  });
}

/** @returns {Promise<number>} the revision of the lab's view in which all of it is; 0: the lab does not say */
async function report() {
  try {
    return (await (await tellLab("/__lab/storage", readable())).json()).revision;
  } catch {
    return 0;
  }
}

async function forget() {
  localStorage.clear();
  return drained(await tellLab("/__lab/forget", {}));
}

/** What any script on this origin can read, a stranger's too. */
function readable() {
  const items = Object.entries(localStorage).map(([name, value]) => ({ name, value }));
  const cookies = document.cookie
    .split("; ")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return { name: pair.slice(0, Math.max(at, 0)), value: pair.slice(at + 1) };
    });
  return { items, cookies };
}

/** @param {Order} order @returns {Promise<number>} the status of the last answer */
function carryOut(order) {
  switch (order.do) {
    case "login": return login(order);
    case "visit": return read("/me", order.by_cookie === true);
    case "admin": return read("/admin", order.by_cookie === true);
    case "logout": return logout();
    case "forget": return forget();
    default: return Promise.reject(new Error("unknown order"));
  }
}

window.addEventListener("message", async (event) => {
  if (event.source !== window.parent || event.origin !== parentOrigin) return;
  /** @type {Order} */
  const order = event.data;
  // 0: the request got no answer at all.
  const status = await carryOut(order).catch(() => 0);
  window.parent.postMessage({ id: order.id, done: order.do, status, revision: await report() }, parentOrigin);
});

await report();
window.parent.postMessage({ id: 0, done: "ready" }, parentOrigin);
