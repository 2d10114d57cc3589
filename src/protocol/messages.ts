/**
 * What travels between a client and the server, version 1: this file is the specification.
 *
 * A line of a client becomes a {@linkcode Request}; what the server tells becomes a line from a
 * {@linkcode ServerEvent}. Every one of them has a `type`. The json dialect writes exactly these
 * objects, one a line; the plain dialect writes them for people (`plain.ts`). Two kinds of events:
 * a {@linkcode LogEvent} is in a room's log, has a `seq`, and reaches everyone in that room; the
 * others are for one client alone.
 *
 * ```text
 * client                                             server
 *   {"type":"hello","protocol":1,"name":"ada"}   →
 *                                     ←   {"type":"welcome","name":"ada",…}
 *                                     ←   {"type":"joined","room":"lobby","seq":7,…}
 *                                     ←   events 1 to 7, as far back as was asked for
 *                                     ←   {"type":"join","room":"lobby","seq":8,"name":"ada",…}
 *   {"type":"say","text":"hi","id":"k3.1"}       →
 *                                     ←   {"type":"message","room":"lobby","seq":9,"id":"k3.1",…}
 *   {"type":"join","room":"ops"}                 →
 *                                     ←   {"type":"joined","room":"ops","seq":0,…}
 *                                     ←   {"type":"join","room":"ops","seq":1,"name":"ada",…}
 *   {"type":"say","room":"ops","text":"so"}      →
 *                                     ←   {"type":"message","room":"ops","seq":2,…}
 *   {"type":"part","room":"ops"}                 →
 *                                     ←   {"type":"leave","room":"ops","seq":3,"reason":"part",…}
 *                                     ←   {"type":"parted","room":"ops","reason":"part"}
 *   {"type":"quit"}                              →
 *                                     ←   {"type":"bye","reason":"quit",…}
 * ```
 *
 * `room` is the folded name of a room, without `#`. In a request it may be in any case and begin
 * with one `#`. Where a request may leave it out, it means the client's default room: see
 * {@linkcode Hello}.
 *
 * In `protocol/` lives what both ends agree on: messages, commands, dialects, framing, names,
 * texts and limits. No I/O and no time. It imports nothing.
 *
 * @module
 */

/** The room that is always there. */
export const LOBBY = "lobby";

/** The text that a message has once an operator has erased what it said. */
export const ERASED = "(erased)";

/** What stands in memory for a text that was shorter than {@linkcode ERASED}. */
export const ERASED_SHORT = "-";

/** Whether a text stands for one that was erased, or could as well. */
export function isErased(text: string): boolean {
  return text === ERASED || text === ERASED_SHORT;
}

/** Messages that one event erases at most: its line has 6 KB then, with the longest numbers. */
export const MAX_ERASED = 500;

/** The version of the json dialect that this program speaks. */
export const PROTOCOL = 1;

/** What every request and every event has. */
export interface Typed<T extends string> {
  /** Which one it is, and so which other fields it has. */
  readonly type: T;
}

/** A request that is about one room. */
export interface AboutRoom {
  /** The room; absent: the default room. Without one the request gets `not_in_room`. */
  readonly room?: string;
}

/** How a client comes into a room: where it left off there, and the room's key. */
export interface RoomWish {
  /** The log that `after` counts in: `joined.log`. */
  readonly log?: string;
  /** The last `seq` seen: events after it follow. */
  readonly after?: number;
  /** `at` of that event: shows whether the log still has it. */
  readonly at?: string;
  /** How many of the newest messages to begin with when `after` is absent; default 50. */
  readonly history?: number;
  /** The room's key, where it has one. */
  readonly key?: string;
}

/** First request of a json client: who comes, into which rooms, and where it left off there. */
export interface Hello extends Typed<"hello"> {
  /** The protocol's version; any other than {@linkcode PROTOCOL} gets `unsupported_protocol`. */
  readonly protocol: number;
  /** The name wished for; `names.ts` has the rules. */
  readonly name: string;
  /** The server's password, where it has one. */
  readonly password?: string;
  /** The secret of an earlier `welcome`: resumes the session. */
  readonly session?: string;
  /** A program, not a person: everybody is told so. */
  readonly bot?: true;
  /** It was an operator when its connection was lost: it is told if it is none any more. */
  readonly operator?: true;
  /**
   * The default room. Absent: the only one of `rooms`; of several the lobby if it is among them,
   * else none.
   */
  readonly room?: string;
  /**
   * The rooms to be in, at most 20, by their names. Absent: the lobby, or on resuming all rooms of
   * the session. Rooms of the session that are not named are left.
   */
  readonly rooms?: Readonly<Record<string, RoomWish>>;
  /**
   * Number of the last direct message seen that has waited, 0 before the first: those after it
   * follow. Absent: all that wait follow, and count as seen when they are sent.
   */
  readonly directs?: number;
}

