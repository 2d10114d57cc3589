/**
 * The load generator: clients that flood, all at once, and clients that read, all in one thread, so
 * that on two cores the server has the other one.
 *
 * ```ts
 * using load = await Load.connect(port, { wire: "plain", senders: 32, receivers: 100 });
 * const { deliveriesPerSecond } = await load.flood(3_000);
 * ```
 *
 * What is checked: every byte of every client, of those that send too. Each must get each sender's
 * lines, whole, in order, and nothing between them; readers of json must all get the same bytes,
 * numbered without a gap. A line about lag is therefore a failure of the run.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { cpuUsage } from "node:process";
import { LoadClient } from "./load/client.ts";
import type { FloodCheck } from "./load/flood_check.ts";
import { FloodPlan } from "./load/flood_plan.ts";
import { numbersIn, type Wire } from "./load/language.ts";
import { LinesCheck } from "./load/lines_check.ts";
import { MarkedCheck } from "./load/marked_check.ts";
import { NumberedCheck } from "./load/numbered_check.ts";
import { SendWindow } from "./load/send_window.ts";
import { quoted, StreamError } from "./load/stream_error.ts";
import { type WireName, WIRES } from "./load/wire.ts";

/** Connections that are made at the same time: ncat's backlog holds ten. */
const CONNECT_BATCH = 8;

const TIMEOUT_MS = 60_000;

/** How a load is made. */
export interface LoadOptions {
  /** What the peer speaks. */
  readonly wire: WireName;
  /** What those who only read speak, in turns; default: the same as those who send. */
  readonly readers?: readonly WireName[];
  /** How many clients send, 1 to 100; default 1. They read too. */
  readonly senders?: number;
  /** How many clients only read; with the senders together at least 2. */
  readonly receivers: number;
}

/** How one flood is made. */
export interface FloodOptions {
  /** When to give up, in milliseconds; default a minute. */
  readonly timeoutMs?: number;
}

/** What one flood gave. */
export interface FloodResult {
  /** Lines of all senders. */
  readonly lines: number;
  /** Lines that a client got from another one: lines times clients but one. */
  readonly deliveries: number;
  /** Bytes of lines that all clients together have read. */
  readonly bytes: number;
  /** From the first write to the last arrival, in seconds. */
  readonly seconds: number;
  /** Processor time of this process meanwhile, in seconds. */
  readonly cpuSeconds: number;
  /** Deliveries divided by seconds. */
  readonly deliveriesPerSecond: number;
}

/** Connected clients that can be made to flood. */
export class Load implements Disposable {
  readonly #senders: LoadClient[] = [];
  readonly #receivers: LoadClient[] = [];
  readonly #failed = Promise.withResolvers<never>();
  #moved: (client: LoadClient) => void = ignore;
  #settled = 0;
  #next = 0;

  private constructor() {
    // Whoever waits learns of it; nobody may be waiting.
    this.#failed.promise.catch(ignore);
  }

