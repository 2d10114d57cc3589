/**
 * What the attacks are made of: connections that may break at any moment without anybody minding.
 *
 * @module
 */

import type { AttackRun } from "../attack.ts";

const encoder = new TextEncoder();

/** One connection of an attacker. */
export class Nuisance {
  readonly #conn: Deno.Conn;
  #closed = false;

  private constructor(conn: Deno.Conn, signal: AbortSignal) {
    this.#conn = conn;
    signal.addEventListener("abort", () => this.close(), { once: true });
    if (signal.aborted) this.close();
  }

  /** Connects; null when that does not work just now. */
  static async connect({ host, port, signal }: AttackRun): Promise<Nuisance | null> {
    try {
      return new Nuisance(await Deno.connect({ hostname: host, port }), signal);
    } catch {
      return null;
    }
  }

  /** It has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends all of it; ends the connection where that does not work. */
  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    try {
      for (let sent = 0; sent < bytes.length && !this.#closed;) {
        sent += await this.#conn.write(bytes.subarray(sent));
      }
    } catch {
      this.close();
    }
  }

  /** Reads and throws away, to the end. Resolves to the number of bytes. */
  async swallow(): Promise<number> {
    const buffer = new Uint8Array(64 * 1024);
    let bytes = 0;
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        bytes += count;
      }
    } catch {
      // It has ended like any other.
    }
    this.close();
    return bytes;
  }

  /** Closes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }
}

/** What lets somebody in: plain for even numbers, json for odd ones. */
export function introduction(
  { password }: Pick<AttackRun, "password">,
  prefix: string,
  number: number,
): string {
  const name = `${prefix}${number}`;
  if (number % 2 === 0) return password === undefined ? `${name}\n` : `${password}\n${name}\n`;
  const hello = { type: "hello", protocol: 1, name, history: 0 };
  return `${JSON.stringify(password === undefined ? hello : { ...hello, password })}\n`;
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
 * @returns How often they connected.
 */
export async function stayers(
  run: AttackRun,
  stay: (peer: Nuisance, number: number) => Promise<void>,
): Promise<number> {
  let connections = 0;
  let there = 0;
  async function keep(number: number): Promise<void> {
    for (let isFirst = true; !run.signal.aborted; isFirst = false) {
      const peer = await Nuisance.connect(run);
      if (isFirst && ++there === run.count) run.ready();
      if (peer !== null) {
        connections++;
        await stay(peer, number);
        peer.close();
      }
      await rest(200, run.signal);
    }
  }
  await Promise.all(Array.from({ length: run.count }, (_, number) => keep(number)));
  return connections;
}
