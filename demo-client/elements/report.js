// Saves the lab report as a file.

import { now } from "../clock.js";
import { el } from "../dom.js";
import { clock } from "../format.js";
import { scoreboard, transcripts } from "../lab.js";
import { LANGUAGES, fromLab, language, t } from "../language.js";
import { predictions } from "../predictions.js";
import { markdown } from "../report.js";

/**
 * @param {readonly import("../steps.js").Step[]} steps
 * @param {import("../view").Lesson[]} lessons
 * @param {import("../view").View | null} view
 */
export async function saveReport(steps, lessons, view) {
  if (view === null) return;
  const [board, ...texts] = await Promise.all([scoreboard(), ...view.columns.map(({ id }) => transcripts(id))]);
  const store = fromLab(view.store.label).text;
  const material = { view, store, steps, predictions: predictions(), lessons, language: language(), board, transcripts: texts };
  const text = markdown(material, t, (/** @type {number} */ ms) => clock(ms, now(), LANGUAGES[language()].tag));
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  el("a", { href: address, download: "statelab-report.md" }).click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
