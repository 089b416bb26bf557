// Where there is room, the sequence of the step stands beside the columns, in a
// drawer with a button of its own. This browser remembers whether it is open.

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { drawerOpen, remember } from "../preferences.js";

/** A laptop's, at the usual size of letters. */
const wide = matchMedia("(width >= 90rem)");

export class Drawer {
  #button = el("button", { type: "button", class: "quiet drawer", "aria-controls": "sequence", click: () => this.#turn() });
  #turned;

  /** @param {() => void} turned it is to be opened or closed */
  constructor(turned) {
    this.#turned = turned;
    wide.addEventListener("change", turned);
  }

  get button() {
    return this.#button;
  }

  frame() {
    this.#button.replaceChildren(icon("drawer"), t("drawer"));
    this.#button.title = t("drawer.long");
  }

  /** Whether it is open where it can be. @param {boolean} can it belongs to what is shown */
  place(can) {
    const open = can && wide.matches && drawerOpen();
    this.#button.hidden = !can || !wide.matches;
    this.#button.setAttribute("aria-expanded", String(open));
    return open;
  }

  #turn() {
    remember("drawer", drawerOpen() ? "closed" : "open");
    this.#turned();
  }
}
