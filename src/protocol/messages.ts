/**
 * What travels between a client and the server, version 1: this file is the specification.
 *
 * A line of a client becomes a {@linkcode Request}; what the server tells becomes a line from a
 * {@linkcode ServerEvent}. Every one of them has a `type`. The json dialect writes exactly these
 * objects, one a line; the plain dialect writes them for people (`plain.ts`). Two kinds of events:
 * a {@linkcode LogEvent} is in the room's log, has a `seq`, and reaches everybody; the others are
 * for one client alone.
 *
 * ```text
 * client                                             server
 *   {"type":"hello","protocol":1,"name":"ada"}   →
 *                                                ←   {"type":"welcome","name":"ada","seq":7,…}
 *                                                ←   events 1 to 7, as far back as was asked for
 *                                                ←   {"type":"join","seq":8,"name":"ada",…}
 *   {"type":"say","text":"hi","id":"k3.1"}       →
 *                                                ←   {"type":"message","seq":9,"id":"k3.1",…}
 *   {"type":"quit"}                              →
 *                                                ←   {"type":"bye","reason":"quit",…}
 * ```
 *
 * In `protocol/` lives what both ends agree on: messages, commands, dialects, framing, names,
 * texts and limits. No I/O and no time. It imports nothing.
 *
 * @module
 */

/** The version of the json dialect that this program speaks. */
export const PROTOCOL = 1;

/** What every request and every event has. */
export interface Typed<T extends string> {
  /** Which one it is, and so which other fields it has. */
  readonly type: T;
}

/** First request of a json client: who comes, and where it left off. */
export interface Hello extends Typed<"hello"> {
  /** The protocol's version; any other than {@linkcode PROTOCOL} gets `unsupported_protocol`. */
  readonly protocol: number;
  /** The name wished for; `names.ts` has the rules. */
  readonly name: string;
  /** The room's password, where it has one. */
  readonly password?: string;
  /** The secret of an earlier `welcome`: takes its place up again. */
  readonly session?: string;
  /** The log that `after` counts in: `welcome.log`. */
  readonly log?: string;
  /** The last `seq` seen: events after it follow. */
  readonly after?: number;
  /** `at` of that event: shows whether the log still has it. */
  readonly at?: string;
  /** How many of the newest events to begin with when `after` is absent; default 50. */
  readonly history?: number;
}

/** Says something to everybody. */
export interface Say extends Typed<"say"> {
  /**
   * Up to 4,000 code points and 40 lines; longer ones get `text_too_long`. At most 30 marks in a row;
   * more get `bad_request`.
   */
  readonly text: string;
  /** Chosen by the client, 1 to 64 of `[A-Za-z0-9._-]`: the echo carries it. */
  readonly id?: string;
  /** An action (`/me waves`) instead of words. */
  readonly action?: true;
}

/** Says something to one person. */
export interface SayDirect extends Typed<"direct"> {
  /** The name of a person who is present. */
  readonly to: string;
  /** As in {@linkcode Say}. */
  readonly text: string;
  /** As in {@linkcode Say}. */
  readonly id?: string;
}

/** Takes another name. */
export interface RenameRequest extends Typed<"rename"> {
  /** The name wished for. */
  readonly name: string;
}

/** Asks who is here. */
export interface Who extends Typed<"who"> {
  /** The last name of the page before; the next page begins after it. */
  readonly after?: string;
}

/** Asks for a page of the past, newest last. */
export interface HistoryRequest extends Typed<"history"> {
  /** Only events with a smaller `seq`; absent: the newest. */
  readonly before?: number;
  /** At most this many, 1 to 500; default 50. */
  readonly limit?: number;
  /**
   * Instead of `limit`: so many messages, 1 to 500, and what lies between them, at most 500 events in
   * all. The oldest comings and goings are left out first.
   */
  readonly messages?: number;
}

/** Looks for words in what was said. */
export interface Search extends Typed<"search"> {
  /** The words, all of which must occur; never a query syntax. */
  readonly query: string;
  /** At most this many, 1 to 500; default 50. */
  readonly limit?: number;
}

/** A slash command, as a person typed it. */
export interface Command extends Typed<"command"> {
  /** The whole line, with its slash. */
  readonly line: string;
}

/** Asks for a sign of life. */
export interface Ping extends Typed<"ping"> {
  /** Comes back in the {@linkcode Pong}. */
  readonly id?: string;
}

/** Leaves for good. */
export type Quit = Typed<"quit">;

/** Whatever a client may ask for. */
export type Request =
  | Hello
  | Say
  | SayDirect
  | RenameRequest
  | Who
  | HistoryRequest
  | Search
  | Command
  | Ping
  | Quit;

/** What every event of the log carries. */
export interface InLog {
  /** 1, 2, 3 … without gaps within one log. */
  readonly seq: number;
  /** When it was committed: ISO 8601 in UTC with milliseconds. May go backwards with the clock. */
  readonly at: string;
}

/** Somebody said something. To its sender it is the acknowledgement. */
export interface Message extends InLog, Typed<"message"> {
  /** Who said it. */
  readonly from: string;
  /** What was said, cleaned by `text.ts`; may hold newlines. */
  readonly text: string;
  /** The id that the sender chose. */
  readonly id?: string;
  /** It was an action (`/me`). */
  readonly action?: true;
}

/** Somebody came. */
export interface Join extends InLog, Typed<"join"> {
  /** Who came. */
  readonly name: string;
}

/** Why somebody left: `part` left this room only, all others have left the server or were removed. */
export type LeaveReason = "quit" | "part" | "lost" | "timeout" | "kicked" | "shutdown";

