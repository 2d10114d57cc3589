/**
 * Keeps the newest events of all rooms in memory, for a server without `--db`: nothing survives a
 * restart, and searches and histories see this window only.
 *
 * @module
 */

import { ERASED, type LogEvent } from "../protocol/messages.ts";
import { EventRing } from "./event_ring.ts";
import { erasedOf, eventOf, messageOf, newLogId } from "./events.ts";
import { MemoryAudit } from "./memory_audit.ts";
import { MemoryRoom, type RoomWindow } from "./memory_room.ts";
import { nextRoomId } from "./room_ids.ts";
import { LOBBY_ID, newLobby } from "./store.ts";
import type { Ban, Entry, Note, Present, Store, StoredRoom } from "./store.ts";
import type { RoomStore } from "./room_store.ts";
import type { StoredSession } from "./stored_sessions.ts";
import type { AuditOptions, AuditStore } from "./audit.ts";

/** Messages in a room's window: as many as a newcomer may ask for. */
export const MAX_WINDOW_MESSAGES = 10_000;

/**
 * Comings, goings and renames in a room's window, bounded apart: however many come and go, they
 * push out no message. As many as a log of 4 MiB holds of them, at 84 bytes each, so that a
 * dialect's log that is made late reaches back as far as one that was always there; about 6 MB.
 */
export const MAX_WINDOW_MOVES = 50_000;

/**
 * What the events of all rooms may take, in bytes. The 10,000 messages of a room alone all fit when
 * their texts have 1,200 characters.
 */
export const MAX_WINDOWS_BYTES = 32 * 1024 * 1024;

/**
 * So much less than the bound is kept after something had to go, so that the largest room is not
 * looked for at each message.
 */
const SLACK = 1 / 256;

/** About so many bytes of memory an event takes, without its text (measured: 84 to 120). */
const EVENT_BYTES = 128;

/** How large the windows are; all default to the constants of this file. */
export interface MemoryStoreOptions extends AuditOptions {
  /** Messages in a room's window, 1 or more. */
  readonly maxMessages?: number;
  /** Comings, goings, renames and topics in it, 1 or more. */
  readonly maxMoves?: number;
  /**
   * Bytes of the events of all rooms; default {@linkcode MAX_WINDOWS_BYTES}. The newest message of
   * each room stays, whatever its size.
   */
  readonly maxBytes?: number;
  /** Identifies the log of the lobby; default: a new one. */
  readonly lobbyLog?: string;
  /** A monotonic clock in milliseconds, for the steps of lookups; default `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** What is kept of a room, and what that takes. */
class Window implements RoomWindow {
  readonly messages: EventRing;
  readonly moves: EventRing;
  lastSeq: number;
  /** Reads it. */
  readonly room: MemoryRoom;

  constructor(
    id: number,
    logId: string,
    { maxMessages = MAX_WINDOW_MESSAGES, maxMoves = MAX_WINDOW_MOVES, now }: MemoryStoreOptions,
    after = 0,
  ) {
    this.lastSeq = after;
    this.messages = new EventRing(maxMessages);
    this.moves = new EventRing(maxMoves);
    this.room = new MemoryRoom(id, logId, this, now);
  }

  /** About, when texts are not of ASCII alone. */
  get bytes(): number {
    return this.messages.bytes + this.moves.bytes;
  }

  /**
   * Keeps an event, whose `seq` is the next. The oldest of its kind may have to go.
   *
   * @returns How many bytes more it takes now.
   */
  keep(event: LogEvent): number {
    const { bytes } = this;
    this.lastSeq = event.seq;
    if (event.type === "message") {
      this.messages.push(event, bytesOf(event.text));
      if (event.erases !== undefined) { for (const seq of event.erases) this.#erase(seq); }
    } else this.moves.push(event, bytesOf("text" in event ? event.text : undefined));
    return this.bytes - bytes;
  }

  /**
   * Lets the oldest events go, of the kind that takes more: however many come and go, they push out
   * few messages. The newest message stays, whatever its size.
   *
   * @param bytes About so many.
   */
  drop(bytes: number): void {
    const goal = this.bytes - bytes;
    while (this.bytes > goal) {
      if (this.moves.bytes > this.messages.bytes) this.moves.dropOldest();
      else if (this.messages.size > 1) this.messages.dropOldest();
      else return;
    }
  }

  #erase(seq: number): void {
    const event = this.messages.at(this.messages.countBefore(seq));
    if (event?.type !== "message" || event.seq !== seq) return;
    this.messages.replace(erasedOf(event), bytesOf(ERASED));
  }

