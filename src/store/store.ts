/**
 * Where the events of all rooms are kept: in memory (`memory.ts`) or in SQLite.
 *
 * The order calls {@linkcode Store.append} once a flush with all events of that flush, of all
 * rooms, and nobody sees them before it has returned. That and the other calls for the rooms
 * themselves are synchronous and short. What anybody may ask for, as often as they like, is a
 * {@linkcode Lookup}: it is done in steps, and others get their turn between two of them.
 *
 * In `store/` lives what keeps events: this interface, memory, and SQLite in `sqlite/`. It may
 * import `protocol`.
 *
 * @module
 */

import { type Draft, LOBBY, type LogEvent } from "../protocol/messages.ts";
import type { Fits } from "../protocol/limits.ts";
import type { NameKeys } from "../protocol/names.ts";

/**
 * Work in steps of about 5 ms at most: each `next()` does one. The caller lets others have their
 * turn in between, and may drop it after any step. Throws what the work throws.
 */
export type Lookup<T> = Generator<void, T, void>;

/**
 * Does all steps of a lookup at once, for callers that nobody waits for.
 *
 * @param lookup Not begun yet.
 * @returns What it found.
 */
export function finish<T>(lookup: Lookup<T>): T {
  for (;;) {
    const step = lookup.next();
    if (step.done) return step.value;
  }
}

/** Number of the room that is always there. */
export const LOBBY_ID = 0;

/** Rooms have numbers from 0 up to this, which it does not include. */
export const MAX_ROOM_IDS: number = 2 ** 21;

/**
 * No `seq` of a room reaches it, so `room * ROOM_SPAN + seq` is one number for both, below 2^53.
 */
export const ROOM_SPAN: number = 2 ** 32;

/** How long a session is remembered after it was last heard of. */
export const SESSION_KEPT_MS = 24 * 60 * 60 * 1000;

/** How many of its newest ids: twice what a client may have unacknowledged. */
export const SESSION_IDS = 1_000;

/**
 * A search has worked enough after so many milliseconds, and gives what it has found until then.
 */
export const SEARCH_BUDGET_MS = 50;

/** A page of events and whether there are more beyond it. */
export interface Page {
  /** The events, in the order that the method promises. */
  readonly events: LogEvent[];
  /** There are others beyond it, in the direction of reading. */
  readonly more: boolean;
}

/** Where a message stands, without what it says. */
export interface Place {
  /** Its `seq`. */
  readonly seq: number;
  /** Its `at`. */
  readonly at: string;
}

/** How much of the past {@linkcode RoomStore.tail} gives. */
export interface TailBounds {
  /** Back to this many messages; where there are fewer, this many events. */
  readonly messages: number;
  /** At most this many events; messages before them are not looked for. */
  readonly events: number;
  /** No further once the texts have this many bytes of UTF-8. */
  readonly bytes: number;
}

/** How much of the past {@linkcode RoomStore.talk} gives. */
export interface TalkBounds {
  /** At most this many messages, 1 or more. */
  readonly messages: number;
  /** At most this many comings, goings and renames. */
  readonly moves: number;
}

/** One thing to keep. */
export interface Entry {
  /** Number of the room in which it happened. */
  readonly room: number;
  /** What happened. */
  readonly draft: Draft;
  /**
   * Hash of the session that it comes from, where it is a json session's. Keeping the entry also
   * keeps that session: its newest name (the joiner's, the new one of a rename, the sender's), when
   * it was last heard of, and that `draft.id`, where there is one, has been published as this
   * `seq`.
   */
  readonly session?: string | undefined;
}

