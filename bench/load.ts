/**
 * The load generator: one sender and many receivers in threads of their own, so that the thread
 * that measures never stands in their way.
 *
 * ```ts
 * await using load = await Load.connect(port, { wire: "plain", receivers: 100 });
 * const { deliveriesPerSecond } = await load.flood(20_000);
 * ```
 *
 * What is checked: every byte of every receiver's stream. After the lead-in (greeting, joins) each
 * must hold exactly the expected lines, in order, and nothing between them; a line about lag is
 * therefore a failure of the run.
 *
 * @module
 */

import { lineBytes } from "./load/pattern.ts";
import type { Order, Report } from "./load/shared.ts";
import { type WireName, WIRES } from "./load/wire.ts";

/** Bytes that the sender may be ahead of the slowest receiver: a quarter of the server's window. */
const AHEAD_BYTES = 1024 * 1024;

/** Name of the sender. */
const SENDER = "load";

/** How long connecting may take, in milliseconds. */
const CONNECT_TIMEOUT_MS = 60_000;

/** How a load is made. */
export interface LoadOptions {
  /** What the peer speaks. */
  readonly wire: WireName;
  /** How many receivers, 1 or more. */
  readonly receivers: number;
  /** Threads for the receivers; default: one less than there are cores, at least one. */
  readonly threads?: number;
}

/** What one flood gave. */
export interface FloodResult {
  /** Lines that were sent. */
  readonly lines: number;
  /** From the first send to the last arrival, in seconds. */
  readonly seconds: number;
  /** Lines times receivers, divided by the seconds. */
  readonly deliveriesPerSecond: number;
}

/** Connected clients that can be made to flood. */
export class Load {
  readonly #wire: WireName;
  readonly #receivers: number;
  readonly #sender: Thread;
  readonly #threads: Thread[];
  #next = 0;

  private constructor(options: LoadOptions, sender: Thread, threads: Thread[]) {
    this.#wire = options.wire;
    this.#receivers = options.receivers;
    this.#sender = sender;
    this.#threads = threads;
  }

  /**
   * Connects all clients to a peer on 127.0.0.1: the receivers, then the sender.
   *
   * @throws {Error} When not all of them are let in within a minute.
   */
  static async connect(port: number, options: LoadOptions): Promise<Load> {
    const { wire, receivers } = options;
    const count = Math.min(
      receivers,
      options.threads ?? Math.max(1, navigator.hardwareConcurrency - 1),
    );
    const progress = new SharedArrayBuffer(receivers * 4);
    const threads: Thread[] = [];
    for (let index = 0; index < count; index++) threads.push(new Thread("receiver"));
    const load = new Load(options, new Thread("sender"), threads);
    try {
      let offset = 0;
      for (const [index, thread] of threads.entries()) {
        const end = Math.round(receivers * (index + 1) / count);
        const names = Array.from({ length: end - offset }, (_, n) => `r${offset + n}`);
        thread.tell({ type: "connect", port, wire, names, progress, offset });
        await thread.wait("connected", CONNECT_TIMEOUT_MS);
        offset = end;
      }
      load.#sender.tell({ type: "connect", port, wire, names: [SENDER], progress, offset: 0 });
      await load.#sender.wait("connected", CONNECT_TIMEOUT_MS);
    } catch (error) {
      load.close();
      throw error;
    }
    return load;
  }

  /** Name of the sender, as it stands before its lines. */
  get senderName(): string {
    return SENDER;
  }

  /** Counter of the next line that will be sent: it goes on from flood to flood. */
  get nextLine(): number {
    return this.#next;
  }

  /**
   * Sends lines as fast as the slowest receiver takes them, and waits until all have them.
   *
   * @param lines How many.
   * @param options `timeoutMs`: when to give up; default a minute.
   * @throws {Error} When a receiver gets anything else, or the time is up.
   */
  async flood(lines: number, options: { timeoutMs?: number } = {}): Promise<FloodResult> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const delivered = WIRES[this.#wire].delivered(SENDER);
    const aheadLines = Math.max(1024, Math.floor(AHEAD_BYTES / lineBytes(delivered)));
    const first = this.#next;
    this.#next += lines;
    const order: Order = { type: "flood", sender: SENDER, first, lines, aheadLines, timeoutMs };
    for (const thread of this.#threads) thread.tell(order);
    await Promise.all(this.#threads.map((thread) => thread.wait("expecting", timeoutMs)));
    this.#sender.tell(order);
    const [sent, ...got] = await Promise.all(
      [this.#sender, ...this.#threads].map((thread) => thread.wait("done", timeoutMs)),
    );
    if (sent?.type !== "done") throw new Error("The sender did not report.");
    const endMs = Math.max(...got.map((report) => report.type === "done" ? report.atMs : 0));
    const seconds = (endMs - sent.startedMs) / 1000;
    return { lines, seconds, deliveriesPerSecond: lines * this.#receivers / seconds };
  }

  /** Closes all connections and ends the threads. */
  close(): void {
    for (const thread of [this.#sender, ...this.#threads]) thread.end();
  }

  /** As {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** A worker whose reports can be waited for. The first failure fails every wait. */
class Thread {
  readonly #kind: "sender" | "receiver";
  readonly #worker: Worker;
  readonly #reports: Report[] = [];
  #wake: () => void = ignore;

  constructor(kind: "sender" | "receiver") {
    this.#kind = kind;
    this.#worker = new Worker(import.meta.resolve(`./load/${kind}_worker.ts`), { type: "module" });
    this.#worker.onmessage = (event: MessageEvent<Report>) => this.#take(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#take({ type: "failed", text: event.message });
    };
  }

  tell(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** Waits for a report of one type. */
  async wait(type: Report["type"], timeoutMs: number): Promise<Report> {
    const endMs = performance.now() + timeoutMs;
    while (true) {
      const failed = this.#reports.find((report) => report.type === "failed");
      if (failed?.type === "failed") throw new Error(`The ${this.#kind} failed: ${failed.text}`);
      const index = this.#reports.findIndex((report) => report.type === type);
      const [report] = index < 0 ? [] : this.#reports.splice(index, 1);
      if (report !== undefined) return report;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) {
        throw new Error(`The ${this.#kind} was not "${type}" after ${timeoutMs / 1000} s.`);
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, leftMs);
      await promise;
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#worker.terminate();
  }

  #take(report: Report): void {
    this.#reports.push(report);
    this.#wake();
  }
}

function ignore(): void {}