  /**
   * Connects all clients to a peer on 127.0.0.1: the receivers, then the senders.
   *
   * @param port Where; of several servers with the same room, clients go to each in turns.
   * @throws {Error} When not all of them are let in within a minute.
   */
  static async connect(port: number | readonly number[], options: LoadOptions): Promise<Load> {
    const { receivers, senders = 1, wire, readers = [wire] } = options;
    const ports = [port].flat();
    const joinAs = (wires: readonly WireName[]) => (name: string, index: number) =>
      LoadClient.join(inTurn(ports, index), { name, wire: WIRES[inTurn(wires, index)] });
    const load = new Load();
    try {
      await load.#inTime(TIMEOUT_MS, "Connecting", async () => {
        await load.#join(load.#receivers, namesOf("r", receivers), joinAs(readers));
        await load.#join(load.#senders, namesOf("s", senders), joinAs([wire]));
      });
    } catch (error) {
      load.close();
      throw error;
    }
    return load;
  }

  /**
   * Sends lines as fast as the slowest client takes them, and waits until everybody has them.
   *
   * @param linesEach Lines of each sender.
   * @throws {Error} When a client gets anything else, or the time is up. The load is of no use
   * then.
   */
  async flood(linesEach: number, options: FloodOptions = {}): Promise<FloodResult> {
    return await this.#inTime(options.timeoutMs ?? TIMEOUT_MS, "The flood", async () => {
      const newest = await this.#settle();
      const senders = this.#senders.map(({ name }) => name);
      const checks = new Map<Wire, FloodCheck>();
      const plans = [...newest].map(([wire, line]) => {
        const plan = new FloodPlan(wire, { senders, first: this.#next, linesEach });
        checks.set(wire, checkFor(plan, line));
        return plan;
      });
      this.#next += linesEach;
      const plan = plans.find(({ wire }) => wire === this.#senders[0]?.wire);
      if (plan === undefined) throw new Error("A flood must have a sender: got none.");
      const result = await this.#run(plan, checks);
      // Whatever came behind the last line stands before this now.
      await this.#settle({ isExact: true });
      for (const check of checks.values()) check.finish();
      return result;
    });
  }

  /** Closes all connections. */
  close(): void {
    for (const client of this.#clients()) client[Symbol.dispose]();
  }

  /** As {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #clients(): readonly LoadClient[] {
    return [...this.#receivers, ...this.#senders];
  }

  async #join(
    into: LoadClient[],
    names: readonly string[],
    join: (name: string, index: number) => Promise<LoadClient>,
  ): Promise<void> {
    for (let index = 0; index < names.length; index += CONNECT_BATCH) {
      const batch = names.slice(index, index + CONNECT_BATCH).map(async (name, n) => {
        const client = await join(name, index + n);
        client.onMoved = (error) => {
          if (error === undefined) this.#moved(client);
          else this.#failed.reject(error);
        };
        into.push(client);
      });
      await Promise.all(batch);
    }
    into.sort((one, other) => one.name < other.name ? -1 : 1);
  }

  async #run(plan: FloodPlan, checks: ReadonlyMap<Wire, FloodCheck>): Promise<FloodResult> {
    const clients = this.#clients();
    const readers = clients.flatMap((client) => {
      const reader = checks.get(client.wire)?.reader(this.#senders.indexOf(client));
      if (reader !== undefined) client.expect(reader);
      return reader ?? [];
    });
    const window = new SendWindow(plan, clients, this.#senders);
    const { promise: complete, resolve } = Promise.withResolvers<void>();
    const open = new Set(clients.filter((client) => !client.isComplete));
    let endedMs = 0;
    let { user, system } = cpuUsage();
    this.#moved = (client) => {
      window.open();
      if (!client.isComplete || !open.delete(client) || open.size > 0) return;
      endedMs = performance.now();
      ({ user, system } = cpuUsage({ user, system }));
      resolve();
    };
    const startedMs = performance.now();
    await Promise.all([this.#send(plan, window), complete]);
    const seconds = (endedMs - startedMs) / 1000;
    const deliveries = plan.lines * (clients.length - 1);
    return {
      lines: plan.lines,
      deliveries,
      bytes: readers.reduce((bytes, reader) => bytes + reader.bytes, 0),
      seconds,
      cpuSeconds: (user + system) / 1e6,
      deliveriesPerSecond: deliveries / seconds,
    };
  }

  /** All senders at once; each write is one of a client that floods. */
  async #send(plan: FloodPlan, window: SendWindow): Promise<void> {
    await Promise.all(this.#senders.map(async (sender, index) => {
      for (const { lines, bytes } of plan.piecesOf(index)) {
        await window.wait(index, lines);
        await sender.write(bytes);
      }
    }));
  }

  /**
   * Waits until every client has read all that there is: two of them say something in turns, since
   * not everybody hears itself, and that all must have heard.
   *
   * @param options `isExact`: nothing else may come before that.
   * @returns The last line that was said, as it was heard in each language.
   */
  async #settle({ isExact = false } = {}): Promise<Map<Wire, string>> {
    const clients = this.#clients();
    const newest = new Map<Wire, string>();
    for (const speaker of [clients[0], clients.at(-1)]) {
      if (speaker === undefined) continue;
      const { name, wire } = speaker;
      const text = `settled ${this.#settled++} by ${name}`;
      const hearers = clients.filter((client) => client !== speaker || wire.echoes);
      const heard = Promise.all(hearers.map((client) => client.readUntil(text)));
      await speaker.write(Buffer.from(wire.say(name, text)));
      for (const [index, line] of (await heard).entries()) {
        const hearer = hearers[index]?.wire ?? wire;
        if (isExact && !isJust(line, hearer, hearer.heard(name, text))) {
          throw new StreamError(`After the last line came ${quoted(line)}.`);
        }
        newest.set(hearer, line);
      }
    }
    return newest;
  }

  async #inTime<T>(timeoutMs: number, what: string, act: () => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`${what} took longer than ${timeoutMs / 1000} s: ${this.#gaps()}.`)),
      timeoutMs,
    );
    try {
      return await Promise.race([this.#failed.promise, late, act()]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Who still waits, for a report. */
  #gaps(): string {
    const clients = this.#clients();
    const waiting = clients.filter((client) => !client.isComplete).length;
    return `${waiting} of ${clients.length} clients wait for lines`;
  }
}

function checkFor(plan: FloodPlan, newest: string): FloodCheck {
  switch (plan.wire.peerDecides) {
    case "nothing":
      return new LinesCheck(plan);
    case "marks":
      return new MarkedCheck(plan);
    case "numbers":
      return numberedCheck(plan, newest);
  }
}

function numberedCheck(plan: FloodPlan, newest: string): NumberedCheck {
  const [line = ""] = newest.split("\n").slice(-2);
  const { seq, log } = numbersIn(plan.wire, line);
  return new NumberedCheck(plan, seq + 1, log);
}

/** What was heard is what was said, but for what the peer decides. */
function isJust(line: string, { peerDecides }: Wire, wanted: string): boolean {
  if (peerDecides === "nothing") return line === wanted;
  return line.indexOf("\n") === line.length - 1;
}

function inTurn<T>(all: readonly T[], index: number): T {
  const one = all[index % all.length];
  if (one === undefined) throw new RangeError("Cannot take turns: there is nothing to take.");
  return one;
}

/** Names of one length, so that all lines have one length. */
function namesOf(letter: string, count: number): string[] {
  const digits = Math.max(2, String(count - 1).length);
  return Array.from({ length: count }, (_, n) => letter + String(n).padStart(digits, "0"));
}

function ignore(): void {}
