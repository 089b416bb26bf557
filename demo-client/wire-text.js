// How raw text of the wire is laid out: what is folded away and what is marked.
// It only decides how bytes are shown; what they mean is worked out in the lab.

/**
 * @typedef {{kind: "line", text: string} | {kind: "fold", lines: string[]}} Segment
 * @typedef {{text: string, marked: boolean}} Run
 */

/** Lines of a head that carry state, refuse it, or ask for it. */
const TELLING = /^(cookie|set-cookie|authorization|www-authenticate|retry-after|clear-site-data|location):/i;

/**
 * The lines of a head in their order, with runs of two or more that say nothing
 * about the login folded.
 * @param {string} head
 * @returns {Segment[]}
 */
export function fold(head) {
  const lines = head.replace(/(\r?\n)+$/, "").split(/\r?\n/);
  /** @type {Segment[]} */
  const segments = [];
  /** @type {string[]} */
  let silent = [];
  const settle = () => {
    const [only] = silent;
    if (silent.length > 1) segments.push({ kind: "fold", lines: silent });
    else if (only !== undefined) segments.push({ kind: "line", text: only });
    silent = [];
  };
  lines.forEach((line, index) => {
    if (index > 0 && !TELLING.test(line)) {
      silent.push(line);
      return;
    }
    settle();
    segments.push({ kind: "line", text: line });
  });
  settle();
  return segments;
}

/**
 * Splits text where one of the needles occurs: the same bytes in the jar and on
 * the wire are shown in the same colour.
 * @param {string} text
 * @param {string[]} needles
 * @returns {Run[]}
 */
export function mark(text, needles) {
  // A needle of a few characters would be found all over the text by chance.
  const wanted = needles.filter((needle) => needle.length >= 8);
  /** @type {Run[]} */
  const runs = [];
  let from = 0;
  while (from < text.length) {
    const hit = next(text, wanted, from);
    if (hit === null) break;
    if (hit.at > from) runs.push({ text: text.slice(from, hit.at), marked: false });
    runs.push({ text: hit.needle, marked: true });
    from = hit.at + hit.needle.length;
  }
  if (from < text.length) runs.push({ text: text.slice(from), marked: false });
  return runs;
}

/**
 * The first occurrence at or after `from`; of two at the same place, the longer.
 * @param {string} text
 * @param {string[]} needles
 * @param {number} from
 */
function next(text, needles, from) {
  /** @type {{at: number, needle: string} | null} */
  let best = null;
  for (const needle of needles) {
    const at = text.indexOf(needle, from);
    if (at < 0) continue;
    if (best === null || at < best.at || (at === best.at && needle.length > best.needle.length)) {
      best = { at, needle };
    }
  }
  return best;
}

/** Bytes of the refresh token in a request's body: a credential that no header shows. @param {string} body */
export function refreshIn(body) {
  try {
    const { refresh } = JSON.parse(body) ?? {};
    return typeof refresh === "string" ? refresh.length : 0;
  } catch {
    return 0;
  }
}
