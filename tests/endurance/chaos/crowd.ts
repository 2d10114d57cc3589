/**
 * The well-behaved: each says numbered lines at a modest pace, hears everybody, and checks that
 * nothing is missing, doubled or out of order. All of them live in one process, whose clock
 * measures how long each line took to each of them.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import { hello, LineSocket, type Wire } from "../../helpers/line_socket.ts";
import { Latencies } from "./latencies.ts";
import { StrangerCount } from "./strangers.ts";

/** How long somebody may take to come in, or the last lines to arrive: a busy machine. */
const PATIENCE_MS = 30_000;

/** What a member says to fill the server's memory of the past: 4.6 MB of all fifty together. */
const WARM_UP_LINES = 90;
const WARM_UP_TEXT = "x".repeat(1_000);

/** Faults that are kept one by one; the others are counted. */
const KEPT_FAULTS = 20;

/** What a {@linkcode Crowd} is like. */
export interface CrowdOptions {
  /** A new connection to the server. */
  readonly dial: () => Promise<Wire>;
  /** How many, 1 or more. */
  readonly members: number;
  /** Between two lines of one member, in milliseconds. */
  readonly paceMs: number;
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
}

/** One of them. */
interface Member {
  readonly name: string;
  readonly socket: LineSocket;
  readonly entered: PromiseWithResolvers<void>;
  /** `seq` of the newest event heard; null before it is in the room. */
  seq: number | null;
  /** Lines said so far. */
  said: number;
  /** The newest number heard of each member. */
  readonly heard: Map<string, number>;
}

/** Fields of any event that are looked at here. */
interface Heard {
  readonly type: string;
  readonly seq?: number;
  readonly from?: string;
  readonly name?: string;
  readonly text?: string;
}

/** See the module. */
export class Crowd implements AsyncDisposable {
  /** What the first of them sees of other people. */
  readonly strangers: StrangerCount = new StrangerCount();
  readonly #options: CrowdOptions;
  readonly #members: Member[] = [];
  readonly #faults: string[] = [];
  #faultCount = 0;
  #latencies = new Latencies();
  #deliveries = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #leaving = false;
  #turn = 0;
  #visitors = 0;

