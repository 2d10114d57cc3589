/**
 * Many senders that flood at once, and many receivers, all speaking plain, all in one thread: on two
 * cores the server has the other one.
 *
 * What is checked: every byte of every receiver. All of them must get the same stream, and in it
 * each sender's lines, whole and in order. A line about lag is therefore a failure of the run.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import { CommonStream } from "./common_stream.ts";
import { CrowdClient } from "./crowd_client.ts";
import { lineBytes } from "./pattern.ts";
import { WIRES } from "./wire.ts";

/** Bytes that all senders together may be ahead of the slowest client: a quarter of the window. */
const AHEAD_BYTES = 1024 * 1024;

/** Lines in one write of a sender: 8 KiB. */
const BATCH_LINES = 128;

/** Connections that are made at the same time. */
const CONNECT_BATCH = 50;

const PLAIN = WIRES.plain;

/** How large a crowd is. */
export interface CrowdOptions {
  /** Clients that send, 1 to 100. They read too, but what they read is only counted. */
  readonly senders: number;
  /** Clients that only read, 1 or more. */
  readonly receivers: number;
}

/** What one flood gave. */
export interface CrowdResult {
  /** Lines of all senders. */
  readonly lines: number;
  /** From the first write to the last arrival at a receiver, in seconds. */
  readonly seconds: number;
  /** Processor time of this process meanwhile, in seconds. */
  readonly cpuSeconds: number;
}

/** Connected clients that can be made to flood. */
export class Crowd {
  readonly #senders: CrowdClient[] = [];
  readonly #receivers: CrowdClient[] = [];
  readonly #failed = Promise.withResolvers<never>();
  #moved: () => void = ignore;
  #next = 0;

  private constructor() {
    // Whoever waits learns of it; nobody may be waiting.
    this.#failed.promise.catch(ignore);
  }

  /**
   * Connects all clients to a server on 127.0.0.1, and waits until each has read that the last one
   * has joined.
   *
   * @throws {Error} When one of them is not let in.
   */
  static async connect(port: number, options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd();
    try {
      await crowd.#join(crowd.#receivers, namesOf("r", options.receivers), port);
      const senders = namesOf("s", options.senders);
      const last = senders.pop() ?? "";
      await crowd.#join(crowd.#senders, senders, port);
      const others = [...crowd.#receivers, ...crowd.#senders];
      const all = Promise.all(others.map((client) => client.readUntil(`* ${last} joined\n`)));
      await Promise.all([all, crowd.#join(crowd.#senders, [last], port)]);
    } catch (error) {
      crowd.close();
      throw error;
    }
    for (const client of [...crowd.#receivers, ...crowd.#senders]) {
      client.run(() => crowd.#moved()).catch((error) => crowd.#failed.reject(error));
    }
    return crowd;
  }

  /**
   * Sends lines as fast as the slowest client takes them, and waits until everybody has them.
   *
   * @param linesEach Lines of each sender.
   * @param options `timeoutMs`: when to give up; default a minute.
   * @throws {Error} When a client gets anything else, or the time is up.
   */
  async flood(linesEach: number, options: { timeoutMs?: number } = {}): Promise<CrowdResult> {
    const patterns = this.#senders.map(({ name }) => PLAIN.delivered(name));
    const size = lineBytes(patterns[0] ?? PLAIN.delivered(""));
    const lines = linesEach * this.#senders.length;
    const common = new CommonStream(lines * size);
    for (const client of this.#receivers) client.expect(common, common.byteLength);
    // Plain clients do not get their own lines back.
    for (const client of this.#senders) client.expect(null, (lines - linesEach) * size);
    const first = this.#next;
    this.#next += linesEach;

    const startedMs = performance.now();
    const cpuBefore = cpuUsage();
    const timer = setTimeout(
      () => this.#failed.reject(new Error("The flood did not end in time.")),
      options.timeoutMs ?? 60_000,
    );
    try {
      await Promise.race([this.#failed.promise, this.#send(first, linesEach, size)]);
      const all = this.#wait(() => isComplete(this.#receivers));
      await Promise.race([this.#failed.promise, all]);
      const seconds = (performance.now() - startedMs) / 1000;
      const { user, system } = cpuUsage(cpuBefore);
      const rest = this.#wait(() => isComplete(this.#senders));
      await Promise.race([this.#failed.promise, rest]);
      common.check(patterns, first, linesEach);
      return { lines, seconds, cpuSeconds: (user + system) / 1e6 };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const client of [...this.#senders, ...this.#receivers]) client.close();
  }

  /** As {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #join(into: CrowdClient[], names: readonly string[], port: number): Promise<void> {
    for (let index = 0; index < names.length; index += CONNECT_BATCH) {
      const batch = names.slice(index, index + CONNECT_BATCH);
      into.push(...await Promise.all(batch.map((name) => CrowdClient.join(name, port))));
    }
  }

  /** All senders in turns, so that none runs away; each write is one of a flooding client. */
  async #send(first: number, linesEach: number, size: number): Promise<void> {
    let sent = 0;
    const everybody = [...this.#receivers, ...this.#senders];
    for (let from = 0; from < linesEach; from += BATCH_LINES) {
      const count = Math.min(BATCH_LINES, linesEach - from);
      for (const sender of this.#senders) {
        await this.#wait(() => sent * size - slowest(everybody) <= AHEAD_BYTES);
        await sender.say(first + from, count);
        sent += count;
      }
    }
  }

  /** Waits for something that can only become true when a client has read. */
  async #wait(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#moved = resolve;
      await promise;
    }
  }
}

/** Names of one length, so that all lines have one length. */
function namesOf(letter: string, count: number): string[] {
  const digits = String(count - 1).length;
  return Array.from({ length: count }, (_, n) => letter + String(n).padStart(digits, "0"));
}

function isComplete(clients: readonly CrowdClient[]): boolean {
  return clients.every((client) => client.missing === 0);
}

/** How far the slowest client is, in bytes. */
function slowest(clients: readonly CrowdClient[]): number {
  let bytes = Infinity;
  for (const client of clients) bytes = Math.min(bytes, client.position);
  return bytes;
}

function ignore(): void {}
