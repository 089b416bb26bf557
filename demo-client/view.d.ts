// The view model: what the lab sends over `GET /__lab/events`, and all that the
// page knows. Parsing, verdicts and differences are the lab's work; the page
// only shows them. Every instant is in Unix milliseconds of the lab's clock.

export type Mechanism = "cookie" | "session" | "jwt";
export type Profile = "hardened" | "stateless";
/** What the line between the servers and Redis does. */
export type Line = "well" | "slow" | "hung" | "cut";

export interface View {
  revision: number;
  now_ms: number;
  /** How far the servers' clock was moved ahead of that: simulated. What servers and store say of their time is by theirs. */
  ahead_ms: number;
  origin: string;
  profile: Profile;
  store: { kind: "redis" | "private-redis" | "embedded"; label: string };
  line: Line;
  /** Something that concerns all columns, as a sentence that says what to do. */
  notice: string | null;
  /** Account name to the roles that it has now. */
  roles: Record<string, string[]>;
  columns: Column[];
}

export interface Column {
  id: Mechanism;
  title: string;
  host: string;
  /** Address of the page that acts on the column's own host. */
  frame: string;
  profile: Profile;
  settings: Setting[];
  /** What the last switch of a setting has changed, in sentences. */
  switched: string[];
  logged_in_as: string | null;
  /** Whose login the browser holds that does not count as the server runs now, and does when it is switched back. */
  dormant: string | null;
  /** Whether the attacker's machine keeps a copy of this column's credential. */
  stolen: boolean;
  verdict: Verdict | null;
  browser: { items: Item[] };
  wire: { exchanges: Exchange[]; credentials: Credential[] };
  server: Server;
}

/** One of the variants of a column: what it can be, and what it is. */
export interface Setting {
  name: string;
  /** The choice that a lab has by itself. */
  usual: string;
  choices: Choice[];
}

export interface Choice {
  /** Its name, in addresses and on the command line too. */
  word: string;
  on: boolean;
  /** What it needs is here. */
  possible: boolean;
}

export type Word =
  | "ALLOWED"
  | "DENIED"
  | "STALE"
  | "REVOKED"
  | "FORGED"
  | "BLOCKED BY BROWSER"
  | "UNAVAILABLE";

export interface Verdict {
  word: Word;
  /** Whether the answer is good news for the owner of the account. */
  tone: "good" | "bad" | "warn" | "neutral";
  action: string;
  status: number | null;
  /** It came along and was refused, and its time is up. */
  expired: boolean;
  /** It came along and was refused before its time was up: why. */
  cause: "keys" | "store" | "variant" | "refused" | null;
  /** English; the page prefers its own catalogue where that has the case. */
  sentence: string;
  /** STALE: until when the stale credential is good for. */
  until_ms: number | null;
  /** REVOKED: how long after the logout the credential was first refused. */
  delay_ms: number | null;
}

/** One thing that the browser keeps for the column's host. */
export interface Item {
  kind: "cookie" | "local-storage";
  name: string;
  value: string;
  bytes: number;
  attributes: string[];
  expires_at_ms: number | null;
  script_readable: boolean;
  /** It is the credential of another column's server: in a room one host has all three. */
  foreign: boolean;
  /** How the lab knows: worked out from the answers, or told by script. */
  source: "inferred" | "read by script";
  parts: Part[];
}

export interface Part {
  name: string;
  text: string;
  note: string;
}

/** One request with its answer, as the tap saw the bytes. */
export interface Exchange {
  id: number | string;
  at_ms: number;
  /** How far the server's clock was ahead of that: simulated. */
  ahead_ms: number;
  by: "browser" | "neighbour" | "attacker";
  request_line: string;
  status: number | null;
  bytes_up: number;
  bytes_down: number;
  credential_bytes: number;
  duration_us: number | null;
  request_head: string;
  request_body: string;
  response_head: string;
  response_body: string;
  carried: Carried[];
  /** Something of it is too long to be shown whole, or carries more credentials than are shown. */
  cut: boolean;
  store_commands: StoreCommand[];
}

