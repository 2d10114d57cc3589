/**
 * A few people who talk, and remember what they heard of each other.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import { LineSocket } from "../../helpers/line_socket.ts";
import type { RunningPeer } from "../../../bench/peers/peer.ts";
import type { Contender } from "./contender.ts";

/** Slow enough for every server's flood control: ngircd takes three commands a second. */
const PACE_MS = 500;

/** How long somebody may take to come in. */
const ENTER_MS = 5_000;

/** How long the last lines may be on their way. */
const LATE_MS = 5_000;

/**
 * A line of a witness, whatever a server puts in front of it: number of the witness, of the line.
 */
const TESTIMONY = /(?:^|[ :])w(\d+) (\d+);$/;

/** What they have to say. */
export interface Testimony {
  /** Lines that should have been heard, by everybody of everybody else. */
  readonly expected: number;
  /** Lines that were. */
  readonly heard: number;
  /** Lines that came twice, or after a later one of the same person. */
  readonly disordered: number;
  /** The longest time that a line took, in milliseconds. */
  readonly latestMs: number;
  /** Witnesses whose connection ended. */
  readonly cutOff: number;
}

/** See the module. */
export class Witnesses implements AsyncDisposable {
  readonly #contender: Contender;
  readonly #sockets: LineSocket[] = [];
  readonly #saidAtMs: number[][] = [];
  readonly #heard: Map<number, number>[] = [];
  #disordered = 0;
  #heardCount = 0;
  #latestMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #line = 0;

  private constructor(contender: Contender) {
    this.#contender = contender;
  }

  /** Lets so many come in. */
  static async enter(contender: Contender, server: RunningPeer, count: number): Promise<Witnesses> {
    const witnesses = new Witnesses(contender);
    for (let i = 0; i < count; i++) {
      const heard = new Map<number, number>();
      const socket = await comeIn(contender, server, `w${i}`, (line) => {
        witnesses.#hear(heard, line);
      });
      if (socket === null) throw new Error(`Nobody can come in to ${contender.name}.`);
      witnesses.#sockets.push(socket);
      witnesses.#heard.push(heard);
      witnesses.#saidAtMs.push([]);
    }
    return witnesses;
  }

  /** Begins to talk. */
  talk(): void {
    this.#timer = setInterval(() => {
      for (const [i, socket] of this.#sockets.entries()) {
        this.#saidAtMs[i]!.push(performance.now());
        socket.send(this.#contender.say(`w${i} ${this.#line};`));
      }
      this.#line++;
    }, PACE_MS);
  }

  /** Ends the talk and asks what was heard. */
  async finish(): Promise<Testimony> {
    clearInterval(this.#timer);
    const count = this.#sockets.length;
    const expected = this.#line * count * (count - 1);
    const deadlineMs = performance.now() + LATE_MS;
    while (this.#heardCount < expected && performance.now() < deadlineMs) await pause(20);
    return {
      expected,
      heard: this.#heardCount,
      disordered: this.#disordered,
      latestMs: this.#latestMs,
      cutOff: this.#sockets.filter(({ closed }) => closed).length,
    };
  }

  /** Everybody goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#sockets.map(({ ended }) => ended));
  }

  #hear(heard: Map<number, number>, line: string): void {
    const [, who, number] = (TESTIMONY.exec(line.trimEnd()) ?? []).map(Number);
    if (who === undefined || number === undefined) return;
    // Some servers send back what one has said oneself.
    if (heard === this.#heard[who]) return;
    const next = heard.get(who) ?? 0;
    if (number < next) this.#disordered++;
    heard.set(who, Math.max(next, number + 1));
    this.#heardCount++;
    const tookMs = performance.now() - (this.#saidAtMs[who]?.[number] ?? performance.now());
    this.#latestMs = Math.max(this.#latestMs, tookMs);
  }
}

/** Comes in; null when that does not work within five seconds. */
export async function comeIn(
  contender: Contender,
  server: RunningPeer,
  name: string,
  take: (line: string) => void = () => {},
): Promise<LineSocket | null> {
  const entered = Promise.withResolvers<boolean>();
  let conn;
  try {
    conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  } catch {
    return null;
  }
  const socket = new LineSocket(conn, (line) => {
    // As IRC servers ask whether somebody is there.
    if (line.startsWith("PING ")) socket.send(`PONG ${line.slice(5)}\r\n`);
    if (contender.ready !== null && line.includes(contender.ready)) entered.resolve(true);
    take(line);
  });
  if (contender.ready === null) entered.resolve(true);
  socket.ended.then(() => entered.resolve(false));
  const timer = setTimeout(() => entered.resolve(false), ENTER_MS);
  await socket.send(contender.enter(name));
  const isIn = await entered.promise;
  clearTimeout(timer);
  if (isIn) return socket;
  socket.close();
  await socket.ended;
  return null;
}
