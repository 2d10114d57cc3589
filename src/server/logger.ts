/**
 * The log: one line an event, on standard error.
 *
 * Logging never throws and never waits. Standard error may be a paused terminal, a full pipe or
 * gone altogether: lines wait in a queue with a bound while one write is under way, and what does
 * not fit is dropped, counted, and told in a later line. So is what strangers cause over and over.
 *
 * @module
 */

import { LineQueue } from "./log_lines.ts";
import { escapeUnsafe, quoteIfNeeded } from "../protocol/quote.ts";

/** How log lines look: for people, or one JSON object a line. */
export type LogFormat = "text" | "json";

/** How much is logged; each level holds those after it, too. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** What goes with an event. Fields that are `undefined` are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes events. No method ever throws or waits. */
export interface Logger {
  /**
   * What only somebody looking for a fault wants to see.
   *
   * @param event What happened, in a word or two.
   * @param fields What goes with it; never the text of a message.
   */
  debug(event: string, fields?: LogFields): void;
  /**
   * Daily life.
   *
   * @param event As in {@linkcode Logger.debug}.
   * @param fields As in {@linkcode Logger.debug}.
   */
  info(event: string, fields?: LogFields): void;
  /**
   * What an operator may want to act on.
   *
   * @param event As in {@linkcode Logger.debug}.
   * @param fields As in {@linkcode Logger.debug}.
   */
  warn(event: string, fields?: LogFields): void;
  /**
   * What went wrong.
   *
   * @param event As in {@linkcode Logger.debug}.
   * @param fields As in {@linkcode Logger.debug}.
   */
  error(event: string, fields?: LogFields): void;
}

/** A logger whose lines can be waited for. */
export interface QueuedLogger extends Logger {
  /**
   * Waits until every line so far is written or dropped, or the time is up. Never rejects.
   *
   * @param timeoutMs Milliseconds to wait at most.
   */
  flush(timeoutMs: number): Promise<void>;
}

/** What {@linkcode createLogger} can be told. */
export interface LoggerOptions {
  /** How the lines look. */
  readonly format: LogFormat;
  /** Events below it are left out. */
  readonly level: LogLevel;
  /** Writes some of the bytes and resolves to how many. Default: `Deno.stderr.write`. */
  readonly write?: (bytes: Uint8Array) => Promise<number>;
  /** The time, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * UTF-16 code units of one value: a stranger must not fill the log with one long header or name.
 */
const MAX_VALUE_UNITS = 500;

/**
 * Lines of one event in a second; the others are counted, and told in one line. More than a class
 * that comes in at once needs, and strangers cannot fill a disk: 50 of the longest are 150 KB.
 */
const MAX_A_SECOND = 50;

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Most values: recognised in a tenth of the time that all of Unicode takes. */
const PLAIN_VALUE = /^[\w\-.:/]+$/;

function renderText(time: string, level: LogLevel, event: string, fields: LogFields): string {
  let line = `${time} ${level.padEnd(5)} ${escapeUnsafe(event)}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text = shortened(String(value));
    line += ` ${name}=${PLAIN_VALUE.test(text) ? text : quoteIfNeeded(text)}`;
  }
  return line;
}

function renderJson(time: string, level: LogLevel, event: string, fields: LogFields): string {
  return escapeUnsafe(JSON.stringify({ time, level, event, ...fields }, shortenedValue));
}

function shortenedValue(_name: string, value: unknown): unknown {
  return typeof value === "string" ? shortened(value) : value;
}

function shortened(value: string): string {
  return value.length <= MAX_VALUE_UNITS ? value : `${value.slice(0, MAX_VALUE_UNITS)}…`;
}

/** Lets so many lines of each event through in a second of the clock. */
class EventLimit {
  readonly #more: (event: string, count: number) => void;
  readonly #counts = new Map<string, number>();
  #second = 0;

  /** @param more Is told how many lines of an event were left out in a second that is over. */
  constructor(more: (event: string, count: number) => void) {
    this.#more = more;
  }

  lets(event: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) this.tell();
    this.#second = second;
    const count = (this.#counts.get(event) ?? 0) + 1;
    this.#counts.set(event, count);
    return count <= MAX_A_SECOND;
  }

  tell(): void {
    for (const [event, count] of this.#counts) {
      if (count > MAX_A_SECOND) this.#more(event, count - MAX_A_SECOND);
    }
    this.#counts.clear();
  }
}

/**
 * Makes a logger. A line is `2026-11-21T10:00:00.000Z info  joined name=ada dialect=plain`, or the
 * same as a JSON object; values that are not one plain word are quoted as JSON, no control
 * character is ever written, and a value of more than 500 characters is cut. Of more than 50 lines
 * of one event in a second, a later line tells how many were left out.
 *
 * @param options How it looks, how much it tells, and where it goes.
 */
export function createLogger(options: LoggerOptions): QueuedLogger {
  const { format, level, write = (bytes) => Deno.stderr.write(bytes), now = Date.now } = options;
  const render = format === "json" ? renderJson : renderText;
  const lowest = LEVELS.indexOf(level);

  function line(lineLevel: LogLevel, event: string, fields: LogFields): string {
    return render(new Date(now()).toISOString(), lineLevel, event, fields);
  }
  const queue = new LineQueue(write, (count) => {
    return line("warn", `${count} log lines were dropped`, { count });
  });
  const limit = new EventLimit((of, count) => queue.push(line("warn", "more", { of, count })));
  function log(lineLevel: LogLevel, event: string, fields: LogFields = {}): void {
    if (LEVELS.indexOf(lineLevel) < lowest) return;
    // Who looks for a fault wants to see everything.
    if (lineLevel !== "debug" && !limit.lets(event, now())) return;
    queue.push(line(lineLevel, event, fields));
  }
  return {
    debug: (event, fields) => log("debug", event, fields),
    info: (event, fields) => log("info", event, fields),
    warn: (event, fields) => log("warn", event, fields),
    error: (event, fields) => log("error", event, fields),
    async flush(timeoutMs) {
      limit.tell();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const timeUp = new Promise<void>((resolve) => timer = setTimeout(resolve, timeoutMs));
      await Promise.race([queue.idle(), timeUp]);
      clearTimeout(timer);
    },
  };
}