/** That an exchange carries a credential, or hands it out. */
export interface Carried {
  answered: boolean;
  /** `Authorization`, the name of a cookie, the member of a body. */
  place: string;
  /** Which, in the list of the wire. */
  credential: number;
}

/** A credential that was on the wire, taken apart. */
export interface Credential {
  value: string;
  parts: Part[];
}

export interface StoreCommand {
  command: string;
  /** None came where it is null. */
  reply: string | null;
  duration_us: number | null;
  /** On the wire to Redis; none where there is no such wire. */
  bytes_up: number | null;
  bytes_down: number | null;
}

export interface Server {
  /** Whether the store could be read; if not, `keys` is empty and means nothing. */
  readable: boolean;
  /** Whether the last answer needed a look at the store or the accounts. */
  consulted: boolean;
  note: string;
  keys: Key[];
}

export interface Key {
  key: string;
  kind: string;
  value: string;
  expires_at_ms: number | null;
}

/** One of the attacks, and the columns in which it has something to aim at. */
export interface Attack {
  name: string;
  columns: Mechanism[];
  /** What it does in the visitor's own browser; none: the lab tries it by itself. */
  way: string | null;
  /** Its victim is not logged in. */
  logged_out: boolean;
}

/** What came of a page of the attacker's on one column. */
export interface Lured {
  attack: string;
  column: Mechanism;
  word: Verdict["word"] | null;
  tone: Verdict["tone"];
  /** Which sentence says why. */
  why: string;
  received: { name: string; bytes: number }[];
  said: string | null;
  exchanges: string[];
  took_ms: number;
}

/** What a request of an attack was for. */
export interface Purpose {
  /** The untouched credential: it has to be let in. */
  control: boolean;
  /** What was tried, in the words of the check. */
  tried: string | null;
}

/** What came of an attack on one column. */
export interface Tried {
  attack: string;
  column: Mechanism;
  check: string;
  claim: string;
  source: string;
  outcome: string;
  word: Verdict["word"] | null;
  tone: Verdict["tone"];
  /** How the server ran. */
  variants: string[];
  /** The choice of the column that would make a difference. */
  switch: string | null;
  remark: string | null;
  exchanges: string[];
  /** What each of them was for. */
  purposes: Purpose[];
  /** Which of them is the attack, or the last one of it. */
  shown: number;
  took_ms: number;
}

/** The same in each language. */
export interface Text {
  en: string;
  zh: string;
}

/** What to do, what to predict, what comes of it, and why. */
export interface Lesson {
  name: string;
  title: Text;
  goal: Text;
  change: Text;
  /** Each nearer to the answer than the one before. */
  hints: Text[];
  steps: Step[];
}

export type Act =
  | "login"
  | "visit"
  | "admin"
  | "logout"
  | "replay"
  | "forge"
  | "link"
  | "foreign"
  | "sibling"
  | "demote"
  | "promote"
  | "flush"
  | "restart"
  | "rekey"
  | "cut"
  | "mend"
  | "switch"
  | "watch"
  | "ahead";

/** What is compared: bytes of the credential, commands to the store, bytes in Redis. */
export type Measure = "credential" | "asks" | "kept";

/** What a step cost in each column, from left to right. */
export interface Cost {
  figures: (number | null)[];
  /** Who has the most of it; all that are equal. */
  most: Mechanism[];
  /** Half of the visits here took no longer, in microseconds. */
  visit_us: (number | null)[];
}

export interface Step {
  act: Act;
  account?: string | null;
  switch?: { column: Mechanism; choice: string } | null;
  /** Of `lab watch`. */
  exercise?: string | null;
  measure?: Measure | null;
  /** And so does each step after it. */
  needs_redis: boolean;
  /** How far the clock is moved, in seconds. */
  span?: number | null;
  ask?: Text | null;
  explain?: Text | null;
}
