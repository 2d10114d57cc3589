/**
 * What every attack has in common. Attacks run in a process of their own (`attacker.ts`), so that
 * they do not take the time of those who check.
 *
 * @module
 */

import type { Random } from "../kill/random.ts";

/** What an attack is given. */
export interface AttackRun {
  /** Address of the server. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** All chance comes from it. */
  readonly random: Random;
  /** How many peers or lines, as {@linkcode Attack.count} counts them. */
  readonly count: number;
  /** The room's password, where it has one. */
  readonly password?: string | undefined;
  /** File of the certificate, where the server speaks TLS. */
  readonly certificate?: string | undefined;
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
  /**
   * Attacks.
   *
   * @returns What it did, for the report.
   */
  run(run: AttackRun): Promise<Readonly<Record<string, number>>>;
}
