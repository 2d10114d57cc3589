/**
 * Text that arrives in pieces becomes lines, and what forms none is paid for. Pure: no I/O, no
 * time. A line that is too long is thrown away while it streams in, so that memory stays bounded
 * whatever a peer sends.
 *
 * @module
 */

import { MAX_LINE_CHARS } from "./limits.ts";

/** Discarded characters between two reports about one overlong line: 1 MiB. */
const REPORT_EVERY_CHARS = 1024 * 1024;

/**
 * Pieces of one unfinished line before they are joined. A peer that sends single characters costs
 * at most this many small strings; joining less often than this would copy a long line too often.
 */
const MAX_PIECES = 1024;

/** V8 copies shorter parts of a string; longer ones point into it and keep the whole alive. */
const COPIED_ANYWAY_CHARS = 13;

/**
 * Short lines are copied together, so many characters at a time: a copy of each would take as long
 * as all else that is done to a line here. So much a line may keep alive beside itself.
 */
const COPIED_TOGETHER_CHARS = 128;

/** A line over the cap, which is being thrown away. */
export interface OverlongLine {
  /** Tells it from a line, which is a string. */
  readonly overlong: true;
  /** UTF-16 code units thrown away since the report before this one. */
  readonly discarded: number;
  /** The first report about its line; false for each further MiB of the same line. */
  readonly begins: boolean;
}

/** A line without its newline, or the report that one was too long. */
export type FramedLine = string | OverlongLine;

/** What a connection receives: lines, and the bill for what was no line. */
export type Line = FramedLine | Waste;

/** Options of {@linkcode LineFramer} and {@linkcode lineStream}. */
export interface LineFramerOptions {
  /** UTF-16 code units of one line, newline and `\r` before it not counted; default 65,536. */
  readonly maxChars?: number;
}

/**
 * Cuts text into lines at `\n`, wherever the text was cut. A `\r` right before the newline, or at
 * the very end of the input, is dropped; other `\r` stay.
 */
export class LineFramer {
  readonly #maxChars: number;
  #pieces: string[] = [];
  #pendingChars = 0;
  #discarding = false;
  #unreportedChars = 0;

  /**
   * Begins at the start of a line.
   *
   * @param options See {@linkcode LineFramerOptions}.
   */
  constructor({ maxChars = MAX_LINE_CHARS }: LineFramerOptions = {}) {
    this.#maxChars = maxChars;
  }

  /** UTF-16 code units of an unfinished line that are kept. */
  get pendingChars(): number {
    return this.#pendingChars;
  }

  /**
   * Takes the next piece of the input.
   *
   * @param text The piece; may hold no newline, or many.
   * @returns What it completed, in order: lines, and reports about overlong ones. A report comes as
   * soon as a line exceeds the cap, then once for each further MiB; the newline that ends such a
   * line brings nothing.
   */
  push(text: string): FramedLine[] {
    const lines: FramedLine[] = [];
    const parts = new Parts(text);
    let start = 0;
    for (;;) {
      const newline = text.indexOf("\n", start);
      if (newline < 0) break;
      if (this.#discarding) {
        this.#discard(newline - start, lines);
        this.#discarding = false;
      } else if (this.#pendingChars === 0) {
        this.#complete(parts.take(start, newline), lines);
      } else {
        this.#pieces.push(parts.take(start, newline));
        this.#complete(this.#takePending(), lines);
      }
      start = newline + 1;
    }
    if (start < text.length) this.#keep(parts.take(start, text.length), lines);
    return lines;
  }

  /**
   * Says that the input has ended.
   *
   * @returns The last line when it came without a newline, else nothing.
   */
  end(): FramedLine[] {
    const lines: FramedLine[] = [];
    if (!this.#discarding && this.#pendingChars > 0) {
      const last = this.#takePending();
      if (last !== "\r") this.#complete(last, lines);
    }
    this.#discarding = false;
    return lines;
  }

