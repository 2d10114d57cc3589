/**
 * What every attack has in common. Attacks run in a process of their own (`attacker.ts`), so that
 * they do not take the time of those who check.
 *
 * @module
 */

import type { Random } from "../random.ts";

/** What whoever starts an attack decides. */
export interface Order {
  /** Address of the server, as the attacker sees it. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Port of its page for browsers, where it has one. */
  readonly web?: number | undefined;
  /** Address of this machine to connect from; absent: the one that the system takes. */
  readonly from?: string | undefined;
  /** Of its random numbers. */
  readonly seed: number;
  /** How many peers or lines, as {@linkcode Attack.count} counts them. */
  readonly count: number;
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
  /** The operators' password. */
  readonly operatorPassword?: string | undefined;
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

/** How an attack went, for its limits. */
export interface Ran {
  /** How long it was in full force. */
  readonly seconds: number;
  /** How many peers or lines, as {@linkcode Attack.count} counts them. */
  readonly count: number;
}

/** What the room saw of people who are not of the crowd. */
export interface Strangers {
  /** What they said. */
  readonly messages: number;
  /** How often they came in. */
  readonly joins: number;
  /** How often they took another name. */
  readonly renames: number;
  /** How many people were in the room, when there were most. */
  readonly members: number;
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
  /** It asks the C library for connections that hold hardly anything; Linux only. */
  readonly narrow?: true;
  /**
   * So long after it was in full force, the server must hold nothing of it, though it is still
   * there.
   */
  readonly leavesNothingAfterMs?: number;
  /** It needs a server with a page for browsers. */
  readonly web?: true;
  /** It needs a server with `--db`, whose database holds so many messages already. */
  readonly past?: number;
  /** The same in the tests; default: as many. */
  readonly testPast?: number;
  /** It needs a server with a password. */
  readonly password?: true;
  /** It needs a server with TLS. */
  readonly tls?: true;
  /** It needs a server whose wall clock it can turn. */
  readonly clock?: true;
  /**
   * The most that it may get into the room, where that is what it is about. Looked at when it runs
   * alone: the room does not show whose lines they were.
   */
  allows?(ran: Ran): Partial<Strangers>;
  /** The most that each of its own figures may be. */
  figuresAllowed?(ran: Ran): Readonly<Record<string, number>>;
  /**
   * Attacks.
   *
   * @returns What it did, for the report.
   */
  run(run: AttackRun): Promise<Readonly<Record<string, number>>>;
}
