/**
 * A dialect turns the lines of a client into requests, and events into lines. The server has three:
 * `plain` for people at `nc`, `json` for programs, and `irc`. The first line of a connection tells
 * which one its client speaks.
 *
 * A dialect does no I/O. `plain` and `json` keep no state either: what a session is waiting for is
 * passed in. A client of IRC has a dialect of its own, since it chooses what its lines look like,
 * and its lines are commands with answers rather than requests: `server/irc/` has both.
 *
 * @module
 */

import type { Fits } from "./limits.ts";
import type { ErrorEvent, Joined, LogEvent, PrivateEvent, Request, Welcome } from "./messages.ts";

/** What a session knows when a line arrives. */
export interface ParseContext {
  /** The hello was accepted; before that, a plain line is a name. */
  readonly joined: boolean;
}

/** Names of the dialects, as logs and `/top` show them. */
export type DialectName = "plain" | "json" | "irc";

/** How the events of a log are written. Dialects with the same format share one log of a room. */
export interface LogFormat {
  /** There are many such formats: a log is kept up to date only while somebody reads it. */
  readonly onDemand?: true;
  /**
   * Fills what is left over where a message is erased in a log: before its last newline, or behind
   * it where this is lines itself. Nobody is to see it. Default: a space.
   */
  readonly padding?: string;
  /**
   * An event of a room's log as one or more lines, each with its newline, the same for everyone. At
   * most `MAX_SERVER_LINE_BYTES` bytes in all.
   *
   * @param room The folded name of the room.
   * @param log Identifies its log, where the event has a place in it.
   */
  renderLog(event: LogEvent, room: string, log?: string): string;
}

/** One language of the wire. */
export interface Dialect extends LogFormat {
  /** Its name. */
  readonly name: DialectName;
  /** How it writes the logs of rooms: compared by identity. */
  readonly format: LogFormat;
  /**
   * A client is shown its own event of a type, where all others in the room see it (json: the echo
   * is the acknowledgement). Where not, the server leaves it out of what this client reads.
   */
  echoes(type: LogEvent["type"]): boolean;
  /**
   * Its requests have ids, and answers carry them: to such a program each event is acknowledgement
   * enough, and it asks for signs of life.
   */
  readonly ackedById: boolean;
  /** The server may ask for a line: a name, a password. Such a client is a person, who waits. */
  readonly prompts: boolean;
  /** Its clients have a session, with which they take up their place after a lost connection. */
  readonly resumes: boolean;
  /**
   * Its clients may be in many rooms at once, and name the room of a request. Where not, the server
   * keeps one room for them, of which they see everything, and tells them news of the others.
   */
  readonly manyRooms: boolean;
  /**
   * What its clients are shown of the past of a room when they come in: `all` behind the place that
   * they name, since they keep the log; `talk`, with some of the comings and goings between; or
   * `messages` alone, where it would take the comings and goings for present ones.
   */
  readonly past: "all" | "talk" | "messages";
  /**
   * An event for one client as one or more lines, each with its newline; empty when this dialect
   * does not show it.
   *
   * @param viewer The name of who will read it, for `[from …]` and `[to …]`.
   */
  renderPrivate(event: PrivateEvent, viewer: string): string;
  /**
   * How much of the past fits into one `history` or `results`: whoever reads it from the store
   * asks, and {@linkcode renderPrivate} writes what it is given.
   *
   * @param room Name of the room, of several the longest.
   */
  fits(page: "history" | "results", room: string): Fits;
  /**
   * The first answer to a hello, for a client that comes into one room with it: the welcome, and
   * who is there. A dialect of many rooms leaves the room out: its `joined` follows.
   */
  renderEntrance(welcome: Welcome, joined: Joined): string;
  /**
   * What stands before the events that are shown on joining; empty when this dialect marks nothing.
   *
   * @param messages How many messages follow, 1 or more.
   * @param from `at` of the first of them.
   * @param to `at` of the last of them.
   * @param missedIn Name of a room to which somebody comes back: these are what was missed there.
   */
  renderHistoryStart(messages: number, from: string, to: string, missedIn?: string): string;
  /** What stands behind them. */
  renderHistoryEnd(missedIn?: string): string;
  /**
   * What is new in another room than that in which a client of one room is; empty where there are
   * many.
   *
   * @param messages How many.
   * @param from Who mentions the client; default: nobody does.
   */
  renderNews(room: string, messages: number, from?: string): string;
}