  clear(): void {
    this.messages.clear();
    this.moves.clear();
  }
}

/** A window for each room. */
export class MemoryStore implements Store {
  /** See {@linkcode Store.audit}. */
  readonly audit: AuditStore;
  readonly #options: MemoryStoreOptions;
  readonly #maxBytes: number;
  readonly #windows = new Map<number, Window>();
  #newestId = LOBBY_ID;
  #bytes = 0;

  /** The lobby alone, and empty. */
  constructor(options: MemoryStoreOptions = {}) {
    this.#options = options;
    this.audit = new MemoryAudit(options);
    this.#maxBytes = options.maxBytes ?? MAX_WINDOWS_BYTES;
    this.#make({ id: LOBBY_ID, log: options.lobbyLog ?? newLogId() });
    makeShortLived();
  }

  /** A memory begins with the lobby. */
  rooms(): StoredRoom[] {
    return [newLobby(this.room(LOBBY_ID).logId)];
  }

  /** See {@linkcode Store.room}. */
  room(id: number): RoomStore {
    return this.#window(id).room;
  }

  /** See {@linkcode Store.newRoomId}. */
  newRoomId(): number {
    this.#newestId = nextRoomId(this.#newestId, (id) => this.#windows.has(id));
    return this.#newestId;
  }

  /** See {@linkcode Store.newestRoomId}. */
  get newestRoomId(): number {
    return this.#newestId;
  }

  /**
   * Keeps the entries; never fails.
   *
   * @param entries What happened, oldest first. Their sessions are not kept.
   * @param at ISO 8601 in UTC with milliseconds.
   * @param notes Which rooms are made and gone. Others are not kept.
   * @returns The events, in the same order.
   */
  append(entries: readonly Entry[], at: string, notes: readonly Note[] = []): LogEvent[] {
    for (const note of notes) if (note.type === "room") this.#make(note);
    let window = this.#window(LOBBY_ID);
    const events = entries.map(({ room: id, draft }) => {
      // Nearly always the same as the one before.
      if (id !== window.room.id) window = this.#window(id);
      const event = eventOf(draft, window.lastSeq + 1, at);
      this.#bytes += window.keep(event);
      return event;
    });
    for (const note of notes) if (note.type === "room-gone") this.#remove(note.id);
    if (this.#bytes > this.#maxBytes) this.#trim();
    return events;
  }

  /** It always can be. */
  tryWriting(): void {}

  /** Nothing: no session survives a restart here. */
  sessions(): StoredSession[] {
    return [];
  }

  /** Nobody: a memory begins with its rooms. */
  present(): Present[] {
    return [];
  }

  /** None: bans live as long as the server, which knows them. */
  bans(): Ban[] {
    return [];
  }

  /** Forgets the windows. */
  close(): void {
    for (const window of this.#windows.values()) window.clear();
    this.#bytes = 0;
  }

  #window(id: number): Window {
    const window = this.#windows.get(id);
    if (window === undefined) throw new Error(`there is no room ${id}`);
    return window;
  }

  #make({ id, log, after }: { id: number; log: string; after?: number }): void {
    this.#windows.set(id, new Window(id, log, this.#options, after));
  }

  #remove(id: number): void {
    const window = this.#window(id);
    this.#bytes -= window.bytes;
    window.clear();
    this.#windows.delete(id);
  }

  /** All have the same share, so the largest room is the furthest over it: its oldest go first. */
  #trim(): void {
    const goal = this.#maxBytes - Math.floor(this.#maxBytes * SLACK);
    while (this.#bytes > goal) {
      let largest = this.#window(LOBBY_ID);
      for (const window of this.#windows.values()) {
        if (window.bytes > largest.bytes) largest = window;
      }
      const before = largest.bytes;
      largest.drop(Math.min(this.#bytes - goal, Math.max(1, this.#maxBytes * SLACK)));
      if (largest.bytes === before) return;
      this.#bytes += largest.bytes - before;
    }
  }
}

/**
 * Makes messages that nobody keeps, so that V8 sees how they die.
 *
 * It counts which of the objects that a place in the code makes are alive at the first collections,
 * from 100 on, and where nearly all are, that place makes all later ones in the old space. A room's
 * first messages are alive, but those that follow push each other out: in the old space each of
 * them stays until the next full collection, with its text (seen in 3 of 5 floods: 2.6 MB instead
 * of 0.25 left by each small collection, and a tenth more time).
 */
function makeShortLived(): void {
  for (let seq = 0; seq < 1_000; seq++) {
    messageOf(seq, "", "", "", undefined, undefined);
    messageOf(seq, "", "", "", "", undefined);
  }
}

function bytesOf(text: string | undefined): number {
  return EVENT_BYTES + 2 * (text?.length ?? 0);
}
