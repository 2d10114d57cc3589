/**
 * What names a place in a room's past: the selectors of CHATHISTORY
 * (IRCv3 draft/chathistory).
 *
 * @module
 */

import { MAX_HISTORY_PAGE } from "../limits.ts";
import { excerptIfNeeded } from "../quote.ts";

/** A place in the past. */
export type Selector =
  /** `*`: no bound. */
  | { readonly kind: "any" }
  /** `msgid=…`: an event of a log. */
  | { readonly kind: "id"; readonly log: string; readonly seq: number }
  /** `timestamp=…`: a time, in milliseconds since 1970 in UTC. */
  | { readonly kind: "time"; readonly atMs: number };

/** Which page of the past CHATHISTORY asks for. */
export interface HistoryWish {
  /** Which page. */
  readonly page: "LATEST" | "BEFORE" | "AFTER" | "AROUND" | "BETWEEN";
  /** A room or a nick, as it was sent. */
  readonly target: string;
  /** One place; two for BETWEEN. */
  readonly from: Selector;
  /** The other end of BETWEEN; `any` for all others. */
  readonly to: Selector;
  /** Messages at most: 1 to 500. */
  readonly limit: number;
}

/** The rooms with messages between two times. */
export interface TargetsWish {
  /** Tells it from the pages. */
  readonly page: "TARGETS";
  /** One time. */
  readonly from: Selector;
  /** The other. */
  readonly to: Selector;
  /** Rooms at most: 1 to 500. */
  readonly limit: number;
}

/** Why a CHATHISTORY cannot be answered: the words of FAIL between `CHATHISTORY` and its text. */
export interface HistoryProblem {
  /** The code, then the context. */
  readonly fail: readonly [code: "INVALID_PARAMS" | "NEED_MORE_PARAMS", ...context: string[]];
  /** For people. */
  readonly text: string;
}

/** `LOG-SEQ`, as `render.ts` writes it; the log's id has no hyphen. */
const MESSAGE_ID = /^([^-]+)-([1-9]\d{0,15})$/;

/** ISO 8601 as server-time has it; the milliseconds may be missing. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * What a selector means.
 *
 * @param text `*`, `msgid=…` or `timestamp=…`.
 * @returns Null for anything else. An id that no server gave is well formed too: no log has it.
 */
export function parseSelector(text: string): Selector | null {
  if (text === "*") return { kind: "any" };
  const equals = text.indexOf("=");
  const [kind, value] = [text.slice(0, equals).toLowerCase(), text.slice(equals + 1)];
  if (equals > 0 && kind === "msgid") return parseId(value);
  if (equals < 0 || kind !== "timestamp" || !TIMESTAMP.test(value)) return null;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : { kind: "time", atMs };
}

function parseId(value: string): Selector | null {
  const [, log, digits] = MESSAGE_ID.exec(value) ?? [];
  if (log === undefined) return value === "" ? null : { kind: "id", log: value, seq: 0 };
  return { kind: "id", log, seq: Number(digits) };
}

/**
 * What a CHATHISTORY asks for.
 *
 * @param params Those of the command: `LATEST #room * 50`, `BETWEEN #room msgid=… msgid=… 50`,
 * `TARGETS timestamp=… timestamp=… 50`.
 * @returns What it asks for; a limit of more than 500 is one of 500. Else what is wrong.
 */
export function parseHistoryWish(
  params: readonly string[],
): HistoryWish | TargetsWish | HistoryProblem {
  const page = (params[0] ?? "").toUpperCase();
  if (page === "") return tooFew([]);
  if (!isPage(page)) return invalid([params[0]!], "This is no subcommand of CHATHISTORY.");
  const target = page === "TARGETS" ? [] : [params[1] ?? ""];
  const ends = page === "TARGETS" || page === "BETWEEN" ? 2 : 1;
  const words = params.slice(1 + target.length);
  if (words.length < ends + 1) return tooFew([page]);
  const selectors = words.slice(0, ends).map(parseSelector);
  const wrong = selectors.findIndex((selector) => !isAllowed(selector, page));
  if (wrong >= 0) {
    const shown = excerptIfNeeded(words[wrong]!);
    return invalid([page, ...target], `${page} cannot begin or end at ${shown}.`);
  }
  const limit = /^\d{1,9}$/.test(words[ends]!) ? Number(words[ends]) : 0;
  if (limit < 1) return invalid([page, ...target], "The limit must be a whole number from 1.");
  const wish = {
    from: selectors[0]!,
    to: selectors[1] ?? { kind: "any" } as const,
    limit: Math.min(limit, MAX_HISTORY_PAGE),
  };
  return page === "TARGETS" ? { page, ...wish } : { page, target: target[0]!, ...wish };
}

const PAGES = ["LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN", "TARGETS"] as const;

function isPage(word: string): word is typeof PAGES[number] {
  return (PAGES as readonly string[]).includes(word);
}

/** `*` stands for no bound with LATEST alone; TARGETS has times. */
function isAllowed(selector: Selector | null, page: typeof PAGES[number]): boolean {
  if (selector === null) return false;
  if (page === "TARGETS") return selector.kind === "time";
  return page === "LATEST" || selector.kind !== "any";
}

function invalid(context: readonly string[], text: string): HistoryProblem {
  return { fail: ["INVALID_PARAMS", ...context], text };
}

function tooFew(context: readonly string[]): HistoryProblem {
  return { fail: ["NEED_MORE_PARAMS", ...context], text: "Some parameters are missing." };
}
