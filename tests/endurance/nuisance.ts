/**
 * What the attacks are made of: connections that may break at any moment without anybody minding.
 *
 * @module
 */

import type net from "node:net";
import type { AttackRun } from "./chaos/attack.ts";
import { dial, type Route } from "./dial.ts";
import { hello } from "../helpers/line_socket.ts";

const encoder = new TextEncoder();

/**
 * After so many pieces in a row that went out at once, others get a turn: an attacker that never
 * waits would not hear that it is over.
 */
const PIECES_A_TURN = 64;

/** One connection of an attacker. */
export class Nuisance {
  /** Resolves when it has ended, by whomever. */
  readonly ended: Promise<void>;
  readonly #socket: net.Socket;
  /** Sends that the system has not taken yet. */
  readonly #sending = new Set<() => void>();
  #pieces = 0;

  private constructor(socket: net.Socket, signal: AbortSignal) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const close = () => this.close();
    signal.addEventListener("abort", close, { once: true });
    socket.once("close", () => {
      signal.removeEventListener("abort", close);
      for (const done of this.#sending) done();
      resolve();
    });
    if (signal.aborted) this.close();
  }

  /** Connects; null when that does not work just now. */
  static async connect(route: Route & Pick<AttackRun, "signal">): Promise<Nuisance | null> {
    const socket = await dial(route, route.signal);
    return socket === null ? null : new Nuisance(socket, route.signal);
  }

  /** It has ended, or will in a moment. */
  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends all of it. Resolves when the system has taken it, or the connection has ended. */
  send(data: string | Uint8Array): Promise<void> {
    if (this.closed) return Promise.resolve();
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    return new Promise((resolve) => {
      const isTurn = ++this.#pieces % PIECES_A_TURN === 0;
      const done = () => {
        this.#sending.delete(done);
        if (isTurn) setTimeout(resolve);
        else resolve();
      };
      this.#sending.add(done);
      this.#socket.write(bytes, done);
    });
  }

  /** Gives what comes to a function, as text, until the end. */
  listen(take: (text: string) => void): void {
    const decoder = new TextDecoder();
    this.#socket.on("data", (bytes: Uint8Array) => take(decoder.decode(bytes, { stream: true })));
  }

  /** Reads and throws away, to the end. Resolves to the number of bytes. */
  async swallow(): Promise<number> {
    let bytes = 0;
    this.#socket.on("data", (chunk: Uint8Array) => bytes += chunk.length);
    await this.ended;
    return bytes;
  }

  /** Says that nothing more will come; what was sent arrives. */
  end(): void {
    this.#socket.end();
  }

  /** Closes. */
  close(): void {
    this.#socket.destroy();
  }

  /** Closes with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

/** What lets somebody in: plain for even numbers, json for odd ones. */
export function introduction(
  secret: Pick<AttackRun, "password">,
  prefix: string,
  number: number,
): string {
  return firstLines(secret, `${prefix}${number}`, number % 2 === 0 ? "plain" : "json");
}

/** What lets somebody in, in a dialect. */
export function firstLines(
  { password }: Pick<AttackRun, "password">,
  name: string,
  dialect: "plain" | "json",
): string {
  if (dialect === "json") return hello(name, { history: 0, password });
  return password === undefined ? `${name}\n` : `${password}\n${name}\n`;
}

/** Does something for each number from 0, so many at the same time, until all are done. */
export async function forEach(
  { count, signal }: Pick<AttackRun, "count" | "signal">,
  atOnce: number,
  act: (number: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  let done = 0;
  async function work(): Promise<void> {
    while (next < count && !signal.aborted) {
      await act(next++);
      done++;
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
  return done;
}

/** Waits; no longer than the attack lasts. */
export function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/**
 * Peers that stay: when one is cut off it comes again, until the attack is over.
 *
 * @param stay What a peer does; the connection is closed when it returns.
 * @param options.connect Default: to the chat port.
 * @param options.pauseMs Before a peer comes again; default 200.
 * @param options.apartMs Between the first connections of two peers; default 0. Thousands at once
 * overflow the system's queue, and who sends nothing then waits there for ever.
 * @returns How often they connected.
 */
export async function stayers(
  run: AttackRun,
  stay: (peer: Nuisance, number: number) => Promise<void>,
  { connect = Nuisance.connect, pauseMs = 200, apartMs = 0 }: {
    readonly connect?: (run: AttackRun) => Promise<Nuisance | null>;
    readonly pauseMs?: number;
    readonly apartMs?: number;
  } = {},
): Promise<number> {
  let connections = 0;
  let there = 0;
  async function keep(number: number): Promise<void> {
    if (apartMs > 0) await rest(number * apartMs, run.signal);
    for (let isFirst = true; !run.signal.aborted; isFirst = false) {
      const peer = await connect(run);
      if (isFirst && ++there === run.count) run.ready();
      if (peer !== null) {
        connections++;
        await stay(peer, number);
        peer.close();
      }
      await rest(pauseMs, run.signal);
    }
  }
  await Promise.all(Array.from({ length: run.count }, (_, number) => keep(number)));
  return connections;
}
