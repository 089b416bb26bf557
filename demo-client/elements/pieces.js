// Small things that several cards show alike.

import { now } from "../clock.js";
import { el } from "../dom.js";
import { clock, span } from "../format.js";
import { icon } from "../icons.js";
import { LANGUAGES, fromLab, language, t } from "../language.js";
import { mark } from "../wire-text.js";

/** @param {number} ms an instant, as the wall clock shows it */
export function instant(ms) {
  const text = clock(ms, now(), LANGUAGES[language()].tag);
  return el("time", { datetime: new Date(ms).toISOString() }, text);
}

/** That this is by a clock which was moved ahead. @param {number} ahead in milliseconds @returns {HTMLElement | false} */
export function simulated(ahead) {
  if (ahead === 0) return false;
  const by = span(ahead);
  return el("span", { class: "chip simulated", title: t("clock.simulated.long", { span: by }) }, t("clock.simulated", { span: by }));
}

/** The same of an exchange, as a sentence. @param {number} ahead in milliseconds @returns {HTMLElement | false} */
export function simulatedNote(ahead) {
  return ahead > 0 && el("p", { class: "simulated-note" }, icon("clock"), t("clock.exchange", { span: span(ahead) }));
}

/**
 * Both ways to say when: what is left, and the hour.
 * @param {number | null} ms
 * @param {number} [ahead] how far the clock that it is by was moved ahead
 */
export function expiry(ms, ahead = 0) {
  if (ms === null) return el("span", { class: "expiry" }, icon("clock"), t("time.session"));
  return el(
    "span",
    { class: "expiry", title: t("time.expires") },
    icon("clock"),
    el("lab-countdown", ahead === 0 ? { until: ms } : { until: ms, ahead }),
    el("span", { class: "at" }, instant(ms)),
    simulated(ahead),
  );
}

/**
 * Raw text in a fixed-width face. What is long is cut to a few lines, and a
 * click or Enter shows the whole.
 * @param {string} text
 * @param {string[]} [needles] what to mark in it
 */
export function raw(text, needles = []) {
  const runs = mark(text, needles).map((run) => (run.marked ? el("mark", {}, run.text) : run.text));
  if (text.length <= 96) return el("code", { class: "raw", lang: "en" }, ...runs);
  return el("details", { class: "clip" }, el("summary", { lang: "en" }, el("code", { class: "raw" }, ...runs)));
}

/**
 * A sentence of the lab.
 * @param {"p" | "span"} tag
 * @param {string} name its class
 * @param {string} sentence
 */
export function told(tag, name, sentence) {
  const { text, lang } = fromLab(sentence);
  return el(tag, { class: name, lang }, text);
}

/** @param {string} text @param {string} [kind] a class that gives it a colour */
export function chip(text, kind = "") {
  return el("span", { class: `chip ${kind}` }, text);
}

/**
 * A value taken apart.
 * @param {import("../view").Part[]} list
 * @param {string} whole the value, which stands above already
 */
export function parts(list, whole) {
  const rows = list.flatMap(({ name, text, note }) => [
    el("dt", { lang: "en" }, name),
    el("dd", {}, text !== "" && text !== whole && el("code", { class: "raw", lang: "en" }, text), note !== "" && told("span", "note", note)),
  ]);
  return el("dl", { class: "parts" }, ...rows);
}
