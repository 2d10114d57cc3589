/**
 * Who of several servers lives. Each says so once a second; who has not been heard for 15 s is
 * found dead, if we are in touch ourselves. The order decides: a server of which a batch was stored
 * meanwhile is alive. Each says, too, which rules it knows: newer ones hold from when all do.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { State } from "../state.ts";
import type { NatsOrder } from "./nats_order.ts";
import type { BatchStream } from "./stream.ts";

/** As long as the place of a client is kept whose connection is lost. */
const DEAD_MS = 15_000;

/** What {@linkcode Alive} works with. */
export interface AliveOptions {
  /** Started. */
  readonly stream: BatchStream;
  /** Buries the dead. */
  readonly order: NatsOrder;
  /** Which servers there are. */
  readonly state: State;
  /** Time. */
  readonly clock: Clock;
  /**
   * The version of Unicode by which names are compared here: by another one two names may look
   * alike that do not here, so that the servers would not agree.
   */
  readonly unicode: string;
  /** Told once of each server that has another one. */
  readonly onUnlike: (server: string, unicode: string) => void;
  /** Told when a server has been found dead. */
  readonly onDead: (server: string) => void;
}

/** So long after the last look we have stood still ourselves, and do not know who lives. */
const STALLED_MS = 5_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Says that we live, and looks who else does. */
export class Alive {
  readonly #options: AliveOptions;
  /** When each was last heard, in milliseconds of the clock. */
  readonly #heardAt = new Map<string, number>();
  /** Since when we are in touch; null: we are not. */
  #connectedAt: number | null = null;
  readonly #proposed = new Set<string>();
  /** The newest rules that each knows. */
  readonly #rulesOf = new Map<string, number>();
  readonly #unlike = new Set<string>();
  #lookedAt = -Infinity;

  /** Listens from now on. */
  constructor(options: AliveOptions) {
    this.#options = options;
    options.stream.onSignal("alive", (data) => {
      const [server = "", unicode = "", rules = ""] = decoder.decode(data).split(" ");
      this.#rulesOf.set(server, Number(rules) || 0);
      if (unicode !== options.unicode && !this.#unlike.has(server)) {
        this.#unlike.add(server);
        options.onUnlike(server, unicode);
      }
      this.heard(server);
    });
  }

  /** We are in touch with the stream from now on, or no more. */
  connected(isConnected: boolean): void {
    this.#connectedAt = isConnected ? this.#options.clock.now() : null;
  }

  /** Something of a server has been heard. */
  heard(server: string): void {
    this.#heardAt.set(server, this.#options.clock.now());
  }

  /** To be called once a second. */
  tick(): void {
    const { stream, order, state, clock } = this.#options;
    const said = `${order.name} ${this.#options.unicode} ${order.rules}`;
    stream.signal("alive", encoder.encode(said));
    const now = clock.now();
    const hasStalled = now - this.#lookedAt > STALLED_MS;
    this.#lookedAt = now;
    if (this.#connectedAt === null) return;
    if (hasStalled) this.#connectedAt = now;
    const living = state.servers.living();
    for (const server of this.#heardAt.keys()) {
      if (!living.includes(server)) this.#forget(server);
    }
    for (const server of living) {
      if (server === order.name || this.#proposed.has(server)) continue;
      const heardAt = this.#heardAt.get(server);
      // We know it by its first batch, perhaps before it has said that it lives.
      if (heardAt === undefined) this.heard(server);
      else if (now - Math.max(heardAt, this.#connectedAt) > DEAD_MS) this.#bury(server);
    }
    this.#takeUpRules(living);
  }

  #forget(server: string): void {
    this.#heardAt.delete(server);
    this.#rulesOf.delete(server);
  }

  /** Takes up the newest rules that all know. The first of them says so, for all. */
  #takeUpRules(living: readonly string[]): void {
    const { order, state } = this.#options;
    if (living.toSorted()[0] !== order.name) return;
    const known = living.map((server) => (
      server === order.name ? order.rules : this.#rulesOf.get(server) ?? 0
    ));
    const version = Math.min(...known);
    if (version <= state.rules || order.pending > 0) return;
    order.propose({ type: "rules", version }, null);
  }

  #bury(server: string): void {
    const { onDead, order, state } = this.#options;
    this.#proposed.add(server);
    order.propose({ type: "dead", server, last: state.servers.lastOf(server) }, {
      settled: ([verdict]) => {
        this.#proposed.delete(server);
        if (verdict?.type === "done") onDead(server);
      },
    });
  }
}