/** Something else to keep, in one commit with the entries. */
export type Note =
  /** A session has used an id for a direct message. What was said is not kept. */
  | {
    readonly type: "direct";
    readonly session: string;
    readonly id: string;
    /** The sender, whose newest name it is. */
    readonly name: string;
  }
  /** That message could not be delivered: its id may be used again. */
  | { readonly type: "undelivered"; readonly session: string; readonly id: string }
  /** A direct message waits for somebody who is away, and its sender's session has used its id. */
  | {
    readonly type: "wait";
    /** Hash of the session that it waits for. */
    readonly session: string;
    readonly message: WaitingDirect;
    /** Hash of the sender's session; null: it has none, and the id is not kept. */
    readonly sender: string | null;
  }
  /** A session has been given the direct messages that waited for it, up to this number. */
  | { readonly type: "seen"; readonly session: string; readonly upTo: number }
  /** A name or addresses are banned, in place of a ban with the same key. */
  | { readonly type: "ban"; readonly ban: Ban }
  /** A ban is lifted. */
  | { readonly type: "unban"; readonly key: string }
  /** A room is made. It may have entries in the same commit. */
  | {
    readonly type: "room";
    /** From {@linkcode Store.newRoomId}. */
    readonly id: number;
    /** Folded, without `#`; no other room has it. */
    readonly name: string;
    /** Identifies its log: from `newLogId()`. */
    readonly log: string;
    /** `seq` before its first event, for a store that keeps a window only; default: 0. */
    readonly after?: number;
  }
  /**
   * A room is gone, with its past, after all entries of the same commit. Nobody is in it, and there
   * are no entries for it afterwards.
   */
  | { readonly type: "room-gone"; readonly id: number }
  /** What a room has besides events has changed: all of it, as it is now. */
  | {
    readonly type: "room-state";
    readonly id: number;
    readonly key: RoomKey | null;
    readonly keeper: string | null;
    readonly unlisted: boolean;
    readonly modes: StoredModes | null;
  };

/** What is on or off in a room. */
export interface RoomFlags {
  /** Only its keeper, deputies and those with a voice may speak. */
  readonly isModerated: boolean;
  /** Only who was invited comes in. */
  readonly isInviteOnly: boolean;
  /** Everybody in it may set the topic. */
  readonly hasOpenTopic: boolean;
  /** Who is not in it may speak there, too. */
  readonly isOpenToAll: boolean;
}

