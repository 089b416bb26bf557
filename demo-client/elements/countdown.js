// Time left until an instant: `<lab-countdown until="1795410000000">`; with `ahead`, by a clock that
// is so many milliseconds ahead.

import { everySecond, now } from "../clock.js";
import { countdown } from "../format.js";
import { t } from "../language.js";

export class LabCountdown extends HTMLElement {
  /** @type {(() => void) | null} */
  #stop = null;
  #text = "";

  connectedCallback() {
    this.#stop = everySecond((at) => this.#show(at));
    this.#show(now());
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  /** @param {number} at */
  #show(at) {
    const left = Number(this.getAttribute("until")) - Number(this.getAttribute("ahead") ?? 0) - at;
    const text = left > 0 ? countdown(left) : t("time.over");
    if (text === this.#text) return;
    this.#text = text;
    this.replaceChildren(text);
  }
}

customElements.define("lab-countdown", LabCountdown);
