/**
 * Standard output of a client that writes into a pipe: whole, in order, no faster than the reader;
 * and what `--json` writes.
 *
 * @module
 */

import type { ClientEvent } from "./core/events.ts";

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

  /**
   * Writes nothing yet.
   *
   * @param writer Where to.
   * @param onGone Is told once when the reader has gone (`| head -1`, a closed terminal).
   */
  constructor(writer: ByteWriter, onGone: () => void) {
    this.#writer = writer;
    this.#onGone = onGone;
  }

  /** The reader has gone: nothing can be written any more. */
  get gone(): boolean {
    return this.#gone;
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
        offset += await this.#writer.write(bytes.subarray(offset));
      }
    } catch {
      // BrokenPipe, EIO of a terminal that is gone: whatever it is, nobody reads.
      if (this.#gone) return;
      this.#gone = true;
      this.#onGone();
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
