// How far something is that takes longer than one waits without a word, and a
// button that stops it after what is under way.

import { el } from "../dom.js";
import { t } from "../language.js";

export class LabProgress extends HTMLElement {
  #stopped = false;
  #said = el("span", { role: "status" });
  #button = el("button", { type: "button", class: "stop", click: () => this.#stop() });

  connectedCallback() {
    if (this.childElementCount === 0) this.append(this.#said, " ", this.#button);
  }

  get stopped() {
    return this.#stopped;
  }

  begin() {
    this.#stopped = false;
    this.#button.textContent = t("attacks.stop");
    this.#button.setAttribute("aria-disabled", "false");
    this.hidden = false;
  }

  /** @param {number} at @param {number} all @param {string} what */
  step(at, all, what) {
    this.#said.textContent = t("attacks.at", { at, all, what });
  }

  end() {
    this.hidden = true;
    this.#said.textContent = "";
  }

  #stop() {
    this.#stopped = true;
    this.#button.setAttribute("aria-disabled", "true");
    this.#said.textContent = t("attacks.stopping");
  }
}

customElements.define("lab-progress", LabProgress);
