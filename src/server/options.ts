/**
 * What a server can be told, checked already. The command line makes these from its flags; tests
 * make them by hand.
 *
 * @module
 */

import type { Retain } from "../room/sqlite_retention.ts";
import type { Durability } from "../room/sqlite_schema.ts";

/** How log lines look: for people, or one JSON object a line. */
export type LogFormat = "text" | "json";

/** How much is logged; each level holds those after it, too. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** All that `chat serve` needs to know. */
export interface ServeOptions {
  /** TCP port to listen on, 0 to 65535; 0 takes any free one. */
  readonly port: number;
  /** Address to listen on: `0.0.0.0` is all of IPv4, `::` everything. Without brackets. */
  readonly host: string;
  /** What everybody who comes is told: 1 to 4,000 code points, at most 40 lines. */
  readonly motd?: string;
  /** Events that somebody who joins sees of the past, unless they ask otherwise: 0 to 10,000. */
  readonly history: number;
  /** Clients at the same time, 1 to 100,000. */
  readonly maxClients: number;
  /** Clients at the same time from one address, 0 to 100,000; 0 sets no limit. */
  readonly maxPerAddress: number;
  /** Lines a second that one client may send for long, 0 to 1,000,000; 0 sets no limit. */
  readonly rate: number;
  /** File of the database; absent: memory only. */
  readonly db?: string;
  /** What a commit to the database survives. */
  readonly durability: Durability;
  /** What the database keeps; empty: everything. */
  readonly retain: Retain;
  /** How log lines look. */
  readonly logFormat: LogFormat;
  /** How much is logged. */
  readonly logLevel: LogLevel;
}

/** What holds when nothing else was said. */
export const SERVE_DEFAULTS: ServeOptions = {
  port: 5001,
  host: "0.0.0.0",
  history: 50,
  maxClients: 1_000,
  maxPerAddress: 0,
  rate: 20,
  durability: "process",
  retain: {},
  logFormat: "text",
  logLevel: "info",
};
