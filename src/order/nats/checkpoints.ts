/**
 * Saved states, in a stream of their own. A state is stored in pieces, and after them a head that
 * names them: so a state that was not stored to its end is none.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { JetStream, Stored } from "./jetstream.ts";
import type { NatsNames } from "./options.ts";
import { batchHash, type Checkpoint, IDS_KEPT_MS, MAX_BATCH_BYTES } from "./stream.ts";

/** Which pieces belong together. */
interface Head {
  /** Which log the state is of: one that was made anew is another. */
  readonly log: string;
  /** The last message of the log that the state includes. */
  readonly seq: number;
  /** Numbers of the pieces, in their order. */
  readonly pieces: readonly number[];
  /** {@linkcode batchHash} of the whole. */
  readonly hash: string;
}

/** A head that is stored. */
interface StoredHead extends Head {
  /** When it was stored: milliseconds since 1970. */
  readonly atMs: number;
}

/** Saves states, and finds them again. */
export class Checkpoints {
  readonly #jetStream: JetStream;
  readonly #names: NatsNames;
  readonly #log: string;
  readonly #keptMs: number;

  /**
   * The states of a log.
   *
   * @param log Its id.
   * @param keptMs How far back a start begins.
   */
  constructor(
    jetStream: JetStream,
    names: NatsNames,
    { log, keptMs = IDS_KEPT_MS }: { readonly log: string; readonly keptMs?: number },
  ) {
    this.#jetStream = jetStream;
    this.#names = names;
    this.#log = log;
    this.#keptMs = keptMs;
  }

  /**
   * Saves a state, and removes what no start needs any more from the log.
   *
   * @param seq The last message of the log that it includes.
   * @throws {Error} When it is not known to be stored.
   */
  async save(data: Uint8Array, seq: number): Promise<void> {
    const pieces: number[] = [];
    // Piece by piece, too: of all at once it would be a long turn.
    const hash = createHash("sha256");
    for (let start = 0; start < data.length; start += MAX_BATCH_BYTES) {
      const piece = data.subarray(start, start + MAX_BATCH_BYTES);
      // The same piece of each checkpoint has one subject, of which the stream keeps the newest.
      const subject = `${this.#names.state}.piece.${pieces.length}`;
      hash.update(piece);
      pieces.push(await this.#jetStream.publish(subject, piece));
    }
    const head: Head = { log: this.#log, seq, pieces, hash: hash.digest("hex") };
    const bytes = new TextEncoder().encode(JSON.stringify(head));
    await this.#jetStream.publish(this.#headSubject, bytes);
    await this.#forget();
  }

  /** The saved states, newest first. One that is not whole is passed over. */
  async *newestFirst(): AsyncGenerator<Checkpoint, void, void> {
    for (const head of (await this.#heads()).reverse()) {
      const data = await this.#data(head);
      if (data !== null) yield { data, atMs: head.atMs };
    }
  }

  get #headSubject(): string {
    return `${this.#names.state}.head`;
  }

  /** A start begins at the newest that is old enough, and compares the message before that. */
  async #forget(): Promise<void> {
    const heads = await this.#heads();
    const newestMs = heads.at(-1)?.atMs ?? 0;
    const first = heads.findLast(({ atMs }) => newestMs - atMs >= this.#keptMs);
    // Purging "before 0" would remove everything.
    if (first !== undefined && first.seq > 1) {
      await this.#jetStream.purge(this.#names.stream, first.seq);
    }
  }

  /** All heads of the log, oldest first. */
  async #heads(): Promise<StoredHead[]> {
    const heads: StoredHead[] = [];
    for (let from = 1;;) {
      const query = { seq: from, next_by_subj: this.#headSubject };
      const stored = await this.#jetStream.messagePatiently(this.#names.stateStream, query);
      if (stored === null) return heads;
      const head = parseHead(stored);
      if (head?.log === this.#log) heads.push(head);
      from = stored.seq + 1;
    }
  }

  /** The state of a head; null: it is not whole. */
  async #data({ pieces, hash }: Head): Promise<Uint8Array | null> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (const seq of pieces) {
      const piece = await this.#jetStream.messagePatiently(this.#names.stateStream, { seq });
      if (piece === null) return null;
      parts.push(new Uint8Array(piece.data));
    }
    const data = new Uint8Array(await new Blob(parts).arrayBuffer());
    return batchHash(data) === hash ? data : null;
  }
}

/** What a stored head says; null: it is something else. */
function parseHead({ data, storedAtMs }: Stored): StoredHead | null {
  try {
    const { log, seq, pieces, hash } = JSON.parse(new TextDecoder().decode(data));
    const isHead = Number.isSafeInteger(seq) && Array.isArray(pieces) &&
      pieces.every(Number.isSafeInteger);
    return isHead ? { log, seq, pieces, hash, atMs: storedAtMs } : null;
  } catch {
    return null;
  }
}