/** Somebody left. */
export interface Leave extends InLog, Typed<"leave"> {
  /** Who left. */
  readonly name: string;
  /** Why. */
  readonly reason: LeaveReason;
  /** `kicked`: who did it, where it was from this room. */
  readonly by?: string;
  /** `kicked`: the reason that was given. */
  readonly text?: string;
}

/** Somebody took another name. */
export interface Rename extends InLog, Typed<"rename"> {
  /** The name until now. */
  readonly from: string;
  /** The name from now on. */
  readonly to: string;
}

/** Somebody set the topic of the room. */
export interface Topic extends InLog, Typed<"topic"> {
  /** Who. */
  readonly name: string;
  /** The topic; empty: it was removed. */
  readonly text: string;
}

/** What a room's log holds and everyone in the room sees. The log knows its room; the wire adds it. */
export type LogEvent = Message | Join | Leave | Rename | Topic;

/** The fields that the commit gives to an event. */
export type AssignedField = "seq" | "at";

/** An event of the log before its commit has given it `seq` and `at`. */
export type Draft =
  | Omit<Message, AssignedField>
  | Omit<Join, AssignedField>
  | Omit<Leave, AssignedField>
  | Omit<Rename, AssignedField>
  | Omit<Topic, AssignedField>;

/** First answer to a hello that was accepted. The client's own join follows in the log. */
export interface Welcome extends Typed<"welcome"> {
  /** {@linkcode PROTOCOL}. */
  readonly protocol: number;
  /** The name that this client has now. */
  readonly name: string;
  /** 128 random bits, secret: it resumes the session. */
  readonly session: string;
  /** Which log `seq` counts in. */
  readonly log: string;
  /** The newest `seq` of the log; what has a greater one is new. */
  readonly seq: number;
  /** Who is here, the client itself included; at most 1,000. */
  readonly members: readonly string[];
  /** How many are here. */
  readonly count: number;
  /** The place of `session` was taken up; nobody saw a leave or a join. */
  readonly resumed: boolean;
  /**
   * The log has gone back in time, or is another one: the client keeps events up to this `seq`, and
   * forgets those after it. 0: it forgets all, and begins as a newcomer.
   */
  readonly forget?: number;
  /** What the operator says to everybody who comes. */
  readonly motd?: string;
}

/** Something said to one person. Not in the log; each of the two people gets it at most once. */
export interface DirectMessage extends Typed<"direct"> {
  /** When: ISO 8601 in UTC. */
  readonly at: string;
  /** Who said it. */
  readonly from: string;
  /** To whom. */
  readonly to: string;
  /** What was said. */
  readonly text: string;
  /** The id that the sender chose. */
  readonly id?: string;
}

/** Who is here: the answer to {@linkcode Who}. */
export interface Members extends Typed<"members"> {
  /** Names in the order of the page; at most 1,000. */
  readonly names: readonly string[];
  /** How many are here in all. */
  readonly count: number;
  /** Another page follows after the last name. */
  readonly more: boolean;
}

/** A page of the past, oldest first: the answer to {@linkcode HistoryRequest}. */
export interface History extends Typed<"history"> {
  /** Rising by `seq`. */
  readonly events: readonly LogEvent[];
  /** There are older ones. */
  readonly more: boolean;
}

/** What was found, newest first: the answer to {@linkcode Search}. */
export interface Results extends Typed<"results"> {
  /** Falling by `seq`. */
  readonly events: readonly LogEvent[];
  /** There are older ones. */
  readonly more: boolean;
}

/** A word from the server to this client. */
export interface Notice extends Typed<"notice"> {
  /** For people; may hold newlines. */
  readonly text: string;
  /** From now on it may use the commands of operators, also when it resumes. */
  readonly operator?: true;
}

/** This client read too slowly, or came back too late: events were skipped. */
export interface Lagged extends Typed<"lagged"> {
  /** `seq` of the first one skipped. */
  readonly from: number;
  /** `seq` of the last one skipped. */
  readonly to: number;
}

/** What an {@linkcode ErrorEvent} can be about. */
export type ErrorCode =
  | "bad_json"
  | "bad_request"
  | "unknown_type"
  | "line_too_long"
  | "text_too_long"
  | "name_taken"
  | "name_invalid"
  | "password"
  | "full"
  | "banned"
  | "no_such_person"
  | "not_allowed"
  | "unavailable"
  | "unknown_delivery"
  | "unsupported_protocol";

/** Something that was asked for was not done. */
export interface ErrorEvent extends Typed<"error"> {
  /** For programs. */
  readonly code: ErrorCode;
  /** For people: what is wrong, the value received, what to do. One line. */
  readonly text: string;
  /** The id of the request, where it had one. */
  readonly id?: string;
  /**
   * `name_taken`: milliseconds until the name, which is held for a lost connection, will be free,
   * unless its owner comes back.
   */
  readonly freeInMs?: number;
}

/** Answer to {@linkcode Ping}. */
export interface Pong extends Typed<"pong"> {
  /** The id of the ping. */
  readonly id?: string;
}

/**
 * Why the server ends a connection. After `kicked`, `banned` and `replaced` a client does not come
 * back by itself; after `shutdown` it does, and after `full` if it was in the room before.
 */
export type ByeReason = LeaveReason | "banned" | "replaced" | "full";

/** Last line of a connection; the server closes after it. */
export interface Bye extends Typed<"bye"> {
  /** For programs. */
  readonly reason: ByeReason;
  /** For people. One line. */
  readonly text: string;
}

/** What only one client sees, woven into the log at the place where it arose. */
export type PrivateEvent =
  | Welcome
  | DirectMessage
  | Members
  | History
  | Results
  | Notice
  | Lagged
  | ErrorEvent
  | Pong
  | Bye;

/** Whatever the server may say. */
export type ServerEvent = LogEvent | PrivateEvent;
