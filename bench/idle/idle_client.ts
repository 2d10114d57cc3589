/**
 * One of thousands of clients that say nothing: it comes in, reads what it is told, and can send
 * the heartbeats of the client core.
 *
 * @module
 */

import { GIVE_UP_AFTER_MS, PING_AFTER_MS } from "../../src/client/core/heartbeat.ts";
import { pause } from "../../tests/helpers/wait.ts";
import { nowMs, writeAll } from "../load/shared.ts";
import { type WireName, WIRES } from "../load/wire.ts";

/** What the first one says in the end: whoever has it has read all before it, too. */
const LAST_WORDS = "that was all of it";

const READ_BYTES = 16 * 1024;

/** A message that says when it was said; and how much of a line must be kept to find it. */
const STAMP = /said at (\d+\.\d{3}) ms/g;
const STAMP_CHARS = 32;

/** In the line that tells a client of skipped lines, in plain and in json. */
const LAGGED = ["You read too slowly", '"type":"lagged"'];

/** What peers say before a client has said anything; the others are silent then. */
const GREETS: readonly WireName[] = ["plain", "json", "nats"];

/** As the client core does it: see `heartbeat.ts` there. */
const SPEAK_EVERY_MS = 10_000;

const PING = '{"type":"ping"}\n';
const QUIT = '{"type":"quit"}\n';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** See the module. */
export class IdleClient {
  readonly #wire: WireName;
  readonly #conn: Deno.TcpConn;
  readonly #greeted = Promise.withResolvers<void>();
  readonly #letIn = Promise.withResolvers<void>();
  readonly #heardLast = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #name = "";
  #text = "";
  #joined = false;
  #leaving = false;
  #heardMs = performance.now();
  #pingMs = 0;
  #stampMs = 0;
  #isPatient = false;
  #silenceMs = 0;
  #onStamp: (lateMs: number) => void = () => {};
  #beat: ReturnType<typeof setTimeout> | undefined;

  private constructor(conn: Deno.TcpConn, wire: WireName) {
    this.#conn = conn;
    this.#wire = wire;
    if (!GREETS.includes(wire)) this.#greeted.resolve();
    this.#serve().then(this.#ended.resolve, this.#ended.reject);
  }

  /** Connects. A connection that fails later fails the process. */
  static async connect(port: number, wire: WireName, hostname: string): Promise<IdleClient> {
    return new IdleClient(await Deno.connect({ hostname, port }), wire);
  }

  /** Resolves when the peer has taken notice of the connection, where that shows. */
  get greeted(): Promise<void> {
    return this.#greeted.promise;
  }

  /** Resolves when it has read the last words. */
  get heardLast(): Promise<void> {
    return this.#heardLast.promise;
  }

  /** Gives a name and waits until it has been let in. */
  async join(name: string): Promise<void> {
    this.#name = name;
    await writeAll(this.#conn, encoder.encode(WIRES[this.#wire].hello(name)));
    await this.#letIn.promise;
  }

  /** Says the last words. */
  async sayLastWords(): Promise<void> {
    await writeAll(this.#conn, encoder.encode(WIRES[this.#wire].say(this.#name, LAST_WORDS)));
  }

  /** Says when it is, so many times, once a second. */
  async sayStamps(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await pause(1_000);
      const text = `said at ${nowMs().toFixed(3)} ms`;
      await writeAll(this.#conn, encoder.encode(WIRES[this.#wire].say(this.#name, text)));
    }
  }

  /** Resolves when it has heard so many of those; `heard` is told which, and how late, in ms. */
  hearStamps(count: number, heard: (index: number, lateMs: number) => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let index = 0;
    this.#onStamp = (lateMs) => {
      heard(index++, lateMs);
      if (index === count) resolve();
    };
    return promise;
  }

  /**
   * From now on it asks for a sign of life after as long a silence as the client core.
   *
   * @param isPatient It notes how long it waited in vain, and does not fail.
   */
  startHeartbeat({ isPatient = false } = {}): void {
    this.#isPatient = isPatient;
    this.#pingMs = performance.now();
    this.#beatIn(PING_AFTER_MS);
  }

  /** The longest silence after which it would have given up, in milliseconds; 0: none. */
  get silenceMs(): number {
    return this.#silenceMs;
  }

  /** Leaves, and waits until the peer has closed the connection. */
  async leave(): Promise<void> {
    this.#leaving = true;
    clearTimeout(this.#beat);
    // Without a farewell our server would keep the place of a json client.
    if (this.#wire === "json") await writeAll(this.#conn, encoder.encode(QUIT));
    await this.#conn.closeWrite();
    await this.#ended.promise;
  }

  /** What is kept of a line may hold one that it knows. */
  #noteStamp(ms: number): void {
    if (ms <= this.#stampMs) return;
    this.#stampMs = ms;
    this.#onStamp(nowMs() - ms);
  }

  #beatIn(delayMs: number): void {
    this.#beat = setTimeout(() => this.#onBeat(), delayMs);
  }

  #onBeat(): void {
    const quietMs = performance.now() - this.#heardMs;
    if (quietMs >= PING_AFTER_MS + GIVE_UP_AFTER_MS) {
      this.#silenceMs = Math.max(this.#silenceMs, quietMs);
      if (!this.#isPatient) throw new Error(`${this.#name} got no sign of life.`);
    }
    const nowMs = performance.now();
    // The server must hear something now and then, however much it has to tell.
    if (quietMs < PING_AFTER_MS && nowMs - this.#pingMs < SPEAK_EVERY_MS) {
      return this.#beatIn(Math.max(1, PING_AFTER_MS - quietMs));
    }
    this.#pingMs = nowMs;
    writeAll(this.#conn, encoder.encode(PING));
    this.#beatIn(GIVE_UP_AFTER_MS);
  }

  async #serve(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      // Some peers close a connection although something on it waits for them.
      if (!this.#leaving || !(error instanceof Deno.errors.ConnectionReset)) throw error;
    } finally {
      this.#conn.close();
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const { ready } = WIRES[this.#wire];
    for (let count; (count = await this.#conn.read(buffer)) !== null;) {
      this.#heardMs = performance.now();
      const text = this.#text + decoder.decode(buffer.subarray(0, count));
      if (!this.#joined) {
        if (text.includes("\n")) this.#greeted.resolve();
        this.#joined = text.includes(ready);
        if (this.#joined) this.#letIn.resolve();
      }
      if (LAGGED.some((words) => text.includes(words))) {
        throw new Error("A client was too slow: the figures say nothing.");
      }
      if (text.includes(LAST_WORDS)) this.#heardLast.resolve();
      for (const [, ms] of text.matchAll(STAMP)) this.#noteStamp(Number(ms));
      this.#text = this.#joined ? text.slice(-STAMP_CHARS) : text;
    }
    if (!this.#leaving) {
      throw new Error(`The server closed the connection of ${this.#name}. It said: ${this.#text}`);
    }
  }
}
