// The lab report: what was done, predicted and measured, as Markdown. Pure: the
// page hands in what it shows, the lab the exchanges with credentials masked.

import { ROWS, cell } from "./scores.js";
import { made, worded } from "./steps.js";

/**
 * @typedef {import("./view").Lesson} Lesson
 * @typedef {import("./view").View} View
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./scoreboard").Scoreboard} Scoreboard
 * @typedef {import("./scores.js").Say} Say
 * @typedef {import("./scores.js").Clock} Clock
 * @typedef {object} Material
 * @property {View} view what is now
 * @property {string} store in the reader's language
 * @property {readonly Step[]} steps
 * @property {[string, boolean][]} predictions by `lesson/step/profile`: whether it was right
 * @property {Lesson[]} lessons
 * @property {"en" | "zh"} language
 * @property {Scoreboard | null} board
 * @property {string[]} transcripts of cookie, session, JWT
 */

const COLUMNS = ["cookie", "session", "jwt"];

/** @param {Material} material @param {Say} say @param {Clock} clock */
export function markdown(material, say, clock) {
  const { view, steps, transcripts } = material;
  // Day and time as ISO 8601 has them, in the reader's own zone.
  const head = { time: new Date(view.now_ms).toLocaleString("sv"), profile: view.profile, store: material.store };
  return [
    `# ${say("report.title")}`,
    say("report.made", head),
    `## ${say("report.done")}`,
    say("report.bound", { steps: steps.length }),
    table([say("report.step"), ...heads(say)], steps.map((step) => done(step, say))),
    ...foretold(material, say),
    ...figures(material, say, clock),
    `## ${say("report.exchanges")}`,
    ...COLUMNS.flatMap((column, index) => [`### ${say(`column.${column}`)}`, transcripts[index]?.trim() || say("wire.empty")]),
    "",
  ].join("\n\n");
}

/** @param {Say} say */
function heads(say) {
  return COLUMNS.map((column) => say(`column.${column}.short`));
}

/** What was done, and the verdicts that came of it, none of an earlier step. @param {Step} step @param {Say} say */
function done(step, say) {
  const words = made(step).map((verdict) => (verdict === null ? "" : verdict.word + delay(verdict)));
  return [`${step.number}. ${worded(step.label, say)}`, ...words];
}

/** @param {NonNullable<View["columns"][number]["verdict"]>} verdict */
function delay({ delay_ms: ms }) {
  return ms === null ? "" : ` (${ms} ms)`;
}

/** @param {Material} material @param {Say} say */
function foretold({ predictions, lessons, language }, say) {
  const right = predictions.filter(([, so]) => so).length;
  const sum = predictions.length === 0 ? say("lessons.none") : say("report.predicted", { right, asked: predictions.length });
  const rows = predictions.map(([key, so]) => {
    const [name = "", at = "", profile = ""] = key.split("/");
    const lesson = lessons.find((one) => one.name === name);
    const ask = lesson?.steps[Number(at)]?.ask?.[language] ?? at;
    return [lesson?.title[language] ?? name, `${ask} (${profile})`, say(so ? "lesson.right" : "lesson.wrong")];
  });
  const list = rows.length === 0 ? [] : [table([say("lesson"), say("report.question"), ""], rows)];
  return [`## ${say("report.predictions")}`, sum, ...list];
}

/** @param {Material} material @param {Say} say @param {Clock} clock */
function figures({ board, view }, say, clock) {
  if (board === null) return [];
  const redis = view.store.kind !== "embedded";
  const rows = ROWS.map((row) => {
    const cells = COLUMNS.map((_, column) => {
      const { figure, spread, source } = cell(board, row, column, redis, say, clock);
      if (spread === "") return figure;
      return `${figure} (${source === "here" ? say("scores.here", { spread }) : spread})`;
    });
    return [`**${say(`scores.${row}`)}.** ${say(`scores.${row}.not`)}`, ...cells];
  });
  const settings = board.settings.map((words) => words.join(", "));
  return [
    `## ${say("report.figures")}`,
    say("scores.loopback"),
    say("scores.about"),
    table([say("scores.what"), ...heads(say)], [["", ...settings], ...rows]),
  ];
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map(plain).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** A cell ends at a bar, a row at the end of its line. @param {string} text */
export function plain(text) {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\s*\r?\n\s*/g, " ");
}
