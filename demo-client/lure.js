// The attacker's page. It comes from a host of the attacker's, is opened by the
// lab's page, and does in the visitor's browser what such a page does: there is
// no credential in it, only what the browser adds by itself.

import { el } from "./dom.js";
import { LANGUAGES, pick, speak, t } from "./language.js";

const asked = new URLSearchParams(location.search);
const [lure, way, column, target, attempt] = ["lure", "way", "column", "target", "attempt"].map(meta);
const mark = `attempt=${attempt}`;

/** What is posted, linked or fetched: by this the lab finds it on the wire. */
const LOGOUT = `${target}/logout?${mark}`;
const ME = `${target}/me?${mark}`;

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

/** The source of what this page is about, for whoever looks. */
const SOURCES = /** @type {Record<string, string>} */ ({
  form: `<form method="post" action="${LOGOUT}">\n  <input type="hidden" name="prize" value="1">\n</form>`,
  link: `<a href="${ME}">…</a>`,
  image: `<img src="${ME}">`,
  fetch: `fetch("${LOGOUT}", {\n  method: "POST",\n  credentials: "include",\n  headers: { "Content-Type": "application/json" },\n  body: "{}",\n})`,
  plant: `Set-Cookie: planted=1; Domain=lab.localhost; …\nSet-Cookie: __Host-…=…; Domain=lab.localhost; …\n\nfetch("${ME}", { credentials: "include" })`,
});

/** What fills the whole window ends this page; of the rest it tells what it was told. */
const DEEDS = /** @type {Record<string, () => Promise<string | null>>} */ ({
  form: async () => {
    const form = el("form", { method: "post", action: LOGOUT }, el("input", { type: "hidden", name: "prize", value: "1" }));
    document.body.append(form);
    form.submit();
    return null;
  },
  link: async () => {
    el("a", { href: ME }).click();
    return null;
  },
  image: () =>
    new Promise((resolve) => {
      const image = el("img", { alt: "" });
      image.addEventListener("load", () => resolve("load"));
      image.addEventListener("error", () => resolve("error"));
      image.src = ME;
      document.querySelector("main")?.append(image);
    }),
  fetch: () => said(LOGOUT, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }),
  plant: async () => {
    const answer = await said(ME, { mode: "no-cors" });
    // What was planted is for this one attempt.
    await fetch("/clear");
    return answer;
  },
});

/** What script learns of a request: an answer that it may read, or an error. @param {string} address @param {RequestInit} options */
async function said(address, options) {
  try {
    const answer = await fetch(address, { credentials: "include", cache: "no-store", ...options });
    return `${answer.type} ${answer.status}`;
  } catch (error) {
    return String(error);
  }
}

/** @param {string} text */
function tellHome(text) {
  return fetch(`/collect?${mark}`, { method: "POST", body: JSON.stringify({ said: text }) });
}

const wanted = asked.get("lang") ?? "";
await speak(wanted in LANGUAGES ? /** @type {keyof typeof LANGUAGES} */ (wanted) : pick(navigator.languages));
document.title = t("lure.title");
const [at, all] = [Number(asked.get("at")), Number(asked.get("all"))];
document.body.append(
  el("p", { class: "banner" }, el("strong", {}, t("lure.title")), " ", t("lure.safe"), all > 1 && ` ${t("lure.count", { at, all })}`),
  el(
    "main",
    {},
    el("h1", {}, location.host),
    el("p", {}, el("strong", {}, t(`attack.${lure}`))),
    el("p", {}, t(`lure.way.${way}`)),
    el("p", {}, t("lure.aim"), " ", el("code", {}, target ?? ""), ` (${t(`column.${column}.short`)})`),
    el("pre", { lang: "en" }, SOURCES[way ?? ""]),
  ),
);
// Long enough to be seen, where somebody looks.
await new Promise((resolve) => setTimeout(resolve, Math.min(Number(asked.get("hold")) || 0, 5_000)));
const answer = await DEEDS[way ?? ""]?.();
if (typeof answer === "string") await tellHome(answer);
