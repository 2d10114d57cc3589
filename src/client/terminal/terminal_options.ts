/**
 * What `chat join` on a terminal is told, and what it works with.
 *
 * @module
 */

import type { ChatClientOptions } from "../core/client.ts";
import type { WantedRoom } from "../core/client_options.ts";
import type { Ending } from "../core/events.ts";
import type { Tty } from "./tty.ts";

/** What the terminal mode is told. */
export interface TerminalOptions {
  /** Name or address of the server, IPv6 without brackets. */
  readonly host: string;
  /** TCP port of the server. */
  readonly port: number;
  /** The name wished for; absent: it is asked for. */
  readonly name?: string;
  /** The rooms to begin with, the one that is shown first; absent: the lobby. */
  readonly rooms?: readonly WantedRoom[];
  /** The server's password; absent: it is asked for where the server has one. */
  readonly password?: string;
  /** Milliseconds that connecting may take. */
  readonly timeoutMs: number;
  /** Events of the past to begin with. */
  readonly history: number | "all";
  /** Without colours. */
  readonly noColor: boolean;
  /** Without the bell. */
  readonly noBell: boolean;
}

/** What the terminal mode works with. */
export interface TerminalEnds {
  /** Makes a connection; see {@linkcode ChatClientOptions}. */
  readonly connect: ChatClientOptions["connect"];
  /**
   * Gives what is needed as soon as there is a name; called once, when the name has been asked for:
   * so nobody waits for it to be loaded.
   */
  readonly prepare: () => Promise<Pick<typeof import("./talk.ts"), "beginTalk">>;
  /** Aborts when a signal asks to leave. */
  readonly stopped: AbortSignal;
  /** Aborts right before a second signal ends the program: the moment for last words. */
  readonly killed?: AbortSignal;
  /** `deno task` or npx started this program, and would not notice that it stopped. */
  readonly underTask: boolean;
  /** How it ended, in one line for standard error; undefined: all went well. */
  readonly explain: (ending: Ending) => string | undefined;
  /** Says that the password that was given beforehand is wrong, and where it came from. */
  readonly explainPassword: (text: string) => string;
  /** The terminal; default that of this process. */
  readonly tty?: Tty;
}
