/**
 * Makes connections that break at random.
 *
 * @module
 */

import { inTurn } from "../../../src/client/core/in_turn.ts";
import type { LineConnection } from "../../../src/net/line_connection.ts";
import { TcpLineConnection } from "../../../src/net/tcp.ts";
import { type CutPlan, CuttingConn } from "./cutting_conn.ts";
import type { Random } from "../random.ts";

/** How often and how connections break. */
export interface CutOptions {
  /** A connection is doomed with this probability, 0 to 1. */
  readonly probability: number;
  /** It then breaks after at most so many bytes from the server, or an eighth of them to it. */
  readonly maxBytes: number;
  /** Of the doomed, this part falls silent instead of breaking: noticed after 10 s. */
  readonly muteProbability: number;
}

/** A hello is some 150 bytes: some connections do not even get that far. */
const MIN_BYTES = 50;

/**
 * The first connection gets so many bytes more: a client that is cut off before its first welcome
 * has no session, and has to wait for its own name until the server lets the place go (15 s).
 */
const FIRST_WELCOME_BYTES = 8_192;

/** The connections of one client. */
export class Cutter implements Disposable {
  readonly #dial: (signal: AbortSignal) => Promise<Deno.TcpConn>;
  readonly #random: Random;
  readonly #options: CutOptions;
  readonly #made = new Set<CuttingConn>();
  /** How many have broken. */
  cuts = 0;

  /**
   * Nothing is connected yet.
   *
   * @param ports Of 127.0.0.1; of several, those of servers with the same rooms.
   * @param random This client's dice.
   * @param options How often and how.
   */
  constructor(ports: readonly number[], random: Random, options: CutOptions) {
    this.#dial = inTurn(
      ports,
      (port, signal) => Deno.connect({ hostname: "127.0.0.1", port, signal }),
    );
    this.#random = random;
    this.#options = options;
  }

  /** As the client core wants it. */
  async connect(signal: AbortSignal): Promise<LineConnection> {
    const tcp = await this.#dial(signal);
    const conn = new CuttingConn(tcp, this.#plan(), () => this.cuts++);
    this.#made.add(conn);
    return new TcpLineConnection(conn);
  }

  /** Closes whatever is still open. */
  [Symbol.dispose](): void {
    for (const conn of this.#made) conn.release();
    this.#made.clear();
  }

  #plan(): CutPlan | null {
    const { probability, maxBytes, muteProbability } = this.#options;
    if (!this.#random.chance(probability)) return null;
    const kind = this.#random.chance(muteProbability)
      ? "mute"
      : this.#random.chance(1 / 3)
      ? "ghost"
      : "drop";
    const direction = this.#random.chance(1 / 3) ? "write" : "read";
    const most = Math.max(MIN_BYTES, direction === "read" ? maxBytes : Math.ceil(maxBytes / 8));
    const first = this.#made.size === 0 ? FIRST_WELCOME_BYTES : 0;
    return { kind, direction, afterBytes: first + this.#random.logUniform(MIN_BYTES, most) };
  }
}
