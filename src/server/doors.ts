/**
 * The doors beside the chat port, as far as the server knows them. `web/` makes them and imports
 * the server, so the server is handed the functions that open them; each loads its files when
 * called.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { StreamConn } from "../net/stream_conn.ts";
import type { Turns } from "../net/turns.ts";
import type { TrustedProxies } from "./admission/trusted_proxies.ts";
import type { Clock } from "../clock.ts";
import type { Listener } from "./listener.ts";
import type { Logger } from "./logger.ts";

/** What the door for browsers needs. */
export interface PageDoorOptions {
  /** Where browsers come in; closed by {@linkcode PageDoor.close}. */
  readonly listener: Listener;
  /**
   * Names beside IP literals and `localhost` under which this server is reached: lower case. Asked
   * at each request.
   */
  readonly hosts: readonly string[];
  /** The path under which all of it stands, without the last slash: `/chat`; default: the root. */
  readonly path?: string;
  /**
   * Pages of other servers with the same rooms, without the last slash: this page goes on there,
   * and theirs here. Absent: none.
   */
  readonly others?: readonly string[];
  /** Serves a connection; resolves when it has ended. */
  readonly connect: (conn: LineConnection) => Promise<void>;
  /** The server has a password, for which the page asks at once; default: it has none. */
  readonly hasPassword?: boolean;
  /** The port for everybody who is no browser; told to those who mistake this one for it. */
  readonly roomPort?: number | undefined;
  /** UTF-16 code units of one line. */
  readonly maxLineChars: number;
  /** Makes a connection speak TLS, and answers one that does not; default: no TLS. */
  readonly secure?: ((conn: StreamConn, answer: Uint8Array) => StreamConn) | undefined;
  /** Lets a connection take turns with all others; default: it need not. */
  readonly gate?: (conn: StreamConn) => StreamConn;
  /** Whose turns these are, for the listener. */
  readonly turns?: Turns;
  /** Whose requests belong to the clients that they name; default: nobody's. */
  readonly proxies?: TrustedProxies | undefined;
  /** Why nobody should be sent here now; null, and the default: they may be. */
  readonly whyNotReady?: () => string | null;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** The open door for browsers. */
export interface PageDoor {
  /** Takes no more connections, and ends those that have not joined. Does nothing twice. */
  close(): void;
  /** Resolves when every connection has ended; those that have joined end with their client. */
  finished(): Promise<void>;
}

/** What the door for Prometheus needs. */
export interface MetricsDoorOptions {
  /** Where programs come in; closed by {@linkcode MetricsDoor.close}. */
  readonly listener: Listener;
  /** Makes the text, at each request. */
  readonly render: () => string;
  /** See {@linkcode PageDoorOptions.whyNotReady}. */
  readonly whyNotReady?: () => string | null;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** The open door for Prometheus. */
export interface MetricsDoor {
  /** Takes no more connections, ends those that there are, and resolves when they have ended. */
  close(): Promise<void>;
}

/** Opens the doors that the options ask for; what is not asked for is never called. */
export interface Doors {
  /** For browsers: `--web`. */
  readonly page: (options: PageDoorOptions) => Promise<PageDoor>;
  /** For Prometheus: `--metrics`. */
  readonly metrics: (options: MetricsDoorOptions) => Promise<MetricsDoor>;
}
