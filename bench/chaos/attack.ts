/**
 * What every attack has in common. Attacks run in a process of their own (`attacker.ts`), so that
 * they do not take the time of those who check.
 *
 * @module
 */

import type { Random } from "../kill/random.ts";

/** What whoever starts an attack decides. */
export interface Order {
  /** Address of the server, as the attacker sees it. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Of its random numbers. */
  readonly seed: number;
  /** How many peers or lines, as {@linkcode Attack.count} counts them. */
  readonly count: number;
  /** The room's password, where it has one. */
  readonly password?: string | undefined;
  /** File of the certificate, where the server speaks TLS. */
  readonly certificate?: string | undefined;
  /** File that holds the time of the server, as the `faketime` library reads it. */
  readonly clock?: string | undefined;
}

/** What an attack is given. */
export interface AttackRun extends Omit<Order, "seed"> {
  /** All chance comes from it. */
  readonly random: Random;
  /** When it is aborted, everything ends at once. */
  readonly signal: AbortSignal;
  /** To be called when the attack is in full force. */
  readonly ready: () => void;
}

/** One way to be a nuisance. */
export interface Attack {
  /** In a word, for the command line. */
  readonly name: string;
  /** For tables. */
  readonly about: string;
  /** How many in the long form. */
  readonly count: number;
  /** How many in the tests. */
  readonly testCount: number;
  /** It is over by itself; otherwise it lasts until it is stopped. */
  readonly finite: boolean;
  /** It only makes sense from another network namespace, whose link is cut when it is ready. */
  readonly behindLink?: true;
  /** It needs a server with a password. */
  readonly password?: true;
  /** It needs a server with TLS. */
  readonly tls?: true;
  /** It needs a server whose wall clock it can turn. */
  readonly clock?: true;
  /**
   * Attacks.
   *
   * @returns What it did, for the report.
   */
  run(run: AttackRun): Promise<Readonly<Record<string, number>>>;
}