/** A name that is kept out of a room for good. */
export interface NameBan {
  /** As it was given. */
  readonly name: string;
  /** Keys of the name, by the tables of the server where it was given; default: by ours. */
  readonly keys?: NameKeys;
  /** Who placed it. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What holds in a room beside its key. */
export interface StoredModes {
  /** What is on. */
  readonly flags: RoomFlags;
  /** Names that are kept out, the oldest ban first. */
  readonly bans: readonly NameBan[];
}

/** What everybody has to give who joins a private room. */
export interface RoomKey {
  /** The key itself is not kept. */
  readonly hash: string;
  /** Counts the changes of the key: 1, 2, 3 …. */
  readonly version: number;
}

/** A room that is kept, without its events. */
export interface StoredRoom {
  /** Its number. */
  readonly id: number;
  /** Folded, without `#`. */
  readonly name: string;
  /** What the name looks like, by the tables of the server that made it; default: by ours. */
  readonly skeleton?: string;
  /** Identifies its log. */
  readonly log: string;
  /** The text of the newest `topic` event that has one, who set it, and when; null: none. */
  readonly topic: { readonly text: string; readonly name: string; readonly at: string } | null;
  /** Null: everybody may join. */
  readonly key: RoomKey | null;
  /** Hash of the session that keeps the room; null: none does. */
  readonly keeper: string | null;
  /** It is in no list. */
  readonly unlisted: boolean;
  /** What holds in it beside its key; null: nothing. */
  readonly modes: StoredModes | null;
  /**
   * When something was last said, in milliseconds since 1970; null: nothing is known of. A message
   * that erases others says nothing.
   */
  readonly lastMessageAtMs: number | null;
}

/** The lobby as it begins. */
export function newLobby(log: string): StoredRoom {
  return {
    id: LOBBY_ID,
    name: LOBBY,
    log,
    topic: null,
    key: null,
    keeper: null,
    unlisted: false,
    modes: null,
    lastMessageAtMs: null,
  };
}

/**
 * Under which the id of a direct message stands among the ids of messages: it is none of theirs.
 */
export function directKey(id: string): string {
  return `direct ${id}`;
}

/** Sessions and ids that are remembered in all, so that nobody can fill the memory. */
export interface SessionBounds {
  /**
   * Beyond so many sessions, those go that have no ids and are not here, the longest gone first.
   */
  readonly sessions: number;
  /**
   * Ids of all sessions. Beyond it the oldest go, whosever they are: others can make somebody's id
   * forgotten by using as many, but not by coming and going.
   */
  readonly ids: number;
}

/** An id that a session has used. */
export interface StoredId {
  /** Of a message, or the {@linkcode directKey} of a direct message. */
  readonly id: string;
  /** Number of the room in which it was used, which may be gone; 0 for a direct message. */
  readonly room: number;
  /** `seq` of its event; 0: a direct message; {@linkcode WAITING_DIRECT}: one that waits. */
  readonly outcome: number;
  /** When: milliseconds since 1970. */
  readonly atMs: number;
}

/** Outcome of the id of a direct message that waits, or has waited, for its recipient. */
export const WAITING_DIRECT: number = -3;

/** A direct message that waits for a session. */
export interface WaitingDirect {
  /** Numbers those that have ever waited for that session: 1, 2, 3 …. */
  readonly n: number;
  /** When it was said: milliseconds since 1970. */
  readonly atMs: number;
  /** Who said it, by the name at that time. */
  readonly from: string;
  /** To whom, by the name at that time. */
  readonly to: string;
  /** What was said. */
  readonly text: string;
  /** The id that the sender chose. */
  readonly id?: string;
  /** See `DirectMessage.notice`. */
  readonly notice?: true;
}

/** The direct messages of one session that wait. */
export interface Mailbox {
  /** Number of the last one that has ever waited. */
  readonly last: number;
  /** Those that it has not been given for certain, rising by their numbers. */
  readonly messages: readonly WaitingDirect[];
}

/** What is remembered of a session. */
export interface StoredSession {
  /** Hash of its secret. */
  readonly hash: string;
  /** Its newest name. */
  readonly name: string;
  /** When it was last heard of: milliseconds since 1970. */
  readonly seenMs: number;
  /** Its newest ids, at most {@linkcode SESSION_IDS}, oldest first. */
  readonly ids: readonly StoredId[];
  /** It left without saying so, under its newest name. */
  readonly isGone?: true;
  /** What waits for it; absent: nothing ever has. */
  readonly mailbox?: Mailbox;
}

/** Somebody who had come and not left when the store was last written. */
export interface Present {
  /** The newest name. */
  readonly name: string;
  /** Hash of the session, where there is one. */
  readonly session: string | null;
  /** Numbers of the rooms, rising; 1 or more. */
  readonly rooms: readonly number[];
}

/** Somebody or somewhere that is banned. */
export interface Ban {
  /** What is banned, in the form in which it is looked up. */
  readonly key: string;
  /** The name or address, as the operator sees it. */
  readonly shown: string;
  /** What a name looks like, by the tables of the server where it was given; default: by ours. */
  readonly skeleton?: string;
  /** Which operator did it. */
  readonly by: string;
  /** Why; may be empty. */
  readonly reason: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Until when, in milliseconds since 1970; null: for good. */
  readonly untilMs: number | null;
}

/** Acts of each {@linkcode Actor} that are kept; the oldest go: years of them, some 1 MB. */
export const MAX_ACTS = 10_000;

/** By what right somebody acts. Anybody may keep a room, so those push out no operators' acts. */
export type Actor = "operator" | "keeper";

/** Something that an operator or a keeper has done. */
export interface Act {
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Who, by the name that they had. */
  readonly by: string;
  /** What: one word or some, as in the log. */
  readonly act: string;
  /** To whom or what; may be empty. */
  readonly target: string;
  /** What else is to be known; may be empty. */
  readonly details: string;
}

/** Some acts, newest first. */
export interface ActPage {
  /** The acts. */
  readonly acts: readonly Act[];
  /** There are older ones. */
  readonly more: boolean;
}

/**
 * What operators and keepers have done at this server: of each of them the newest
 * {@linkcode MAX_ACTS}.
 */
export interface AuditStore {
  /** Keeps one. @throws {StoreUnavailable} When it cannot be kept. */
  add(act: Act, actor: Actor): void;
  /**
   * A page, newest first.
   *
   * @param skip So many newer ones are left out.
   * @param limit At most so many.
   * @throws {StoreUnavailable} When it cannot be read.
   */
  page(skip: number, limit: number): ActPage;
}

/** Thrown when the store cannot keep events now. Nothing of the call has been kept. */
export class StoreUnavailable extends Error {
  /** Says so by its name in logs. */
  override name = "StoreUnavailable";
}

/**
 * Looks for messages, a bounded piece of work (1 or 2 ms) a call: gives each that was found, and
 * undefined after a piece without one, where others may have their turn.
 */
export type Matches = Generator<LogEvent | undefined, void, void>;

/** The past of one room. Once the room is gone it may be empty. */
export interface RoomStore {
  /** The room's number. */
  readonly id: number;
  /** Identifies the log in which `seq` counts: made with it, kept with it. */
  readonly logId: string;
  /** `seq` of the newest event, 0 when there is none. */
  readonly lastSeq: number;
  /** Not everything ever said is kept: searches and histories see the newest window only. */
  readonly windowOnly: boolean;
  /**
   * The newest event before a `seq`; undefined: there is none.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   */
  newestBefore(before: number): LogEvent | undefined;
  /**
   * The newest events without a hole between them, rising by `seq`: what a log begins with. It
   * reaches back to as many messages as were asked for, however many comings and goings lie
   * between, or to the oldest of them within the other bounds.
   */
  tail(bounds: TailBounds): LogEvent[];
  /**
   * Where the newest messages are, rising by `seq`.
   *
   * @param limit At most this many.
   */
  places(limit: number): Place[];
  /**
   * The newest events before a `seq`, rising by `seq`, in steps. A `seq` may be
   * missing where the store has dropped comings and goings.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the newest to the oldest; default: all fit.
   */
  page(before: number, limit: number, fits?: Fits): Lookup<Page>;
  /**
   * The newest messages before a `seq` with the comings and goings that lie after the oldest of
   * them, rising by `seq`, in steps. The oldest comings and goings are left out first.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param bounds How many.
   * @param fits Asked from the newest to the oldest; default: all fit.
   * @returns `more` also when it has looked through ten million events and found something.
   */
  talk(before: number, bounds: TalkBounds, fits?: Fits): Lookup<Page>;
  /**
   * The oldest events after a `seq`, rising by `seq`, in steps.
   *
   * @param after Only events with a greater `seq`; 0 for the oldest.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the oldest to the newest; default: all fit.
   */
  pageAfter(after: number, limit: number, fits?: Fits): Lookup<Page>;
  /**
   * The messages that hold all words, the newest first. `searchAll()` in `search.ts` makes a page
   * of them, of one room or of several.
   *
   * @param words From `wordsOf()`, 1 or more.
   */
  matches(words: readonly string[]): Matches;
}

/** Keeps the events of all rooms. */
export interface Store {
  /** What operators and keepers have done. */
  readonly audit: AuditStore;
  /** The rooms to begin with, the lobby first. Each has a {@linkcode RoomStore}. */
  rooms(): StoredRoom[];
  /**
   * The past of a room. The same object each time.
   *
   * @param id Of a room that was made and is not gone.
   */
  room(id: number): RoomStore;
  /**
   * A number for a room that is to be made: given to nobody else, and none of which anything is
   * stored. Whether the room is then made or not, the number is not given again soon.
   */
  newRoomId(): number;
  /**
   * Keeps the entries of all rooms, all or none, as the next events of their rooms: `lastSeq + 1`,
   * `lastSeq + 2`, ….
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds: their common time.
   * @param notes What is to be kept with them; default: nothing.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed.
   */
  append(entries: readonly Entry[], at: string, notes?: readonly Note[]): LogEvent[];
  /**
   * Finds out whether something can be kept now, by a commit that changes nothing.
   *
   * @throws {StoreUnavailable} When it cannot.
   */
  tryWriting(): void;
  /**
   * The sessions that were heard of since a time, and those of who is present, for the server to
   * begin with. To be read to the end before anything else is asked for.
   *
   * @param sinceMs Milliseconds since 1970; older ids are not given either.
   * @param bounds Of what is given; those who are present, and equally old ids, may be more.
   */
  sessions(sinceMs: number, bounds: SessionBounds): Iterable<StoredSession>;
  /**
   * Who was in which rooms when the store was last written, for the server to begin with. Who was
   * in none is not known.
   */
  present(): Present[];
  /** The bans that were kept, oldest first; some may be over. @throws {StoreUnavailable} */
  bans(): Ban[];
  /** Gives back files and memory. Nothing may be called after it. */
  close(): void;
}
