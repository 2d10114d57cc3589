/**
 * A dialect turns the lines of a client into requests, and events into lines. The server has two,
 * `plain` for people at `nc` and `json` for programs; a third one is one more file.
 *
 * A dialect does no I/O and keeps no state: what a session is waiting for is passed in.
 *
 * @module
 */

import type { Fits } from "./paging.ts";
import type { ErrorEvent, Joined, LogEvent, PrivateEvent, Request, Welcome } from "./messages.ts";

/** What a session knows when a line arrives. */
export interface ParseContext {
  /** The hello was accepted; before that, a plain line is a name. */
  readonly joined: boolean;
}

/** Names of the dialects, as logs and `/top` show them. */
export type DialectName = "plain" | "json";

/** One language of the wire. */
export interface Dialect {
  /** Its name. */
  readonly name: DialectName;
  /**
   * A sender is shown its own events (json: the echo is the acknowledgement). Where not, the
   * session leaves its own lines out.
   */
  readonly echoes: boolean;
  /** Its clients have a session, with which they take up their place after a lost connection. */
  readonly resumes: boolean;
  /**
   * Its clients may be in many rooms at once, and name the room of a request. Where not, the server
   * keeps one room for them, of which they see everything, and tells them news of the others.
   */
  readonly manyRooms: boolean;
  /**
   * What a line asks for.
   *
   * @param line One line without its newline, not cleaned in any way.
   * @returns A request whose fields have the right types and limits (texts and names are checked
   * later, by the room's rules); an error to answer with; or null when there is nothing to do (a
   * blank line).
   */
  parse(line: string, context: ParseContext): Request | ErrorEvent | null;
  /**
   * An event of a room's log as one or more lines, each with its newline, the same for everyone. At
   * most `MAX_SERVER_LINE_BYTES` bytes in all.
   *
   * @param room The folded name of the room.
   */
  renderLog(event: LogEvent, room: string): string;
  /**
   * An event for one client as one or more lines, each with its newline; empty when this dialect
   * does not show it.
   *
   * @param viewer The name of who will read it, for `[from …]` and `[to …]`.
   */
  renderPrivate(event: PrivateEvent, viewer: string): string;
  /**
   * How much of the past fits into one `history` or `results`: whoever reads it from the store asks,
   * and {@linkcode renderPrivate} writes what it is given.
   */
  fits(page: "history" | "results"): Fits;
  /**
   * The first answer to a hello, for a client that comes into one room with it: the welcome, and who
   * is there. A dialect of many rooms leaves the room out: its `joined` follows.
   */
  renderEntrance(welcome: Welcome, joined: Joined): string;
  /**
   * What stands before the events that are shown on joining; empty when this dialect marks nothing.
   *
   * @param messages How many messages follow, 1 or more.
   * @param from `at` of the first of them.
   * @param to `at` of the last of them.
   */
  renderHistoryStart(messages: number, from: string, to: string): string;
  /** What stands behind them. */
  renderHistoryEnd(): string;
}
