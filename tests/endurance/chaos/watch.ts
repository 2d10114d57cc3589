/**
 * Looks at the server again and again while it is in trouble: what it holds, and how long somebody
 * new takes to come in and to see the page. Each look has its own loop, since one that has to wait
 * must not keep the others from looking.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import type { ChatProcess, Holding } from "./chat_process.ts";
import type { Crowd } from "./crowd.ts";
import { visitPage } from "./page_visit.ts";

/** Between two looks. */
const LOOK_MS = 250;
const VISIT_MS = 500;

/** An attack that has driven a server so far has won; this machine is needed for other things. */
const MAX_BYTES = 1.5 * 1024 ** 3;

/** See the module. */
export class Watch implements AsyncDisposable {
  /** Resolves when the server has become so large that the attack has to end. */
  readonly tooLarge: Promise<void>;
  /** How long somebody new took to come in and be heard, at worst. */
  visitMs = 0;
  /** How long the page took, at worst. */
  pageMs = 0;
  /** What was wrong with it. */
  readonly faults: string[] = [];
  readonly #server: ChatProcess;
  readonly #crowd: Crowd;
  readonly #running: Promise<unknown>;
  readonly #tooLarge = Promise.withResolvers<void>();
  #most: Holding;
  #over = false;

  /** Begins to look. */
  constructor(server: ChatProcess, crowd: Crowd, quiet: Holding) {
    this.#server = server;
    this.#crowd = crowd;
    this.#most = quiet;
    this.tooLarge = this.#tooLarge.promise;
    this.#running = Promise.all([this.#hold(), this.#visit(), this.#see()]);
    // Whoever asks for the end is told. Where nobody does, something else has failed before it.
    this.#running.catch(() => {});
  }

  /** Ends when the looks that are under way have ended. */
  async end(): Promise<Holding> {
    this.#over = true;
    await this.#running;
    return this.#most;
  }

  /** Ends where something else has failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.#running.catch(() => {});
  }

  async #hold(): Promise<void> {
    while (!this.#over) {
      const held = await this.#server.holding();
      this.#most = {
        rssBytes: Math.max(this.#most.rssBytes, held.rssBytes),
        anonBytes: Math.max(this.#most.anonBytes, held.anonBytes),
        descriptors: Math.max(this.#most.descriptors, held.descriptors),
      };
      if (held.anonBytes > MAX_BYTES) {
        this.faults.push(`the server held ${mib(held.anonBytes)} MiB, and the attack was stopped`);
        this.#tooLarge.resolve();
        return;
      }
      await pause(LOOK_MS);
    }
  }

  async #visit(): Promise<void> {
    while (!this.#over) {
      this.visitMs = Math.max(this.visitMs, await this.#crowd.visit());
      await pause(VISIT_MS);
    }
  }

  async #see(): Promise<void> {
    const { webPort } = this.#server;
    if (webPort === undefined) return;
    while (!this.#over) {
      const { tookMs, faults } = await visitPage(webPort);
      this.pageMs = Math.max(this.pageMs, tookMs);
      if (this.faults.length < 10) this.faults.push(...faults);
      await pause(VISIT_MS);
    }
  }
}

/** Bytes as whole MiB. */
export function mib(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}
