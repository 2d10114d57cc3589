/**
 * Somebody in the room whose link blinks: every now and then the connection goes, and a new one
 * takes the place up. It must get its place each time, and miss nothing.
 *
 * @module
 */

import type { Random } from "../random.ts";
import { hello, LineSocket, type Wire } from "../../helpers/line_socket.ts";

/** How long it may take to have its place again: a busy machine. */
const PATIENCE_MS = 30_000;

/** Between two losses: 500 to 1,500 ms. */
const STAY_MS = 500;

/** Between two pings, as our own client does it: the server takes a client for lost after 30 s. */
const PING_MS = 5_000;

/** Faults that are kept. */
const KEPT_FAULTS = 10;

/** What a {@linkcode Blinker} is like. */
export interface BlinkerOptions {
  /** A new connection to the server. */
  readonly dial: () => Promise<Wire>;
  /** All chance comes from it. */
  readonly random: Random;
  /** The server's password, which it gives each time, as our own client does. */
  readonly password?: string | undefined;
  /** Between two pings: ms; default 5,000. */
  readonly pingMs?: number;
}

/** Fields of any event that are looked at here. */
interface Heard {
  readonly type: string;
  readonly session?: string;
  readonly resumed?: boolean;
  readonly seq?: number;
}

/** See the module. */
export class Blinker implements AsyncDisposable {
  readonly #options: BlinkerOptions;
  readonly #faults: string[] = [];
  #socket: LineSocket | null = null;
  #secret: string | undefined;
  #seq: number | null = null;
  #blinks = 0;
  #maxMs = 0;
  #over = false;
  #wake: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #pings: ReturnType<typeof setInterval> | undefined;

  private constructor(options: BlinkerOptions) {
    this.#options = options;
  }

  /**
   * Comes in.
   *
   * @throws {Error} When it does not.
   */
  static async enter(options: BlinkerOptions): Promise<Blinker> {
    const blinker = new Blinker(options);
    await blinker.#connect();
    if (blinker.#secret === undefined) {
      blinker.#socket?.close();
      throw new Error(`The blinker could not come in: ${blinker.#faults.join("; ")}`);
    }
    blinker.#pings = setInterval(
      () => blinker.#socket?.send('{"type":"ping"}\n'),
      options.pingMs ?? PING_MS,
    );
    return blinker;
  }

  /** What went wrong so far. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** How often it came back so far. */
  get blinks(): number {
    return this.#blinks;
  }

  /** The longest that it took to have its place again since the last call, in milliseconds. */
  takeMaxMs(): number {
    const ms = this.#maxMs;
    this.#maxMs = 0;
    return ms;
  }

  /** Begins to blink. */
  begin(): void {
    this.#over = false;
    this.#running = this.#blink();
  }

  /** Blinks no more, and stays, for as long as it takes the server to recover. */
  async rest(): Promise<void> {
    this.#over = true;
    this.#wake();
    await this.#running;
  }

  /** Leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.rest();
    clearInterval(this.#pings);
    await this.#socket?.send('{"type":"quit"}\n');
    this.#socket?.close();
    await this.#socket?.ended;
  }

  async #blink(): Promise<void> {
    while (!this.#over) {
      await this.#stay(STAY_MS * (1 + 2 * this.#options.random.next()));
      if (this.#over) return;
      const old = this.#socket;
      // The server may or may not know yet that the old connection has gone.
      const isNoticed = this.#options.random.chance(0.5);
      if (isNoticed) old?.close();
      const startMs = performance.now();
      await this.#connect();
      this.#maxMs = Math.max(this.#maxMs, performance.now() - startMs);
      this.#blinks++;
      old?.close();
      await old?.ended;
    }
  }

  /** Comes in or comes back; a fault when that does not work. */
  async #connect(): Promise<void> {
    const done = Promise.withResolvers<string>();
    const timer = setTimeout(() => done.resolve("was not welcomed in time"), PATIENCE_MS);
    let conn: Wire;
    try {
      conn = await this.#options.dial();
    } catch (error) {
      clearTimeout(timer);
      return this.#fault(`could not connect: ${error}`);
    }
    const isBack = this.#secret !== undefined;
    const socket = new LineSocket(conn, (line) => this.#hear(socket, line, isBack, done.resolve));
    this.#socket = socket;
    socket.ended.then(() => done.resolve("was cut off before its welcome"));
    await socket.send(this.#hello());
    const problem = await done.promise;
    clearTimeout(timer);
    if (problem !== "") this.#fault(problem);
  }

  #hello(): string {
    const { password } = this.#options;
    const session = this.#secret;
    const way = session === undefined ? { history: 0 } : { session, after: this.#seq ?? 0 };
    return hello("blinker", { ...way, password });
  }

  #hear(
    socket: LineSocket,
    line: string,
    isBack: boolean,
    done: (problem: string) => void,
  ): void {
    // What the old connection still brings has been asked for again by the new one.
    if (socket !== this.#socket || !line.startsWith("{")) return;
    const event = JSON.parse(line) as Heard;
    if (event.type === "welcome") {
      this.#secret = event.session;
    } else if (event.type === "joined") {
      this.#seq ??= event.seq ?? 0;
      done(isBack && event.resumed !== true ? "has lost its place" : "");
    } else if (event.type === "bye" || event.type === "error" || event.type === "lagged") {
      this.#fault(`was told ${line.slice(0, 200)}`);
    } else if (event.seq !== undefined) {
      const next = (this.#seq ?? 0) + 1;
      if (event.seq !== next) this.#fault(`heard ${event.seq} where ${next} was next`);
      this.#seq = event.seq;
    }
  }

  #stay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #fault(what: string): void {
    if (this.#faults.length < KEPT_FAULTS) this.#faults.push(`the blinker ${what}`);
  }
}
