/**
 * How long the server takes to answer people who do nothing but ask, as a process:
 * `prober.ts ORDER`, the order being a {@linkcode ProbeOrder} as JSON. Some json clients ping in
 * turn, whether or not they have been answered, so that a server that stands still is seen to. A
 * process of its own has no other work that could make it late.
 *
 * Says `ready` when all of them are in, and then a {@linkcode Probed} as JSON for each line of its
 * standard input, until that ends.
 *
 * @module
 */

import { Program } from "../../helpers/program.ts";
import { say } from "../cli.ts";
import { Latencies } from "./latencies.ts";
import { hello, LineSocket } from "../../helpers/line_socket.ts";

/** Enough that each stays well below `--rate 20`. */
const PINGERS = 4;

/** Between two pings of all of them. */
const PING_EVERY_MS = 20;

/** How long it may take to come in or to answer: a busy machine. */
const PATIENCE_MS = 60_000;

/** How long its clients may take to leave. */
const LEAVE_MS = 5_000;

/** What whoever starts it decides. */
export interface ProbeOrder {
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
  /** File of the certificate, where the server speaks TLS. */
  readonly certificate?: string | undefined;
}

/** What it has seen since the last question. */
export interface Probed {
  /** Pings that were answered. */
  readonly answered: number;
  /** The median of their times, in milliseconds; null: there was none. */
  readonly medianMs: number | null;
  /** What 99% of them did not exceed. */
  readonly p99Ms: number | null;
  /** The longest one, those included that have no answer yet. */
  readonly maxMs: number;
  /** How late this process itself was at most: so much of `maxMs` may be its own. */
  readonly ownLateMs: number;
  /** What no innocent client should be told, or see. */
  readonly faults: readonly string[];
}

/** One client. */
interface Pinger {
  readonly socket: LineSocket;
  /** When each ping was sent that has no answer yet, by its number. */
  readonly sent: Map<number, number>;
}

class Prober {
  readonly #pingers: Pinger[] = [];
  readonly #faults: string[] = [];
  #latencies = new Latencies();
  #ownLateMs = 0;
  #pings = 0;
  #dueMs = 0;
  #leaving = false;

  async enter(order: ProbeOrder): Promise<void> {
    for (let i = 0; i < PINGERS; i++) this.#pingers.push(await this.#comeIn(order, `pinger${i}`));
    this.#dueMs = performance.now() + PING_EVERY_MS;
    setInterval(() => this.#pingDue(), PING_EVERY_MS / 2);
  }

  take(): Probed {
    const now = performance.now();
    const latencies = this.#latencies;
    this.#latencies = new Latencies();
    let maxMs = latencies.maxMs;
    for (const { sent } of this.#pingers) {
      for (const sentMs of sent.values()) maxMs = Math.max(maxMs, now - sentMs);
    }
    const ownLateMs = this.#ownLateMs;
    this.#ownLateMs = 0;
    const isEmpty = latencies.total === 0;
    return {
      answered: latencies.total,
      medianMs: isEmpty ? null : latencies.quantile(0.5),
      p99Ms: isEmpty ? null : latencies.quantile(0.99),
      maxMs,
      ownLateMs,
      faults: this.#faults.splice(0),
    };
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await Promise.all(this.#pingers.map(({ socket }) => socket.send('{"type":"quit"}\n')));
  }

  async #comeIn({ port, password, certificate }: ProbeOrder, name: string): Promise<Pinger> {
    const address = { hostname: "127.0.0.1", port };
    const conn = certificate === undefined
      ? await Deno.connect(address)
      : await Deno.connectTls({ ...address, caCerts: [await Deno.readTextFile(certificate)] });
    const welcomed = Promise.withResolvers<void>();
    const sent = new Map<number, number>();
    const socket = new LineSocket(conn, (line) => {
      if (line.startsWith('{"type":"pong"')) this.#answered(sent, line);
      else if (line.startsWith('{"type":"welcome"')) welcomed.resolve();
      else if (/^\{"type":"(?:error|bye|lagged)"/.test(line)) {
        this.#faults.push(`${name} was told ${line.slice(0, 200)}`);
      }
    });
    socket.ended.then(() => {
      welcomed.reject(new Error(`${name} could not come in`));
      if (!this.#leaving) this.#faults.push(`${name} was cut off`);
    });
    await socket.send(hello(name, { history: 0, password }));
    await welcomed.promise;
    return { socket, sent };
  }

  #pingDue(): void {
    const now = performance.now();
    this.#ownLateMs = Math.max(this.#ownLateMs, now - this.#dueMs - PING_EVERY_MS / 2);
    if (now < this.#dueMs) return;
    this.#dueMs = now + PING_EVERY_MS;
    const { socket, sent } = this.#pingers[this.#pings % PINGERS]!;
    const number = this.#pings++;
    sent.set(number, now);
    socket.send(`{"type":"ping","id":"p${number}"}\n`);
  }

  #answered(sent: Map<number, number>, line: string): void {
    const number = Number(/"id":"p(\d+)"/.exec(line)?.[1]);
    // A client that is held back gets pongs that it has not asked for.
    if (!sent.has(number)) return;
    const now = performance.now();
    for (const [earlier, sentMs] of sent) {
      // Of several pongs that wait the newest is sent, which answers all pings before it.
      if (earlier > number) break;
      sent.delete(earlier);
      this.#latencies.add(now - sentMs);
    }
  }
}

/** The same as a process of its own, from outside. */
export class ProberProcess implements AsyncDisposable {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  /**
   * Starts it and waits until its clients are in.
   *
   * @throws {Error} When they do not come in.
   */
  static async start(order: ProbeOrder): Promise<ProberProcess> {
    const script = new URL(import.meta.url).pathname;
    const allowed = ["--no-prompt", "--allow-net", "--allow-read"];
    const program = new Program(
      [Deno.execPath(), "run", ...allowed, script, JSON.stringify(order)],
    );
    const prober = new ProberProcess(program);
    try {
      await program.stdout.expect("ready", PATIENCE_MS);
      return prober;
    } catch (cause) {
      await prober[Symbol.asyncDispose]();
      throw new Error(`The prober ended: ${program.stderr.text}`, { cause });
    }
  }

  /** What it has seen since the last question. One question at a time. */
  async take(): Promise<Probed> {
    await this.#program.write("\n");
    return JSON.parse(await this.#program.stdout.expect(/^\{/, PATIENCE_MS));
  }

  /** Its clients leave, and it ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.closeInput();
    const timer = setTimeout(() => this.#program.signal("SIGKILL"), LEAVE_MS);
    await this.#program.ended;
    clearTimeout(timer);
  }
}

async function main(): Promise<void> {
  const prober = new Prober();
  await prober.enter(JSON.parse(Deno.args[0] ?? "{}") as ProbeOrder);
  say("ready");
  for await (const _ of Deno.stdin.readable) say(JSON.stringify(prober.take()));
  await prober.leave();
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}
