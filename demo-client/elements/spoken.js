// What is read out after an action.

import { t } from "../language.js";
import { slug } from "../sentences.js";

/** @param {import("../view").View} view @returns {string} the verdicts in one sentence each */
export function spoken(view) {
  return view.columns
    .flatMap(({ id, verdict }) =>
      verdict === null
        ? []
        : [t("announce", { column: t(`column.${id}.short`), word: t(`word.${slug(verdict.word)}`) })],
    )
    .join(" ");
}