/** Says something to everyone in a room. */
export interface Say extends AboutRoom, Typed<"say"> {
  /**
   * Up to 4,000 code points and 40 lines; longer ones get `text_too_long`. At most 30 marks in a
   * row; more get `bad_request`.
   */
  readonly text: string;
  /** Chosen by the client, 1 to 64 of `[A-Za-z0-9._-]`: the echo carries it. */
  readonly id?: string;
  /** An action (`/me waves`) instead of words. */
  readonly action?: true;
  /** A program says it, and no program answers: NOTICE of IRC. Not with `action`. */
  readonly notice?: true;
}

/** Says something to one person. */
export interface SayDirect extends Typed<"direct"> {
  /**
   * The name of a person who is here, or was within 24 hours with a session and has not quit: for
   * who is away the message waits. At most 4 KiB of UTF-8 do, and 16 messages for one person.
   */
  readonly to: string;
  /** As in {@linkcode Say}. */
  readonly text: string;
  /** As in {@linkcode Say}. */
  readonly id?: string;
  /** As in {@linkcode Say}. */
  readonly notice?: true;
}

/** Has seen direct messages that have waited: they need not be kept any more. */
export interface SeenDirects extends Typed<"seen"> {
  /** {@linkcode DirectMessage.n} of the last one. */
  readonly directs: number;
}

/** Takes another name. */
export interface RenameRequest extends Typed<"rename"> {
  /** The name wished for. */
  readonly name: string;
}

/**
 * Comes into a room, and makes it if it does not exist. Whoever is in it already is told of it by
 * another `joined`.
 */
export interface JoinRequest extends RoomWish, Typed<"join"> {
  /** The room's name. */
  readonly room: string;
}

/** Leaves a room. */
export interface PartRequest extends Typed<"part"> {
  /** The room's name. */
  readonly room: string;
}

/** Sets the topic of a room: for its keeper, and for operators. */
export interface TopicRequest extends AboutRoom, Typed<"topic"> {
  /** At most 300 code points in one line; empty: the topic is removed. */
  readonly text: string;
}

/** Asks which rooms there are. */
export interface RoomsRequest extends Typed<"rooms"> {
  /** The last name of the page before; the next page begins after it. */
  readonly after?: string;
}

/** Asks who is in a room. */
export interface Who extends AboutRoom, Typed<"who"> {
  /** The last name of the page before; the next page begins after it. */
  readonly after?: string;
}

/** Asks for a page of a room's past, newest last. */
export interface HistoryRequest extends AboutRoom, Typed<"history"> {
  /** Only events with a smaller `seq`; absent, and `after` too: the newest. */
  readonly before?: number;
  /** Instead of `before`: only events with a greater `seq`, the oldest of them. */
  readonly after?: number;
  /** At most this many, 1 to 500; default 50. */
  readonly limit?: number;
  /**
   * Instead of `limit`, and not with `after`: so many messages, 1 to 500, and what lies between
   * them, at most 500 events in all. The oldest comings and goings are left out first.
   */
  readonly messages?: number;
}

/**
 * Looks for words in the messages of a room; without `room` in those of all rooms that it is in.
 */
export interface Search extends Typed<"search"> {
  /** The room; absent: all rooms that the client is in. */
  readonly room?: string;
  /** The words, all of which must occur; never a query syntax. */
  readonly query: string;
  /** At most this many, 1 to 500; default 50. */
  readonly limit?: number;
}

/** A slash command, as a person typed it in a room. */
export interface Command extends AboutRoom, Typed<"command"> {
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
  | SeenDirects
  | RenameRequest
  | JoinRequest
  | PartRequest
  | TopicRequest
  | RoomsRequest
  | Who
  | HistoryRequest
  | Search
  | Command
  | Ping
  | Quit;

/** What every event of a log carries. */
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
  /** A program said it, and no program answers. */
  readonly notice?: true;
  /**
   * Where in the text the sender's client has cut a line that was too long for IRC: indexes of code
   * units, rising. Not stored, and on the wire of IRC alone.
   */
  readonly cuts?: readonly number[];
  /**
   * Rising `seq`s of messages of this log, at most {@linkcode MAX_ERASED}: an operator, from whom
   * this message is, has erased what they said. Who has it still, forgets it, and puts
   * {@linkcode ERASED} in its place.
   */
  readonly erases?: readonly number[];
}

