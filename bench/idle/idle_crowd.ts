/**
 * Thousands of clients in a process of their own, as the one who measures sees them.
 *
 * @module
 */

import { MANY_DESCRIPTORS, Program } from "../../tests/helpers/program.ts";
import { pause } from "../../tests/helpers/wait.ts";
import type { WireName } from "../load/wire.ts";
import type { RunningPeer } from "../peers/peer.ts";

/** How long all clients together may take for a step, in milliseconds, by default. */
const STEP_TIMEOUT_MS = 120_000;

/** Memory is settled when this many looks in a row, this far apart, differ by under 1%. */
const SETTLED_LOOKS = 4;
const LOOK_MS = 500;

/** And when it never settles: the time given to name oneself is 60 s, and must not run out. */
const SETTLE_LIMIT_MS = 20_000;

const CLIENTS = new URL("../idle_clients.ts", import.meta.url).pathname;

/** What a storm of joins gave, in milliseconds. */
export interface StormResult {
  /** Until the last one was in. */
  readonly joined: number;
  /** Until all had read who joined. */
  readonly heard: number;
  /** From connecting to being in, the median of all. */
  readonly median: number;
  /** The same, the 99th percentile. */
  readonly p99: number;
}

/** Where a crowd goes, and who is in it. */
export interface CrowdOptions {
  /** Address of the server, one of this machine; default 127.0.0.1. */
  readonly host?: string;
  /** Number of the first client, where others are there already; default 0. */
  readonly first?: number;
  /** How long all clients together may take for a step, in milliseconds; default two minutes. */
  readonly timeoutMs?: number;
}

/** When clients had a message, in milliseconds since it was said. */
export interface HeardMessage {
  /** Half of the clients had it. */
  readonly median: number;
  /** The last one had it. */
  readonly last: number;
}

/** See the module, and `idle_clients.ts` for what each step does. */
export class IdleCrowd implements AsyncDisposable {
  readonly #program: Program;
  readonly #timeoutMs: number;

  /**
   * Starts the process; nobody connects yet.
   *
   * @param port Of the server.
   * @param count How many clients.
   */
  constructor(port: number, wire: WireName, count: number, options: CrowdOptions = {}) {
    const { host = "127.0.0.1", first = 0, timeoutMs = STEP_TIMEOUT_MS } = options;
    this.#timeoutMs = timeoutMs;
    this.#program = new Program(
      [
        ...[Deno.execPath(), "run", "--no-prompt", `--allow-net=${host}`, CLIENTS],
        ...[`${port}`, `${count}`, wire, host, `${first}`],
      ],
      { before: MANY_DESCRIPTORS },
    );
  }

  /** All connect, and give no name. */
  async connect(): Promise<void> {
    await this.#step("connect", /^connected$/);
  }

  /** All that have connected give names and have read who joined. */
  async giveNames(): Promise<void> {
    await this.#step("name", /^joined$/);
  }

  /**
   * All connect and join, `lanes` at a time.
   *
   * @param isBeating Each sends heartbeats as soon as it is in: where it takes half a minute until
   * all are, the server would take the first ones to be gone. See {@linkcode impatient}.
   */
  async storm(lanes: number, { isBeating = false } = {}): Promise<StormResult> {
    const order = `storm ${lanes}${isBeating ? " beating" : ""}`;
    const [, result = ""] = await this.#step(order, /^stormed (.*)$/);
    return JSON.parse(result);
  }

  /** All send heartbeats from now on. */
  async startHeartbeats(): Promise<void> {
    await this.#step("heartbeat", /^beating$/);
  }

  /**
   * Waits until all have heard so many messages, which are said once a second.
   *
   * @param isSpeaker One of this crowd says them; otherwise one of another.
   */
  async talk(messages: number, isSpeaker: boolean): Promise<HeardMessage[]> {
    const order = `${isSpeaker ? "talk" : "hear"} ${messages}`;
    const [, result = ""] = await this.#step(order, /^heard (.*)$/);
    return JSON.parse(result);
  }

  /** How many have once had no sign of life for so long that a client would have given up. */
  async impatient(): Promise<number> {
    const [, count] = await this.#step("impatient", /^impatient (.*)$/);
    return Number(count);
  }

  /** All leave; milliseconds until the server had closed all connections. */
  async leave(): Promise<number> {
    const [, ms] = await this.#step("leave", /^left (.*)$/);
    return Number(ms);
  }

  /** Ends the process, and with it all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  /** @throws {Error} When it does not say that it is done; with what it said. */
  async #step(order: string, done: RegExp): Promise<RegExpExecArray> {
    await this.#program.write(`${order}\n`);
    try {
      return done.exec(await this.#program.stdout.expect(done, this.#timeoutMs))!;
    } catch (cause) {
      throw new Error(`"${order}" failed: ${this.#program.stderr.text}`, { cause });
    }
  }
}

/**
 * Waits until the memory of a peer does not change any more.
 *
 * @param which Default: all that is in RAM.
 * @returns It, in bytes.
 */
export async function settledMemory(
  peer: RunningPeer,
  which: "rssBytes" | "anonBytes" = "rssBytes",
): Promise<number> {
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  const looks: number[] = [];
  while (performance.now() < endMs) {
    looks.push((await peer.usage())[which]);
    const newest = looks.slice(-SETTLED_LOOKS);
    if (newest.length === SETTLED_LOOKS && Math.max(...newest) < Math.min(...newest) * 1.01) break;
    await pause(LOOK_MS);
  }
  return looks.at(-1) ?? 0;
}
