/**
 * A stream on NATS together with everything that it has told.
 *
 * @module
 */

import { openNatsStream } from "../../../src/order/nats/nats_stream.ts";
import type { NatsOptions } from "../../../src/order/nats/options.ts";
import type { BatchStream, StreamFault, StreamPosition } from "../../../src/order/nats/stream.ts";
import { pause, until, within } from "../../helpers/wait.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An election takes up to ten seconds: ms. */
const PATIENCE_MS = 60_000;

/** What came first. */
export const FROM_START: StreamPosition = { seq: 0, hash: null };

/** A stream, and what was heard of it. */
export class WatchedStream implements AsyncDisposable {
  /** Batches as text, in the order in which they came. */
  readonly batches: string[] = [];
  /** Their numbers. */
  readonly seqs: number[] = [];
  /** The times that they came with. */
  readonly times: (number | null)[] = [];
  /** What was said about being in touch. */
  readonly contacts: boolean[] = [];
  /** What was the matter. */
  readonly faults: StreamFault[] = [];
  #stream: BatchStream | null = null;

  /** Opens a stream, and follows it unless told otherwise. */
  static async open(
    options: Partial<NatsOptions> & Pick<NatsOptions, "servers">,
    from: StreamPosition | null = FROM_START,
  ): Promise<WatchedStream> {
    const watched = new WatchedStream();
    try {
      await watched.open(options, from);
    } catch (error) {
      await watched[Symbol.asyncDispose]();
      throw error;
    }
    return watched;
  }

  /** The same for one that somebody waits for. */
  async open(options: NatsOptions, from: StreamPosition | null = FROM_START): Promise<void> {
    this.#stream = await within(
      openNatsStream(options, {
        onBatch: (seq, batch, storedAtMs) => {
          this.seqs.push(seq);
          this.batches.push(decoder.decode(batch));
          this.times.push(storedAtMs);
        },
        onConnected: (connected) => this.contacts.push(connected),
        onFault: (fault) => this.faults.push(fault),
      }),
      "the stream",
      PATIENCE_MS,
    );
    if (from !== null) await within(this.stream.start(from), "what was stored", PATIENCE_MS);
  }

  /** The stream itself. */
  get stream(): BatchStream {
    return this.#stream!;
  }

  /** Whether it is in touch. */
  get inTouch(): boolean {
    return this.contacts.at(-1) ?? false;
  }

  /** What was the matter, in one word each. */
  get troubles(): string[] {
    return this.faults.map(({ trouble }) => trouble);
  }

  /** Publishes a text once. */
  async publish(text: string): Promise<void> {
    await this.stream.publish(encoder.encode(text));
  }

  /**
   * Publishes a text again and again until the stream has stored it, perhaps several times.
   *
   * @returns Whether it is stored; `false`: it was time to give up.
   */
  async insist(text: string, giveUp: () => boolean = () => false): Promise<boolean> {
    let stored = false;
    await until(
      async () => {
        try {
          await this.publish(text);
          stored = true;
        } catch {
          await pause(50);
        }
        return stored || giveUp();
      },
      `"${text}" to be stored`,
      PATIENCE_MS,
    );
    return stored;
  }

  /** Waits for a batch with this text. */
  async heard(text: string): Promise<void> {
    await until(() => this.batches.includes(text), `"${text}" to come`, PATIENCE_MS);
  }

  /** Waits until it is, or is not, in touch. */
  async touch(inTouch: boolean): Promise<void> {
    await until(() => this.inTouch === inTouch, `inTouch ${inTouch}`, PATIENCE_MS);
  }

  /** Waits for trouble. */
  async trouble(kind: StreamFault["trouble"]): Promise<StreamFault> {
    await until(() => this.troubles.includes(kind), `trouble ${kind}`, PATIENCE_MS);
    return this.faults.find(({ trouble }) => trouble === kind)!;
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stream?.close();
  }
}

/** The texts from 1 to `count`. */
export function numbered(count: number, from: number = 1): string[] {
  return Array.from({ length: count }, (_, i) => `b${from + i}`);
}
