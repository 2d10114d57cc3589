/**
 * Standard output of a client that writes into a pipe: whole, in order, no faster than the reader;
 * and what `--json` writes.
 *
 * @module
 */

import { writeProblem } from "../print.ts";
import type { ClientEvent } from "./core/events.ts";

/** How long one pause is where a pipe in non-blocking mode is full: short for a person. */
const PAUSE_MS = 10;

/** The part of `Deno.stdout` that is used here. */
export interface ByteWriter {
  /** Writes some of the bytes and resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

const encoder = new TextEncoder();

/** Writes in order, one text after another; remembers whether the reader has gone. */
export class Output {
  readonly #writer: ByteWriter;
  readonly #onGone: () => void;
  readonly #abandoned = Promise.withResolvers<void>();
  #gone = false;
  #problem: string | undefined;

  /**
   * Writes nothing yet.
   *
   * @param writer Where to.
   * @param onGone Is told once when the reader has gone (`| head -1`), or the disk is full.
   */
  constructor(writer: ByteWriter, onGone: () => void) {
    this.#writer = writer;
    this.#onGone = onGone;
  }

  /** The reader has gone, or the disk is full: nothing can be written any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Why nothing can be written any more, in a line without its stop; undefined: no fault. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Writes a text. One call at a time. Never rejects.
   *
   * @returns Resolves when it has been taken, or nobody waits for it any more.
   */
  write(text: string): Promise<void> {
    if (this.#gone || text === "") return Promise.resolve();
    return Promise.race([this.#writeAll(encoder.encode(text)), this.#abandoned.promise]);
  }

  /** Waits no longer for a reader that has stopped reading. */
  abandon(): void {
    this.#gone = true;
    this.#abandoned.resolve();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    try {
      for (let offset = 0; offset < bytes.length && !this.#gone;) {
        offset += await this.#writeSome(bytes.subarray(offset));
      }
    } catch (error) {
      if (this.#gone) return;
      this.#gone = true;
      this.#problem = writeProblem(error);
      this.#onGone();
    }
  }

  /** @returns How many bytes were written: none where another program has made a pipe not wait. */
  async #writeSome(bytes: Uint8Array): Promise<number> {
    try {
      return await this.#writer.write(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      return 0;
    }
  }
}

/** What `--json` writes of an event; the session's secret stays here. Undefined: nothing. */
export function jsonOf(event: ClientEvent): object | undefined {
  switch (event.type) {
    case "told":
      return event.event;
    case "connected": {
      const { session: _secret, ...welcome } = event.welcome;
      return welcome;
    }
    case "entered":
      return event.joined;
    case "gone":
      return event.parted;
    case "missed":
      return { type: "lagged", room: event.room, from: event.from, to: event.to };
    case "refused":
      return event.error;
    default:
      return undefined;
  }
}
