// The credentials of one leg of an exchange, part by part.

import { el } from "../dom.js";
import { t } from "../language.js";
import { parts } from "./pieces.js";

/**
 * @typedef {import("../view").Exchange} Exchange
 * @typedef {import("../view").Credential} Credential
 */

/** @param {Exchange} one @param {Credential[]} credentials @param {boolean} answered which leg */
export function takenApart({ carried }, credentials, answered) {
  return carried
    .filter((one) => one.answered === answered)
    .flatMap(({ place, credential }) => {
      const found = credentials[credential];
      if (found === undefined) return [];
      const label = el("summary", {}, t("wire.apart"), " ", el("code", { lang: "en" }, place));
      return [el("details", { class: "fold apart" }, label, parts(found.parts, found.value))];
    });
}
