/**
 * What a server can be told, checked already. The command line makes these from its flags; tests
 * make them by hand.
 *
 * @module
 */

import type { AddressRange } from "../net/address_range.ts";
import type { Retain } from "../store/sqlite/retention.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { LogFormat, LogLevel } from "./logger.ts";
import type { Durability } from "../store/sqlite/schema.ts";

/** Where to serve metrics. */
export interface MetricsAddress {
  /** Address, without brackets. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** Who the server is over TLS. */
export interface TlsOptions {
  /** The certificate's file; absent: the default place of a self-signed one. */
  readonly certFile?: string;
  /** The key's file; absent: the default place of a self-signed one. */
  readonly keyFile?: string;
  /** Host names and addresses for which both are made where they do not exist; absent: never. */
  readonly names?: readonly string[];
  /** Both are read again when they have changed, and at SIGHUP; default: they are not. */
  readonly reload?: boolean;
}

/** How a server reaches the others: over NATS JetStream. */
export interface NatsServeOptions {
  /** Addresses of nodes, at least one: `nats://HOST:PORT` or `tls://HOST:PORT`. */
  readonly servers: readonly string[];
  /** File of the credentials; absent: none. */
  readonly credentialsFile?: string;
  /** File of the certificates to trust; with it, only TLS will do. */
  readonly caFile?: string;
  /** How many nodes keep each message, 1 to 5; absent: 3 in a cluster of NATS, else 1. */
  readonly replicas?: number;
  /** Name of this cluster of servers, of several on one NATS; absent: the one without a name. */
  readonly cluster?: string;
  /** Makes the cluster, with the rooms of this server's database; default: it does not. */
  readonly isImport?: boolean;
  /** Makes the cluster anew, with the rooms of this server's database; default: it does not. */
  readonly isRebuild?: boolean;
}

/** All that `chat serve` needs to know. */
export interface ServeOptions extends Limits {
  /** TCP port to listen on, 0 to 65535; 0 takes any free one. */
  readonly port: number;
  /** Descriptor of a socket that listens, in place of `host` and `port`; absent: none. */
  readonly portFd?: number;
  /** Descriptor of a socket that listens, in place of `web` and `host`; absent: none. */
  readonly webFd?: number;
  /** Address to listen on: `0.0.0.0` is all of IPv4, `::` everything. Without brackets. */
  readonly host: string;
  /** What everybody who comes is told: 1 to 4,000 code points, at most 40 lines. */
  readonly motd?: string;
  /** What it calls itself in IRC: one word; absent: the name of the machine. */
  readonly serverName?: string;
  /** Events that somebody who joins sees of the past, unless they ask otherwise: 0 to 10,000. */
  readonly history: number;
  /** Names of the permanent rooms beside the lobby, folded; absent: none. */
  readonly permanentRooms?: readonly string[];
  /** The server's password, from the environment. */
  readonly password?: string;
  /** File whose first line is the server's password; goes before `password`. */
  readonly passwordFile?: string;
  /** File whose first line is the operators' password. */
  readonly operatorPasswordFile?: string;
  /** The chat port speaks TLS; absent: it does not. */
  readonly tls?: TlsOptions;
  /** Where to serve metrics; absent: nowhere. */
  readonly metrics?: MetricsAddress;
  /**
   * TCP port of the page for browsers, 0 to 65535; 0 takes any free one. Absent: there is no page.
   */
  readonly web?: number;
  /** Names beside IP addresses and `localhost` under which browsers reach it: lower case. */
  readonly webHosts?: readonly string[];
  /** The path under which the page stands, without the last slash: `/chat`. Absent: the root. */
  readonly webPath?: string;
  /**
   * Pages of other servers with the same rooms, without the last slash: `https://b.example/chat`.
   */
  readonly webOthers?: readonly string[];
  /** Where proxies are whose connections belong to the clients that they name; absent: nowhere. */
  readonly trustedProxies?: readonly AddressRange[];
  /** File of the database; absent: memory only. */
  readonly db?: string;
  /** What a commit to the database survives. */
  readonly durability: Durability;
  /** What the database keeps; empty: everything. */
  readonly retain: Retain;
  /** How the other servers are reached that hold the same rooms; absent: it stands alone. */
  readonly nats?: NatsServeOptions;
  /** How log lines look. */
  readonly logFormat: LogFormat;
  /** How much is logged. */
  readonly logLevel: LogLevel;
  /** Turns of the event loop that keep everybody waiting are logged; default: they are not. */
  readonly watchTurns?: boolean;
}

/** What holds when nothing else was said. */
export const SERVE_DEFAULTS: ServeOptions = {
  port: 5001,
  host: "0.0.0.0",
  history: 50,
  ...DEFAULT_LIMITS,
  durability: "process",
  retain: {},
  logFormat: "text",
  logLevel: "info",
};
