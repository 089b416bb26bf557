// The hops of an exchange, in the order in which the taps saw them, and where
// each stands in a drawing. Pure: what is drawn is decided here and tested.

/**
 * @typedef {import("./view").Exchange} Exchange
 * @typedef {import("./view").StoreCommand} StoreCommand
 * @typedef {"client" | "server" | "store"} Lane
 * @typedef {object} Hop
 * @property {"request" | "command" | "reply" | "answer"} kind
 * @property {Lane} from
 * @property {Lane} to
 * @property {string} text what is written on the arrow
 * @property {number | null} bytes none: nothing goes over a wire here
 * @property {number | null} us from the question to its answer; on answers alone
 * @property {number} credential bytes of it that are the credential
 * @property {number | null} status of an answer
 * @property {number} exchange which of the exchanges it belongs to
 * @property {StoreCommand | null} command
 */

/** More exchanges in one step are not drawn: only the last. */
export const DRAWN = 4;

/**
 * Where the lanes stand and their heads begin, and how wide a text may be between
 * two of them and in a head, in units of the drawing: one of them is a pixel at
 * the usual size of letters.
 * @typedef {{width: number, lanes: Record<Lane, number>, heads: Record<Lane, number>, head: number, room: number}} Shape
 */

export const HEAD = 34;
export const ROW = 40;
/** Sizes of the letters; the style sheet says the same. */
export const WHAT = 13;
export const FIGURES = 12.5;
export const NAME = 12.75;
/** A lane from the edge of the drawing, and a text from a lane. */
const MARGIN = 16;
const APART = 7;

/** As broad as the place for it: the letters keep their size. @param {number} room @returns {Shape} */
export function shape(room) {
  const width = Math.max(240, Math.min(room, 560));
  const head = Math.min(Math.floor(width / 3) - 4, 150);
  return {
    width,
    lanes: { client: MARGIN, server: width / 2, store: width - MARGIN },
    // The outer heads stand inwards of their lanes, so that the arrows have the room.
    heads: { client: 1, server: (width - head) / 2, store: width - head - 1 },
    head,
    room: width / 2 - MARGIN - 2 * APART,
  };
}

/**
 * The exchanges of a step, oldest first.
 * @param {Exchange[]} exchanges
 * @param {number} since the newest exchange before the step; 0: unknown, then the last one alone
 */
export function during(exchanges, since) {
  const sorted = exchanges.toSorted((a, b) => a.at_ms - b.at_ms || Number(a.id) - Number(b.id));
  return since === 0 ? sorted.slice(-1) : sorted.filter(({ id }) => Number(id) > since).slice(-DRAWN);
}

/** @param {Exchange[]} exchanges @returns {Hop[]} */
export function hops(exchanges) {
  return exchanges.flatMap((one, index) => [
    {
      kind: /** @type {const} */ ("request"),
      from: /** @type {const} */ ("client"),
      to: /** @type {const} */ ("server"),
      text: one.request_line.replace(/ HTTP\/1\.\d$/, ""),
      bytes: one.bytes_up,
      us: null,
      credential: one.credential_bytes,
      status: null,
      exchange: index,
      command: null,
    },
    ...one.store_commands.flatMap((command) => lookUp(command, index)),
    {
      kind: /** @type {const} */ ("answer"),
      from: /** @type {const} */ ("server"),
      to: /** @type {const} */ ("client"),
      text: one.status === null ? "" : String(one.status),
      bytes: one.bytes_down,
      us: one.duration_us,
      credential: 0,
      status: one.status,
      exchange: index,
      command: null,
    },
  ]);
}

/** One that hangs takes commands, and nothing comes out. @param {StoreCommand} command @param {number} exchange @returns {Hop[]} */
function lookUp(command, exchange) {
  const of = { credential: 0, status: null, exchange, command };
  const reply = firstLine(command);
  /** @type {Hop[]} */
  const asked = [{ ...of, kind: "command", from: "server", to: "store", text: short(command.command), bytes: command.bytes_up, us: null }];
  if (reply !== null) asked.push({ ...of, kind: "reply", from: "store", to: "server", text: reply, bytes: command.bytes_down, us: command.duration_us });
  return asked;
}

/** The verb and the family of the key: what tells one key from another is in the bytes. @param {string} command */
export function short(command) {
  const words = command.split(/\s+/);
  const key = words.slice(1).find((word) => word.includes(":"));
  const family = key?.split(":").slice(0, -1).at(-1);
  return family === undefined ? (words[0] ?? "") : `${words[0]} ${family}:…`;
}

/** Empty text is text where it came over a wire. @param {StoreCommand} command */
function firstLine({ reply, bytes_down: bytes }) {
  if (reply === null) return null;
  const [first = "", ...more] = reply.split("\n");
  if (first === "" && bytes !== null) return '""';
  return more.length === 0 ? first : `${first} …`;
}

/** A letter of the fixed width, and one of the others, by their size. */
const FIXED = 0.61;
const OTHER = 0.56;

/** About how wide a text is: a Chinese letter is as wide as high. @param {string} text @param {number} size */
export function breadth(text, size) {
  const usual = size === WHAT ? FIXED : OTHER;
  return [...text].reduce((sum, letter) => sum + (letter < "\u2e80" ? usual : 1.02) * size, 0);
}

/** As much as there is room for. @param {string} text @param {number} room @param {number} size */
export function clipped(text, room, size) {
  if (breadth(text, size) <= room) return text;
  const letters = [...text];
  while (letters.length > 0 && breadth(`${letters.join("")}…`, size) > room) letters.pop();
  return `${letters.join("")}…`;
}

/** How high the drawing is. @param {number} count of hops */
export function height(count) {
  return HEAD + count * ROW + 14;
}

/** The line of a hop: from where to where, and how far down. @param {Hop} hop @param {number} index @param {Shape} shape */
export function line(hop, index, { lanes }) {
  return { from: lanes[hop.from], to: lanes[hop.to], y: HEAD + index * ROW + 22 };
}
