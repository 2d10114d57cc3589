/**
 * A worker of a paced load, whose reports can be waited for.
 *
 * @module
 */

import type { PaceOrder, PaceReport } from "./orders.ts";

/** What a thread is for; its module is `…_worker.ts`. */
export type ThreadKind = "sender" | "probe" | "bulk";

/** See the module. The first failure fails every wait. */
export class Thread {
  readonly #kind: ThreadKind;
  readonly #worker: Worker;
  readonly #reports: PaceReport[] = [];
  #wake: () => void = ignore;

  private constructor(kind: ThreadKind) {
    this.#kind = kind;
    this.#worker = new Worker(import.meta.resolve(`./${kind}_worker.ts`), { type: "module" });
    this.#worker.onmessage = (event: MessageEvent<PaceReport>) => this.#take(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#take({ type: "failed", text: event.message });
    };
  }

  /** Starts one and waits until it listens: what is told earlier would be lost. */
  static async start(kind: ThreadKind): Promise<Thread> {
    const thread = new Thread(kind);
    await thread.wait("ready", 10_000);
    return thread;
  }

  /** Gives an order. */
  tell(order: PaceOrder): void {
    this.#worker.postMessage(order);
  }

  /**
   * Waits for a report of one type.
   *
   * @throws {Error} When the thread fails, or the time is up.
   */
  async wait<T extends PaceReport["type"]>(
    type: T,
    timeoutMs: number,
  ): Promise<Extract<PaceReport, { type: T }>> {
    const endMs = performance.now() + timeoutMs;
    while (true) {
      for (const [index, report] of this.#reports.entries()) {
        if (report.type === "failed") throw new Error(`The ${this.#kind} failed: ${report.text}`);
        if (!isOf(report, type)) continue;
        this.#reports.splice(index, 1);
        return report;
      }
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

  /** Ends it at once; its connections are closed. */
  end(): void {
    this.#worker.terminate();
  }

  #take(report: PaceReport): void {
    this.#reports.push(report);
    this.#wake();
  }
}

function isOf<T extends PaceReport["type"]>(
  report: PaceReport,
  type: T,
): report is Extract<PaceReport, { type: T }> {
  return report.type === type;
}

function ignore(): void {}
