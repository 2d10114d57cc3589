/**
 * What the threads of a paced load tell each other.
 *
 * @module
 */

import type { WireName } from "../load/wire.ts";
import type { Plan } from "./plan.ts";

/** Told to a thread. */
export type PaceOrder = Connect | Run;

/** Connect more clients, give their names, and wait until the peer has let them in. */
export interface Connect {
  /** Tells the orders apart. */
  readonly type: "connect";
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** What the peer speaks. */
  readonly wire: WireName;
  /** Names of the clients. */
  readonly names: readonly string[];
}

/** Send, or expect, the messages of a plan. */
export interface Run {
  /** Tells the orders apart. */
  readonly type: "run";
  /** Which messages, and when. */
  readonly plan: Plan;
  /** Receivers in bulk sleep so long between two looks, in milliseconds. */
  readonly napMs: number;
}

/** Told by a thread. */
export type PaceReport =
  | { readonly type: "connected" }
  | { readonly type: "ready" }
  | Done
  | { readonly type: "failed"; readonly text: string };

/** A thread has sent or got all messages of the plan. */
export interface Done {
  /** Tells the reports apart. */
  readonly type: "done";
  /**
   * Milliseconds behind the plan, a list for each client in the order of their names: of the
   * sender, when it began to write each message; of a probe, when it had read it. None of receivers
   * in bulk.
   */
  readonly lateMs: readonly Float64Array[];
}

/** A thread as seen from inside: what is used of its global scope. */
export interface PaceScope {
  /** Called with each order. */
  onmessage: ((event: MessageEvent<PaceOrder>) => void) | null;
  /** Tells the thread that started this one. */
  postMessage(report: PaceReport): void;
}

/** What went wrong, as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
