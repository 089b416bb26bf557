// The page's side of the conversation with the iframes, one a column. A message
// goes to one exact origin, and an answer counts only if it comes from that
// origin and from that very window.

import { el } from "./dom.js";
import { inTime } from "./in-time.js";

/**
 * @typedef {import("./view").Column} Column
 * @typedef {import("./view").Mechanism} Mechanism
 * @typedef {{do: "login", username: string, password: string, remember: boolean}
 *   | {do: "visit" | "admin" | "logout" | "forget"}} Deed
 * @typedef {Deed & {by_cookie?: boolean}} Order `by_cookie`: the server hands its tokens out in cookies
 * @typedef {{status: number, revision: number}} Answer `status`: 0 when there was none; `revision`: of the view that has all of it, 0 when that is not known
 * @typedef {{iframe: HTMLIFrameElement, address: string, origin: string, ready: Promise<void>, isReady: () => void}} Frame
 */

/** Longer than any answer of a server that says 503 within a second. */
const PATIENCE_MS = 10_000;

export class Frames {
  #host;
  /** @type {Map<Mechanism, Frame>} */
  #frames = new Map();
  /** @type {Map<number, (answer: Answer) => void>} */
  #waiting = new Map();
  #last = 0;

  /** @param {Element} host where the iframes live; they show nothing */
  constructor(host) {
    this.#host = host;
    window.addEventListener("message", (event) => this.#hear(event));
  }

  /** @param {Column[]} columns */
  keep(columns) {
    for (const { id, frame: address } of columns) {
      if (this.#frames.get(id)?.address === address) continue;
      this.#frames.get(id)?.iframe.remove();
      let isReady = () => {};
      /** @type {Promise<void>} */
      const ready = new Promise((resolve) => {
        isReady = resolve;
      });
      const iframe = el("iframe", { src: address, title: id, hidden: true, tabindex: -1 });
      this.#frames.set(id, { iframe, address, origin: new URL(address).origin, ready, isReady });
      this.#host.append(iframe);
    }
  }

  /**
   * @param {Mechanism} id
   * @param {Order} order
   * @returns {Promise<Answer>}
   */
  async act(id, order) {
    const frame = this.#frames.get(id);
    const none = { status: 0, revision: 0 };
    if (frame === undefined) return none;
    await inTime(frame.ready, PATIENCE_MS);
    const number = ++this.#last;
    /** @type {Promise<Answer>} */
    const answer = new Promise((resolve) => this.#waiting.set(number, resolve));
    frame.iframe.contentWindow?.postMessage({ ...order, id: number }, frame.origin);
    const given = await inTime(answer, PATIENCE_MS);
    this.#waiting.delete(number);
    return given ?? none;
  }

  /** @param {MessageEvent} event */
  #hear(event) {
    for (const frame of this.#frames.values()) {
      if (event.source !== frame.iframe.contentWindow || event.origin !== frame.origin) continue;
      const { id, done, status, revision } = event.data;
      if (done === "ready") frame.isReady();
      else this.#waiting.get(id)?.({ status: Number(status), revision: Number(revision) });
    }
  }
}
