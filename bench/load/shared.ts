/**
 * What the threads of the load generator tell each other: messages, and one shared array with the
 * progress of each receiver, from which the sender knows how far ahead it may go.
 *
 * @module
 */

import type { WireName } from "./wire.ts";

/** Told to a worker. */
export type Order =
  | Connect
  | Flood
  | { readonly type: "close" };

/** Connect, give a name, and wait until the peer has let the clients in. */
export interface Connect {
  /** Tells the orders apart. */
  readonly type: "connect";
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** What the peer speaks. */
  readonly wire: WireName;
  /** Names of the clients, in the order of `progress`. */
  readonly names: readonly string[];
  /** Lines that each receiver has got of the present flood, an Int32 each. */
  readonly progress: SharedArrayBuffer;
  /** Index of this worker's first client in `progress`. */
  readonly offset: number;
}

/** Send, or expect, these lines. */
export interface Flood {
  /** Tells the orders apart. */
  readonly type: "flood";
  /** Name of the sender. */
  readonly sender: string;
  /** Counter of the first line. */
  readonly first: number;
  /** How many lines. */
  readonly lines: number;
  /** Lines that the sender may be ahead of the slowest receiver. */
  readonly aheadLines: number;
  /** When to give up, in milliseconds from now. */
  readonly timeoutMs: number;
}

/** Told by a worker. Times are milliseconds since 1970 with fractions, the same in all threads. */
export type Report =
  | { readonly type: "connected" }
  | { readonly type: "expecting" }
  | { readonly type: "done"; readonly atMs: number; readonly startedMs: number }
  | { readonly type: "failed"; readonly text: string };

/** A worker as seen from inside: what is used of its global scope. */
export interface WorkerScope {
  /** Called with each order. */
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  /** Tells the thread that started this one. */
  postMessage(report: Report): void;
}

/** The time that all threads agree on: milliseconds since 1970, with fractions. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** What went wrong, as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Writes all of the bytes: `conn.write` may write only some. */
export async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}