/** Somebody came. */
export interface Join extends InLog, Typed<"join"> {
  /** Who came. */
  readonly name: string;
  /** It is a program: see {@linkcode Hello}. */
  readonly bot?: true;
}

/**
 * Why somebody left: `part` left this room only, all others have left the server or were removed.
 */
export type LeaveReason = "quit" | "part" | "lost" | "timeout" | "kicked" | "shutdown";

/** Somebody left. */
export interface Leave extends InLog, Typed<"leave"> {
  /** Who left. */
  readonly name: string;
  /** Why. */
  readonly reason: LeaveReason;
  /** `kicked`: who did it, where it was from this room. */
  readonly by?: string;
  /** The reason that was given, where one was. */
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

/**
 * What a room's log holds and everyone in the room sees. The log knows its room; the wire adds it.
 */
export type LogEvent = Message | Join | Leave | Rename | Topic;

/** What is about one room. */
export interface InRoom {
  /** The folded name of the room, without `#`. */
  readonly room: string;
}

/** An event of a log as it is sent. */
export type RoomEvent = LogEvent & InRoom;

/**
 * Events of one room as they are sent.
 *
 * @param room The folded name of the room.
 */
export function inRoom(events: readonly LogEvent[], room: string): RoomEvent[] {
  return events.map((event) => ({ ...event, room }));
}

/** The fields that the commit gives to an event. */
export type AssignedField = "seq" | "at";

/** An event of the log before its commit has given it `seq` and `at`. */
export type Draft =
  | Omit<Message, AssignedField>
  | Omit<Join, AssignedField>
  | Omit<Leave, AssignedField>
  | Omit<Rename, AssignedField>
  | Omit<Topic, AssignedField>;

/** First answer to a hello that was accepted. What becomes of each room follows. */
export interface Welcome extends Typed<"welcome"> {
  /** {@linkcode PROTOCOL}. */
  readonly protocol: number;
  /** The name that this client has now. */
  readonly name: string;
  /** 128 random bits, secret: it resumes the session. */
  readonly session: string;
  /** The session was resumed; nobody saw a leave or a join in the rooms that it is still in. */
  readonly resumed: boolean;
  /** What the operator says to everyone who comes. */
  readonly motd?: string;
  /**
   * What the server can do: names of `features.ts`, and of newer servers others; at most
   * {@linkcode MAX_FEATURES}. Absent: an older server, which does not say.
   */
  readonly features?: readonly string[];
}

/** Names in {@linkcode Welcome.features}: many times those that there are. */
export const MAX_FEATURES = 100;

/** The topic of a room. */
export interface RoomTopic {
  /** The topic, never empty. */
  readonly text: string;
  /** Who set it. */
  readonly name: string;
  /** When: ISO 8601 in UTC. */
  readonly at: string;
}

/** This client is in a room now. That room's events follow, its own join among them. */
export interface Joined extends InRoom, Typed<"joined"> {
  /** Which log `seq` counts in. */
  readonly log: string;
  /** The newest `seq` of the log before it came; what has a greater one is new. */
  readonly seq: number;
  /** Who is in the room, the client itself included; at most 100. {@linkcode Who} has the rest. */
  readonly names: readonly string[];
  /** Those of the names that are programs, where there are any; as many as fit. */
  readonly bots?: readonly string[];
  /** How many are in the room. */
  readonly count: number;
  /** The topic, where there is one. */
  readonly topic?: RoomTopic;
  /** Name of the keeper, where there is one. */
  readonly keeper?: string;
  /** It was in the room already; nobody saw a leave or a join. */
  readonly resumed: boolean;
  /**
   * The log has gone back in time, or is another one: the client keeps events of this room up to
   * this `seq`, and forgets those after it. 0: it forgets all, and begins as a newcomer.
   */
  readonly forget?: number;
}

/** Why a client is no longer in a room: it left, was kicked, or the room was closed. */
export type PartReason = "part" | "kicked" | "closed";

/** This client is not in a room any more. Nothing of that room follows. */
export interface Parted extends InRoom, Typed<"parted"> {
  /** For programs. */
  readonly reason: PartReason;
  /** For people: who did it, and why. One line. */
  readonly text?: string;
}

/** Something said to one person. Not in the log; each of the two people gets it at most once. */
export interface DirectMessage extends Typed<"direct"> {
  /**
   * To its recipient, when it has waited for it: numbers those of its session, 1, 2, 3 …. The
   * largest number is named in {@linkcode SeenDirects} and the next {@linkcode Hello}.
   */
  readonly n?: number;
  /** To its sender: it waits, since its recipient is away. */
  readonly waits?: true;
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
  /** A program said it, and no program answers. */
  readonly notice?: true;
}

/** Who is in a room: the answer to {@linkcode Who}. */
export interface Members extends InRoom, Typed<"members"> {
  /** Names in the order of the page; at most 1,000. */
  readonly names: readonly string[];
  /** Those of them that are programs, where there are any; as many as fit. */
  readonly bots?: readonly string[];
  /** How many are in the room. */
  readonly count: number;
  /** Another page follows after the last name. */
  readonly more: boolean;
}

/** One of the {@linkcode RoomList}. */
export interface RoomInfo extends InRoom {
  /** How many are in it. */
  readonly count: number;
  /** Its topic, where there is one. */
  readonly topic?: string;
  /** This client is in it. */
  readonly joined?: true;
  /** Nobody comes in without its key; only those who are in it and operators see that it exists. */
  readonly key?: true;
  /** It was taken out of the lists; only those who are in it and operators see it there. */
  readonly unlisted?: true;
}

/**
 * Which rooms there are, sorted by name: the answer to {@linkcode RoomsRequest}. Private rooms and
 * unlisted ones are left out, unless the client is in them or may use the commands of operators.
 */
export interface RoomList extends Typed<"rooms"> {
  /** At most 100. */
  readonly rooms: readonly RoomInfo[];
  /** Another page follows after the last name. */
  readonly more: boolean;
}

/** A page of a room's past, oldest first: the answer to {@linkcode HistoryRequest}. */
export interface History extends InRoom, Typed<"history"> {
  /** Rising by `seq`. */
  readonly events: readonly RoomEvent[];
  /** There are more on that side of the page: older ones, or newer ones when `after` was given. */
  readonly more: boolean;
}

/** What was found, newest first: the answer to {@linkcode Search}. */
export interface Results extends Typed<"results"> {
  /** The room that was searched; absent: all rooms that the client is in. */
  readonly room?: string;
  /** Falling by `seq` within one, and by `at` between rooms. */
  readonly events: readonly RoomEvent[];
  /** There are older ones. */
  readonly more: boolean;
}

/** A word from the server to this client. */
export interface Notice extends Typed<"notice"> {
  /** The room that it is about; absent: the whole server, or the command that it answers. */
  readonly room?: string;
  /** For people; may hold newlines. */
  readonly text: string;
  /** Of an invitation: whose it is. Who ignores that person is not shown it. */
  readonly from?: string;
  /** From now on it may use the commands of operators, also when it resumes. */
  readonly operator?: true;
}

/** This client read too slowly, or came back too late: events of a room were skipped. */
export interface Lagged extends InRoom, Typed<"lagged"> {
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
  | "room_invalid"
  | "rooms_full"
  | "room_key"
  | "not_in_room"
  | "kept_out"
  | "invite_only"
  | "not_allowed"
  | "unavailable"
  | "unknown_delivery"
  | "unsupported_protocol";

/**
 * What an error is about beside its code, for dialects that have codes of their own. It is not
 * sent.
 */
export interface ErrorDetails {
  /** The name that is refused, as it was asked for. */
  readonly name?: string;
  /** `not_allowed`: it is about speaking. */
  readonly isSpeech?: true;
}

/** Something that was asked for was not done. */
export interface ErrorEvent extends Typed<"error"> {
  /** For programs. */
  readonly code: ErrorCode;
  /** For people: what is wrong, the value received, what to do. One line. */
  readonly text: string;
  /** The id of the request, where it had one. */
  readonly id?: string;
  /** The room that it is about: as the request had it where no room has that name. */
  readonly room?: string;
  /**
   * `name_taken`: milliseconds until the name, which is held for a lost connection, will be free,
   * unless its owner comes back.
   */
  readonly freeInMs?: number;
  /** For dialects that need it. */
  readonly details?: ErrorDetails;
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
export type ByeReason = Exclude<LeaveReason, "part"> | "banned" | "replaced" | "full";

/** Last line of a connection; the server closes after it. */
export interface Bye extends Typed<"bye"> {
  /** For programs. */
  readonly reason: ByeReason;
  /** For people. One line. */
  readonly text: string;
}

/** What only one client sees. */
export type PrivateEvent =
  | Welcome
  | Joined
  | Parted
  | DirectMessage
  | Members
  | RoomList
  | History
  | Results
  | Notice
  | Lagged
  | ErrorEvent
  | Pong
  | Bye;

/** Whatever the server may say. */
export type ServerEvent = RoomEvent | PrivateEvent;
