// The scoreboard, as `GET /__lab/scoreboard` tells it. Counted and measured by
// the lab; the page only writes it down.

/** Several measurements of one thing. */
export interface Figure {
  n: number;
  min: number;
  p50: number;
  p95: number;
  max: number;
}

export type Revocation =
  | { kind: "refused"; after_us: Figure }
  | { kind: "lasts"; tried_ms: number; until_ms: number | null };

/** One column; what was not seen is null. */
export interface Scores {
  visit_us: Figure | null;
  request_bytes: Figure | null;
  answer_bytes: Figure | null;
  commands: Figure | null;
  round_trips: Figure | null;
  login_bytes: Figure | null;
  logout: Revocation | null;
  demotion: Revocation | null;
  restart: boolean | null;
  rekey: boolean | null;
  flush: boolean | null;
}

/** A whole round in a second lab. */
export interface Measurement {
  at_ms: number;
  took_ms: number;
  /** How each column ran, in words. */
  settings: string[][];
  store: string;
  columns: Scores[];
}

export interface Scoreboard {
  /** How each column runs, in words. */
  settings: string[][];
  /** What was seen in this lab. */
  live: Scores[];
  /** What each column's keys take in Redis now; null where that is not known. */
  memory: (number | null)[];
  /** None: not measured yet with these settings. */
  measured: Measurement | null;
}