/** A dialect in which each line is a request. */
export interface RequestDialect extends Dialect {
  /**
   * What a line asks for.
   *
   * @param line One line without its newline, not cleaned in any way.
   * @returns A request whose fields have the right types and limits (texts and names are checked
   * later, by the room's rules); an error to answer with; or null when there is nothing to do (a
   * blank line).
   */
  parse(line: string, context: ParseContext): Request | ErrorEvent | null;
}

/** What a first line means: a dialect, or a reason to close. */
export type Opening = "json" | "plain" | "http" | "irc" | "noise" | "proxy";

/** `METHOD TARGET HTTP/1.1` (RFC 9112, section 3); a method is any token, in any case. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +\S+ +HTTP\/\d(?:\.\d)?\s*$/i;

/** The same without a version, as HTTP/0.9 and people who test by hand write it. */
const SHORT_REQUEST_LINE = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) +[/*]/i;

/**
 * What an IRC client may begin with (RFC 2812, IRCv3), perhaps with tags and a prefix before; and
 * the bare `PING` of programs that look what a port is. Other bare words are names.
 */
const IRC_LINE = /^(?:@\S+ +)?(?::\S+ +)?(?:CAP|NICK|USER|PASS|QUIT|AUTHENTICATE|PING|JOIN) +\S/i;
const BARE_PING = /^PING$/;

/** The banner of SSH (RFC 4253, section 4.2). */
const SSH_BANNER = /^SSH-\d+\.\d+-/;

/** A TLS hello: a handshake record of version 3. */
const TLS_HELLO = "\x16\x03";

/**
 * The PROXY protocol: a header of version 1, and the line behind the blank one with which the
 * signature of version 2 begins. The next line of that is `QUIT`, which would be a name, and what
 * its client says would be said to all.
 */
const PROXY_LINE = /^(?:PROXY (?:TCP[46]|UNKNOWN)\b|\0\r?$)/;

/** What the connection leaves of a TLS hello that it recognizes. */
const TLS_REMAINDER = "\x16";

/** Characters that are not UTF-8: of more the line is no name in another encoding. */
const MAX_NOT_UTF8 = 8;

/**
 * What the first line of a connection means.
 *
 * @param line The line without its newline, not cleaned; the first that is not blank.
 * @returns `json` for a line that starts with `{`, except `{quit}`, with which people leave;
 * `http` for a request of a browser, which must not be able to talk into a room; `irc` for a client
 * of that protocol; `proxy` for a proxy that is not trusted; `noise` for SSH, TLS and binary data;
 * else `plain`, also where a key or a letter in another encoding stands in what was meant for a
 * name: then that is asked for again.
 */
export function detectOpening(line: string): Opening {
  if (line.startsWith("{") && line.trim() !== "{quit}") return "json";
  if (PROXY_LINE.test(line)) return "proxy";
  if (SSH_BANNER.test(line)) return "noise";
  if (line.startsWith(TLS_HELLO) || line === TLS_REMAINDER) return "noise";
  if (line.includes("\0") || line.split("\uFFFD", MAX_NOT_UTF8 + 2).length > MAX_NOT_UTF8 + 1) {
    return "noise";
  }
  if (REQUEST_LINE.test(line) || SHORT_REQUEST_LINE.test(line)) return "http";
  return IRC_LINE.test(line) || BARE_PING.test(line) ? "irc" : "plain";
}
