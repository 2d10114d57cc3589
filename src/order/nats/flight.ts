/**
 * A batch of this server that is under way: it is sent until it comes back, so that it may be
 * stored twice, or late.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { Queued } from "../settlement.ts";
import type { BatchHead } from "./batch_codec.ts";
import { type BatchStream, NotStored, PUBLISH_TIMEOUT_MS } from "./stream.ts";

/** A batch that is stored comes back in milliseconds. After this it is sent again all the same. */
const ECHO_MS = 2_000;

/** How long to wait with sending again what may be lost. */
const RESEND_MS = 100;

/** Where NATS says that it takes nothing, an operator has to do something. */
const REFUSED_MS = 1_000;

/** What is sent. */
export interface Sent {
  /** What it begins with. */
  readonly head: BatchHead;
  /** The batch as it is stored. */
  readonly bytes: Uint8Array;
  /** What is in it. */
  readonly batch: readonly Queued[];
  /** Where it was taken from: people who come in again, or proposers. */
  readonly queue: Queued[];
}

/** A batch that is under way. */
export class Flight implements Sent {
  /** See {@linkcode Sent}. */
  readonly head: BatchHead;
  /** See {@linkcode Sent}. */
  readonly bytes: Uint8Array;
  /** See {@linkcode Sent}. */
  readonly batch: readonly Queued[];
  /** See {@linkcode Sent}. */
  readonly queue: Queued[];
  readonly #clock: Clock;
  readonly #sentAt: number;
  readonly #over = Promise.withResolvers<void>();
  #isOver = false;

  /** Sends it, from now on until {@linkcode land}. */
  constructor(sent: Sent, stream: Pick<BatchStream, "send" | "publish">, clock: Clock) {
    this.head = sent.head;
    this.bytes = sent.bytes;
    this.batch = sent.batch;
    this.queue = sent.queue;
    this.#clock = clock;
    this.#sentAt = clock.now();
    void this.#publish(stream);
  }

  /** For how long it has been sent, in milliseconds. */
  get ms(): number {
    return this.#clock.now() - this.#sentAt;
  }

  /** It need not be sent again. */
  land(): void {
    this.#isOver = true;
    this.#over.resolve();
  }

  async #publish(stream: Pick<BatchStream, "send" | "publish">): Promise<void> {
    stream.send(this.bytes);
    await this.#pause(PUBLISH_TIMEOUT_MS);
    while (!this.#isOver) {
      try {
        await stream.publish(this.bytes);
        await this.#pause(ECHO_MS);
      } catch (error) {
        await this.#pause(error instanceof NotStored ? REFUSED_MS : RESEND_MS);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isOver) return;
    let cancel = () => {};
    const time = new Promise<void>((resolve) => cancel = this.#clock.after(ms, resolve));
    await Promise.race([this.#over.promise, time]);
    cancel();
  }
}
