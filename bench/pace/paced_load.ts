/**
 * A load at a steady pace: one sender, many receivers, and among them a few probes whose latency is
 * measured. Sender, probes and the other receivers have a thread each.
 *
 * ```ts
 * using load = await PacedLoad.connect(port, { wire: "plain", receivers: 100 });
 * await load.run({ perSecond: 500, seconds: 1 });
 * const { probes } = await load.run({ perSecond: 500, seconds: 10 });
 * ```
 *
 * @module
 */

import { nowMs } from "../load/shared.ts";
import type { WireName } from "../load/wire.ts";
import type { Plan } from "./plan.ts";
import { quantile, sortedSamples } from "./quantile.ts";
import { Thread } from "./thread.ts";

/** How long connecting may take, in milliseconds. */
const CONNECT_TIMEOUT_MS = 60_000;

/** How long after the last message was due it may take until all have it, in milliseconds. */
const LATE_TIMEOUT_MS = 20_000;

/** From telling the plan to the first message, in milliseconds: everybody must know it by then. */
const LEAD_MS = 300;

/** Lines that a receiver in bulk finds when it looks. */
const LINES_PER_LOOK = 25;

/** The longest time without a look, in milliseconds: what comes meanwhile must fit into buffers. */
const MAX_NAP_MS = 100;

/** Three probes: the first receiver that joined, one in the middle, and the last one. */
export type ProbePlace = "first" | "middle" | "last";

/** How a load is made. */
export interface PacedLoadOptions {
  /** What the peer speaks. */
  readonly wire: WireName;
  /** How many receivers, 5 or more, the probes included; the sender comes on top. */
  readonly receivers: number;
}

/** How fast and how long. */
export interface Pace {
  /** Messages each second. */
  readonly perSecond: number;
  /** For how long. */
  readonly seconds: number;
}

/** What one run gave. All times in milliseconds, in ascending order. */
export interface PacedResult {
  /** From when a message was due until each probe had it. */
  readonly latencies: Float64Array;
  /** The same of one probe each. */
  readonly probes: Readonly<Record<ProbePlace, Float64Array>>;
  /** How late the sender began to write each message; part of the latencies. */
  readonly senderLate: Float64Array;
}

/** Connected clients. */
export class PacedLoad implements Disposable {
  readonly #sender: Thread;
  readonly #probes: Thread;
  readonly #bulk: Thread;
  #next = 0;

  private constructor(sender: Thread, probes: Thread, bulk: Thread) {
    this.#sender = sender;
    this.#probes = probes;
    this.#bulk = bulk;
  }

  /**
   * Connects all clients to a peer on 127.0.0.1: a probe, half of the receivers, a probe, the other
   * half, a probe, and the sender.
   *
   * @param port Where; of two servers with the same room, the first probe, the first half and the
   * sender go to the first one, all others to the second.
   * @throws {Error} When not all of them are let in within a minute.
   */
  static async connect(
    port: number | readonly number[],
    options: PacedLoadOptions,
  ): Promise<PacedLoad> {
    const { wire, receivers } = options;
    const [sender, probes, bulk] = await Promise.all([
      Thread.start("sender"),
      Thread.start("probe"),
      Thread.start("bulk"),
    ]);
    const load = new PacedLoad(sender, probes, bulk);
    const others = Array.from({ length: receivers - 3 }, (_, n) => `bulk${n}`);
    const half = others.length >> 1;
    const ports = [port].flat();
    const [here, there] = [ports[0] ?? 0, ports.at(-1) ?? 0];
    const order: [Thread, number, string[]][] = [
      [probes, here, ["probe1"]],
      [bulk, here, others.slice(0, half)],
      [probes, there, ["probe2"]],
      [bulk, there, others.slice(half)],
      [probes, there, ["probe3"]],
      [sender, here, ["pacer"]],
    ];
    try {
      for (const [thread, port, names] of order) {
        thread.tell({ type: "connect", port, wire, names });
        await thread.wait("connected", CONNECT_TIMEOUT_MS);
      }
    } catch (error) {
      load[Symbol.dispose]();
      throw error;
    }
    return load;
  }

  /**
   * Sends messages at even distances and waits until everybody has them all.
   *
   * @throws {Error} When a receiver does not get each message once and in order, or 20 s after the
   * last one was due not all have it.
   */
  async run({ perSecond, seconds }: Pace): Promise<PacedResult> {
    const intervalMs = 1000 / perSecond;
    const count = Math.max(1, Math.round(perSecond * seconds));
    const plan: Plan = { first: this.#next, count, startMs: nowMs() + LEAD_MS, intervalMs };
    this.#next += count;
    const napMs = Math.min(MAX_NAP_MS, LINES_PER_LOOK * intervalMs);
    for (const thread of [this.#probes, this.#bulk]) {
      thread.tell({ type: "run", plan, napMs });
      await thread.wait("ready", LATE_TIMEOUT_MS);
    }
    if (nowMs() > plan.startMs) throw new Error("The plan was told too late to be kept.");
    this.#sender.tell({ type: "run", plan, napMs });
    const limitMs = count * intervalMs + LATE_TIMEOUT_MS;
    const [sent, heard] = await Promise.all([
      this.#sender.wait("done", limitMs),
      this.#probes.wait("done", limitMs),
      this.#bulk.wait("done", limitMs),
    ]);
    const [first, middle, last] = heard.lateMs.map((samples) => sortedSamples([samples]));
    if (first === undefined || middle === undefined || last === undefined) {
      throw new Error(`There must be 3 probes: got ${heard.lateMs.length}.`);
    }
    return {
      latencies: sortedSamples(heard.lateMs),
      probes: { first, middle, last },
      senderLate: sortedSamples(sent.lateMs),
    };
  }

  /** Closes all connections and ends the threads. */
  [Symbol.dispose](): void {
    for (const thread of [this.#sender, this.#probes, this.#bulk]) thread.end();
  }
}

/** Middle and 99th percentile of sorted samples. */
export function middleAndTail(sorted: Float64Array): {
  readonly median: number;
  readonly p99: number;
} {
  return { median: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}