  /** A finished line of any length, its `\r` perhaps still there. */
  #complete(raw: string, lines: FramedLine[]): void {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line.length <= this.#maxChars) lines.push(line);
    else lines.push({ overlong: true, discarded: line.length, begins: true });
  }

  /** The part of a line behind the last newline. */
  #keep(rest: string, lines: FramedLine[]): void {
    if (this.#discarding) return this.#discard(rest.length, lines);
    const total = this.#pendingChars + rest.length;
    // One more may be the \r of a line that is exactly as long as allowed.
    if (total > this.#maxChars + 1 || (total > this.#maxChars && !rest.endsWith("\r"))) {
      this.#takePending();
      this.#discarding = true;
      this.#unreportedChars = 0;
      lines.push({ overlong: true, discarded: total, begins: true });
      return;
    }
    this.#pieces.push(rest);
    this.#pendingChars = total;
    if (this.#pieces.length >= MAX_PIECES) this.#pieces = [this.#pieces.join("")];
  }

  #discard(chars: number, lines: FramedLine[]): void {
    this.#unreportedChars += chars;
    while (this.#unreportedChars >= REPORT_EVERY_CHARS) {
      this.#unreportedChars -= REPORT_EVERY_CHARS;
      lines.push({ overlong: true, discarded: REPORT_EVERY_CHARS, begins: false });
    }
  }

  #takePending(): string {
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#pendingChars = 0;
    return text;
  }
}

/**
 * Parts of a string that do not keep the whole string alive: a short message that is remembered
 * must not pin the 64 KiB that it arrived in (measured: 2,000 kept lines held 133 MB otherwise).
 */
class Parts {
  readonly #text: string;
  /** A copy of what begins at `#from` in the text. */
  #copy = "";
  #from = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.length <= COPIED_TOGETHER_CHARS) this.#copy = text;
  }

  /** A part that begins behind the one before. */
  take(start: number, end: number): string {
    if (end - start < COPIED_ANYWAY_CHARS) return this.#text.slice(start, end);
    if (end > this.#from + this.#copy.length) {
      this.#copy = copyOf(this.#text, start, Math.max(end, start + COPIED_TOGETHER_CHARS));
      this.#from = start;
    }
    return this.#copy.slice(start - this.#from, end - this.#from);
  }
}

function copyOf(text: string, start: number, end: number): string {
  if (start === 0 && end >= text.length) return text;
  return [text.slice(start, start + 1), text.slice(start + 1, end)].join("");
}

/**
 * {@linkcode LineFramer} as a stream. It reads nothing ahead of its consumer. Where the text ends
 * with an error, what came of an unfinished line is dropped.
 *
 * @param options See {@linkcode LineFramerOptions}.
 * @returns Takes text in pieces, gives batches of lines that are never empty.
 */
export function lineStream(options: LineFramerOptions = {}): TransformStream<string, FramedLine[]> {
  const framer = new LineFramer(options);
  return new TransformStream<string, FramedLine[]>({
    transform(text, controller): void {
      const lines = framer.push(text);
      if (lines.length > 0) controller.enqueue(lines);
    },
    flush(controller): void {
      const lines = framer.end();
      if (lines.length > 0) controller.enqueue(lines);
    },
  });
}

/** Tokens for what formed no line. Stands among the lines, where it arose. */
export interface Waste {
  /** Tokens to pay, 1 or more. */
  readonly waste: number;
}

/**
 * Commands or control frames that one token pays for. A person's telnet sends a few when it
 * connects, a browser one frame every 15 s; decoding so many takes about 50 µs.
 */
export const COMMANDS_A_TOKEN = 64;

/**
 * Reads without a line that one token pays for: somebody's terminal may send each key by itself.
 */
const READS_A_TOKEN = 32;

/** Commands or frames that a decoder works on before it lets others have a turn. */
export const MAX_COMMANDS_A_TURN = 1_024;

/** Adds up what one connection has to pay. */
export class WasteMeter {
  #tokens = 0;

  /**
   * Takes note of a piece of the input.
   *
   * @param lines How many lines it completed: they pay for its reading.
   * @param commands How many commands or control frames were in it.
   * @returns What is to be paid now; null as long as it is less than a token.
   */
  note(lines: number, commands: number): Waste | null {
    if (lines === 0) this.#tokens += 1 / READS_A_TOKEN;
    this.#tokens += commands / COMMANDS_A_TOKEN;
    if (this.#tokens < 1) return null;
    const waste = Math.floor(this.#tokens);
    this.#tokens -= waste;
    return { waste };
  }
}
