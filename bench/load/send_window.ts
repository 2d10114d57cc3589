/**
 * How far senders may run ahead: a reader that lags is skipped by the server, and that must not
 * happen by our haste.
 *
 * @module
 */

import type { LoadClient } from "./client.ts";
import type { FloodPlan } from "./flood_plan.ts";
import { AHEAD_BYTES } from "./language.ts";
import { lineBytes } from "./pattern.ts";

interface Waiting {
  readonly sender: number;
  readonly bytes: number;
  readonly go: () => void;
}

/** One flood's. */
export class SendWindow {
  readonly #plan: FloodPlan;
  readonly #clients: readonly LoadClient[];
  /** For each client: how long the sender's lines are, divided by those that it gets. */
  readonly #scales: readonly number[];
  /** Which sender each client is; -1: none, or one that hears itself. */
  readonly #senderOf: readonly number[];
  /** What each sender was allowed, in bytes as they are delivered. */
  readonly #said: Float64Array;
  readonly #queue: Waiting[] = [];
  #allowed = 0;

  /**
   * Allows nothing yet.
   *
   * @param plan What the senders' own language makes of it.
   * @param clients All of them.
   * @param senders Those of them that send, in the plan's order.
   */
  constructor(plan: FloodPlan, clients: readonly LoadClient[], senders: readonly LoadClient[]) {
    this.#plan = plan;
    this.#clients = clients;
    const [sender = ""] = plan.senders;
    this.#scales = clients.map(({ wire }) => plan.lineBytes / lineBytes(wire.delivered(sender)));
    this.#senderOf = clients.map((client) => plan.wire.echoes ? -1 : senders.indexOf(client));
    this.#said = new Float64Array(senders.length);
  }

  /** Waits until a sender may write some lines; whoever waits longest is first. */
  async wait(sender: number, lines: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push({ sender, bytes: lines * this.#plan.lineBytes, go: resolve });
    if (this.#queue.length === 1) this.open();
    await promise;
  }

  /** Lets go whoever may write now. To be called when a client has read. */
  open(): void {
    if (this.#queue.length === 0) return;
    const until = this.#slowest() + (this.#plan.wire.aheadBytes ?? AHEAD_BYTES);
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (this.#allowed + first.bytes > until) return;
      this.#queue.shift();
      this.#allowed += first.bytes;
      this.#said[first.sender] = (this.#said[first.sender] ?? 0) + first.bytes;
      first.go();
    }
  }

  /** How far the slowest client is, in bytes; what it said itself it need not hear. */
  #slowest(): number {
    let slowest = Infinity;
    for (let index = 0; index < this.#clients.length; index++) {
      const said = this.#said[this.#senderOf[index] ?? -1] ?? 0;
      const bytes = (this.#clients[index]?.bytes ?? 0) * (this.#scales[index] ?? 1);
      slowest = Math.min(slowest, bytes + said);
    }
    return slowest;
  }
}
