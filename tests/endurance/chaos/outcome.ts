/**
 * What a stage is told, and what comes of it.
 *
 * @module
 */

import type { Random } from "../random.ts";
import type { Attack, Strangers } from "./attack.ts";
import type { Holding } from "./chat_process.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { Latencies } from "./latencies.ts";
import type { Link } from "../link.ts";
import type { Past } from "./past.ts";
import type { Probed } from "./prober.ts";
import type { Secrets } from "./secrets.ts";

/** How far memory may be above its quiet value in the end. */
export const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

/** What the server's memory of the past is filled with first, since that is no growth. */
export type Fill =
  /** Nothing. */
  | "nothing"
  /** The window of one dialect, and some texts: takes two seconds. */
  | "window"
  /** The windows of both and all texts. */
  | "history"
  /** The same, and a million ids: takes a minute more. */
  | "ids";

/** What a stage is like. */
export interface StageOptions {
  /** All chance comes from it. */
  readonly random: Random;
  /** How many are well-behaved. */
  readonly members: number;
  /** Between two lines of one of them. */
  readonly paceMs: number;
  /** How long the quiet value is measured. */
  readonly quietMs: number;
  /** A way to another namespace, for the attacks that need one. */
  readonly link?: Link | undefined;
  /** A password for the room and a certificate for the server. */
  readonly secrets?: Secrets | undefined;
  /** The server speaks TLS, and the room has no password; otherwise the other way round. */
  readonly tls?: boolean;
  /** The server has a page for browsers. */
  readonly web?: boolean;
  /** The server has this database; absent: none. */
  readonly past?: Past | undefined;
  /** What is filled first; default "window". A server that speaks TLS is filled no further. */
  readonly fill?: Fill;
  /** The server's wall clock, for the attack that turns it. */
  readonly clock?: FakeClock | undefined;
  /** Address of this machine from which attackers come; absent: that of the crowd. */
  readonly attackersAt?: string | undefined;
  /** How far attackers come after others where all want the processor; see `attacker.ts`. */
  readonly niceness?: number | undefined;
}

/** Some attacks at the same time. */
export interface Trouble {
  /** Each with its number of peers; see {@linkcode Attack.count}. */
  readonly attacks: readonly (readonly [Attack, number])[];
  /** How long at least. */
  readonly forMs: number;
  /** How long the server may then take to be as before. */
  readonly recoverMs: number;
  /** How far memory may stay above its quiet value; default {@linkcode MAX_GROWTH_BYTES}. */
  readonly maxGrowthBytes?: number;
  /** Half-open connections are not waited for: they last for as long as the server's patience. */
  readonly mayLinger?: number;
}

/** What came of it. */
export interface Outcome {
  /** The attacks. */
  readonly name: string;
  /** What they did, and what the room saw of it. */
  readonly figures: Readonly<Record<string, number>>;
  /** What the room saw of it. */
  readonly strangers: Strangers;
  /** How long lines took meanwhile. */
  readonly latencies: Latencies;
  /** How long pings of innocent clients took meanwhile. */
  readonly probed: Probed;
  /** How long somebody new took to come in and be heard, at worst. */
  readonly visitMs: number;
  /** How long the page took, at worst; 0: there is none. */
  readonly pageMs: number;
  /** How long somebody whose link blinked took to have the place again, at worst. */
  readonly blinkMs: number;
  /** The longest turn of the server's loop; 0: none of 100 ms or more. */
  readonly turnMs: number;
  /** What the server held when it was worst, as far as was looked. */
  readonly most: Holding;
  /** What it held in the end. */
  readonly after: Holding;
  /** How long it took to be as before; null: it is not. */
  readonly recoveredMs: number | null;
}
