/**
 * Peers that page through history, in a thread of their own: see `pagers_worker.ts`.
 *
 * @module
 */

import type { PagersOrder, PagersReport } from "./pagers_worker.ts";

/** How long it may take until all have their first page, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** See the module. */
export class Pagers implements Disposable {
  /** Pages that all of them have had. */
  pages = 0;
  readonly #worker = new Worker(import.meta.resolve("./pagers_worker.ts"), { type: "module" });
  readonly #begun = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();

  private constructor(order: PagersOrder) {
    this.#failed.promise.catch(() => {});
    this.#worker.onmessage = ({ data }: MessageEvent<PagersReport>) => {
      if (data.type === "ready") this.#worker.postMessage(order);
      else if (data.type === "begun") this.#begun.resolve();
      else if (data.type === "pages") this.pages = data.pages;
      else this.#failed.reject(new Error(data.text));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failed.reject(new Error(event.message));
    };
  }

  /** Lets so many come in, and waits until each has had a page. */
  static async start(port: number, count: number): Promise<Pagers> {
    const pagers = new Pagers({ port, count });
    const timer = setTimeout(
      () => pagers.#failed.reject(new Error("Not all had a page within a minute.")),
      TIMEOUT_MS,
    );
    try {
      await Promise.race([pagers.#begun.promise, pagers.#failed.promise]);
    } catch (error) {
      pagers[Symbol.dispose]();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return pagers;
  }

  /** Rejects when one of them was refused or cut off; never resolves. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Ends all. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
