/**
 * Bytes become text, and text becomes lines: `TextDecoderStream` → {@linkcode LineFramer}.
 *
 * Not `lineStream` behind it: `pipeThrough` takes as long again for each piece, and three times the
 * memory (Deno 2.9.6), and only the framer tells when a piece completes nothing.
 *
 * @module
 */

import { type FramedLine, LineFramer, type LineFramerOptions } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";

const NOTHING = new Uint8Array(0);

/** A byte order mark in UTF-8. */
const MARK = [0xEF, 0xBB, 0xBF];

/**
 * As many bytes may leave nothing behind a `TextDecoderStream`: a byte order mark, and all but the
 * last byte of a character.
 */
const MAX_SILENT_BYTES = 6;

/** Spare ones that are kept: more than there are at work in one turn of the loop. */
const MAX_SPARE = 16;

/** Those that stand between two lines, and belong to nobody. */
const spare: LinePipeline[] = [];

/** Options of {@linkcode LinePipeline}. */
export interface LinePipelineOptions extends LineFramerOptions {
  /** It begins at the beginning of the input, where a byte order mark is no part of the text. */
  readonly isFirst: boolean;
}

/**
 * A pipeline at the start of a line, until {@linkcode giveBack}. A connection needs none between
 * two lines, which is most of the time.
 */
export function borrowPipeline(
  { isFirst, maxChars }: Required<LinePipelineOptions>,
): LinePipeline {
  if (spare.at(-1)?.maxChars !== maxChars) return new LinePipeline({ isFirst, maxChars });
  const pipeline = spare.pop()!;
  pipeline.begin({ isFirst });
  return pipeline;
}

/** Takes a pipeline back whose last piece has ended with a newline: nothing is left in it. */
export function giveBack(pipeline: LinePipeline): void {
  if (spare.length < MAX_SPARE) spare.push(pipeline);
}

/** Takes bytes in pieces, and tells what lines each of them has completed. One call at a time. */
export class LinePipeline {
  /** UTF-16 code units of one line. */
  readonly maxChars: number;
  readonly #bytes: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #texts: ReadableStreamDefaultReader<string>;
  readonly #framer: LineFramer;
  /** Bytes that are handed on with those that follow them. */
  #held: Uint8Array<ArrayBuffer> = NOTHING;
  /** What comes next may be a byte order mark. */
  #mayBeMark = false;

  /** At the start of a line. */
  constructor({ isFirst, maxChars = MAX_LINE_CHARS }: LinePipelineOptions) {
    this.maxChars = maxChars;
    this.begin({ isFirst });
    // By itself it also takes a mark away from a chunk that follows plain ASCII (Deno 2.9.6).
    const decoder = new TextDecoderStream("utf-8", { ignoreBOM: true });
    this.#bytes = decoder.writable.getWriter();
    this.#texts = decoder.readable.getReader();
    this.#framer = new LineFramer({ maxChars });
  }

  /** Goes on with another input, between two lines. */
  begin({ isFirst }: Pick<LinePipelineOptions, "isFirst">): void {
    this.#mayBeMark = isFirst;
  }

  /** UTF-16 code units of an unfinished line that are kept. */
  get pendingChars(): number {
    return this.#framer.pendingChars;
  }

  /**
   * Takes the next piece of the input.
   *
   * @param piece Must not change until it resolves.
   * @returns What it has completed; may be nothing.
   */
  async push(piece: Uint8Array<ArrayBuffer>): Promise<FramedLine[]> {
    const bytes = this.#held.length === 0 ? piece : joined(this.#held, piece);
    if (bytes.length <= MAX_SILENT_BYTES && bytes.every((byte) => byte >= 0x80)) {
      // Of anything else there is text.
      this.#held = bytes.slice();
      return [];
    }
    this.#held = NOTHING;
    const decodable = this.#withoutMark(bytes);
    if (decodable.length === 0) return [];
    // Asked for first: what is written then goes through at once.
    const text = this.#texts.read();
    this.#bytes.write(decodable);
    const { value = "" } = await text;
    return this.#framer.push(value);
  }

  /**
   * Says that the input has ended.
   *
   * @returns The last line when it came without a newline, else nothing.
   */
  async end(): Promise<FramedLine[]> {
    const held = this.#withoutMark(this.#held);
    if (held.length > 0) this.#bytes.write(held);
    this.#bytes.close();
    let last = "";
    for (let text; !(text = await this.#texts.read()).done;) last += text.value;
    return [...this.#framer.push(last), ...this.#framer.end()];
  }

  #withoutMark(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const isMark = this.#mayBeMark && MARK.every((byte, index) => bytes[index] === byte);
    this.#mayBeMark = false;
    return isMark ? bytes.subarray(MARK.length) : bytes;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
