/**
 * What a client can be told, checked already. The command line makes these from its flags; tests
 * make them by hand.
 *
 * @module
 */

import { LOBBY } from "../protocol/messages.ts";
import type { WantedRoom } from "./core/client_options.ts";

/** All that `chat join` needs to know. */
export interface JoinOptions {
  /** Name or address of the server, IPv6 without brackets. */
  readonly host: string;
  /** TCP port of the server, 1 to 65535. */
  readonly port: number;
  /** Other servers with the same rooms, tried in turn; absent: there is only the one. */
  readonly others?: readonly { readonly host: string; readonly port: number }[];
  /** The rooms to come into, at least one; the first one is where piped lines are said. */
  readonly rooms: readonly WantedRoom[];
  /** File whose first line is the key of these rooms; goes before the keys that they have. */
  readonly keyFile?: string;
  /** The name wished for, not empty; the server checks the rest. Absent: to be asked for. */
  readonly name?: string;
  /** The server's password, where it has one; from the environment, or read from the file. */
  readonly password?: string;
  /** File whose first line is the password; goes before `password`. */
  readonly passwordFile?: string;
  /** It speaks TLS; absent: plain TCP. */
  readonly tls?: {
    /** File with certificates in PEM, to be believed beside those that everybody knows. */
    readonly caFile?: string;
  };
  /** Milliseconds that connecting may take, 100 to 600,000. */
  readonly timeoutMs: number;
  /** Messages of the past to begin with, 0 to 10,000, or all that are stored. */
  readonly history: number | "all";
  /** It writes the past that was asked for, and leaves. */
  readonly exit: boolean;
  /** With `exit`: the past of all rooms that the server lists. */
  readonly allRooms: boolean;
  /** Events are written as they come, one JSON object a line. */
  readonly json: boolean;
  /** No screen, even on a terminal. */
  readonly plain: boolean;
  /** The screen has no colours. */
  readonly noColor: boolean;
  /** The screen does not ring. */
  readonly noBell: boolean;
}

/** What holds when nothing else was said. */
export const JOIN_DEFAULTS: JoinOptions = {
  host: "127.0.0.1",
  port: 5001,
  rooms: [{ room: LOBBY }],
  timeoutMs: 5_000,
  history: 50,
  exit: false,
  allRooms: false,
  json: false,
  plain: false,
  noColor: false,
  noBell: false,
};

/** All servers that a client may use, in the order in which it tries them first. */
export function serversOf(
  { host, port, others = [] }: Pick<JoinOptions, "host" | "port" | "others">,
): { readonly host: string; readonly port: number }[] {
  return [{ host, port }, ...others];
}