  private constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /**
   * Lets everybody come in, ten at a time.
   *
   * @throws {Error} When somebody does not come in.
   */
  static async enter(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options);
    try {
      for (let done = 0; done < options.members; done += 10) {
        const names: string[] = [];
        for (let i = done; i < Math.min(done + 10, options.members); i++) names.push(`crowd${i}`);
        await Promise.all(names.map((name) => crowd.#comeIn(name)));
      }
    } catch (error) {
      await crowd[Symbol.asyncDispose]();
      throw error;
    }
    return crowd;
  }

  /** What went wrong so far; beyond 20 only how much. */
  get faults(): readonly string[] {
    const more = this.#faultCount - this.#faults.length;
    return more === 0 ? this.#faults : [...this.#faults, `and ${more} more`];
  }

  /** Lines that reached somebody. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Says as much as anybody remembers, as fast as is allowed, while somebody listens in plain. */
  async warmUp(): Promise<void> {
    const guest = new LineSocket(await this.#options.dial(), () => {});
    await guest.send(
      `${this.#options.password === undefined ? "" : `${this.#options.password}\n`}`,
    );
    await guest.send("guest\n");
    for (let line = 0; line < WARM_UP_LINES; line++) {
      for (const member of this.#members) this.#say(member, WARM_UP_TEXT);
      await pause(10);
    }
    await this.#quiet();
    guest.close();
    await guest.ended;
  }

  /** Begins to talk, or goes on. */
  talk(): void {
    const { paceMs, members } = this.#options;
    this.#timer ??= setInterval(() => this.#sayNext(), paceMs / members);
  }

  /** How long lines took since the last call, and begins anew. */
  takeLatencies(): Latencies {
    const taken = this.#latencies;
    this.#latencies = new Latencies();
    return taken;
  }

  /** Talks no more, and waits until everybody has heard everything. What is missing is a fault. */
  async finish(): Promise<void> {
    this.#hush();
    await this.#quiet();
    for (const { name, heard } of this.#members) {
      for (const other of this.#members) {
        const last = heard.get(other.name) ?? 0;
        if (last !== other.said) {
          this.#fault(`${name} has heard ${last} of ${other.said} lines of ${other.name}`);
        }
      }
    }
  }

  /**
   * Somebody new comes, says a line, hears it and leaves.
   *
   * @returns How long that took, in milliseconds; `Infinity` (and a fault) when it did not work.
   */
  async visit(): Promise<number> {
    const startMs = performance.now();
    const name = `visitor${++this.#visitors}`;
    const { promise: done, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    let socket: LineSocket | undefined;
    try {
      const say = JSON.stringify({ type: "say", text: "hello", id: "v" });
      socket = new LineSocket(await this.#options.dial(), (line) => {
        if (line.startsWith('{"type":"message"') && line.includes('"id":"v"')) resolve(true);
        if (line.startsWith('{"type":"joined"')) this.strangers.seeJoined(line);
      });
      socket.ended.then(() => resolve(false));
      await socket.send(`${this.#hello(name)}${say}\n`);
      if (await done) {
        const tookMs = performance.now() - startMs;
        await socket.send('{"type":"quit"}\n');
        return tookMs;
      }
    } catch {
      // Told below.
    } finally {
      clearTimeout(timer);
      socket?.close();
      await socket?.ended;
    }
    this.#fault(`${name} could not come in and be heard`);
    return Infinity;
  }

  /** Everybody leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hush();
    this.#leaving = true;
    await Promise.all(this.#members.map(async ({ socket }) => {
      await socket.send('{"type":"quit"}\n');
      socket.close();
      await socket.ended;
    }));
  }

  async #comeIn(name: string): Promise<void> {
    const entered = Promise.withResolvers<void>();
    const conn = await this.#options.dial();
    const socket = new LineSocket(conn, (line) => this.#hear(member, line));
    const member: Member = { name, socket, entered, seq: null, said: 0, heard: new Map() };
    this.#members.push(member);
    socket.ended.then(() => {
      entered.reject(new Error(`${name} could not come in: ${this.#faults.join("; ")}`));
      if (!this.#leaving) this.#fault(`${name} was cut off`);
    });
    const timer = setTimeout(
      () => entered.reject(new Error(`${name} was not welcomed in time`)),
      PATIENCE_MS,
    );
    await socket.send(this.#hello(name));
    await entered.promise.finally(() => clearTimeout(timer));
  }

  #hello(name: string): string {
    return hello(name, { history: 0, password: this.#options.password });
  }

  #sayNext(): void {
    this.#say(this.#members[this.#turn++ % this.#members.length]!);
  }

  #say(member: Member, padding = ""): void {
    const text = `${++member.said} ${performance.now().toFixed(3)} ${padding}`;
    member.socket.send(`${JSON.stringify({ type: "say", text })}\n`);
  }

  /** Waits until everybody has heard everything, or it takes too long. */
  async #quiet(): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!this.#hasHeardAll() && performance.now() < deadlineMs) await pause(20);
  }

  #hear(member: Member, line: string): void {
    if (!line.startsWith("{")) return;
    const event = JSON.parse(line) as Heard;
    if (event.type === "welcome") return;
    if (event.type === "joined") {
      member.seq = event.seq ?? 0;
      member.entered.resolve();
    } else if (event.seq === undefined) {
      if (event.type !== "pong") this.#fault(`${member.name} was told ${line.slice(0, 200)}`);
    } else {
      if (event.seq !== (member.seq ?? 0) + 1) {
        this.#fault(`${member.name} heard ${event.seq} after ${member.seq}`);
      }
      if (member === this.#members[0]) {
        this.strangers.see(event, event.seq - (member.seq ?? 0) - 1);
      }
      member.seq = event.seq;
      if (event.type === "message" && event.from?.startsWith("crowd")) this.#count(member, event);
    }
  }

  #count(member: Member, { from = "", text = "" }: Heard): void {
    const [number, sentMs] = text.split(" ", 2).map(Number);
    const expected = (member.heard.get(from) ?? 0) + 1;
    if (number !== expected) {
      this.#fault(`${member.name} heard ${number} of ${from} where ${expected} was next`);
    }
    member.heard.set(from, number ?? 0);
    this.#deliveries++;
    this.#latencies.add(performance.now() - (sentMs ?? 0));
  }

  #hasHeardAll(): boolean {
    return this.#members.every(({ heard }) =>
      this.#members.every(({ name, said }) => (heard.get(name) ?? 0) >= said)
    );
  }

  #hush(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #fault(text: string): void {
    if (++this.#faultCount <= KEPT_FAULTS) this.#faults.push(text);
  }
}
