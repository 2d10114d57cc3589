/**
 * Keeps the newest events of all rooms in memory, for a server without `--db`: nothing survives a
 * restart, and searches and histories see this window only.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import { EventRing } from "./event_ring.ts";
import { erasedOf, eventOf, newLogId } from "./events.ts";
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
  #messageBytes = 0;
  #moveBytes = 0;

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
    return this.#messageBytes + this.#moveBytes;
  }

  /**
   * Keeps an event, whose `seq` is the next. The oldest of its kind may have to go.
   *
   * @returns How many bytes more it takes now.
   */
  keep(event: LogEvent): number {
    this.lastSeq = event.seq;
    const isMessage = event.type === "message";
    let more = bytesOf(event) - bytesOf((isMessage ? this.messages : this.moves).push(event));
    if (isMessage) {
      if (event.erases !== undefined) { for (const seq of event.erases) more += this.#erase(seq); }
      this.#messageBytes += more;
    } else this.#moveBytes += more;
    return more;
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
      if (this.#moveBytes > this.#messageBytes) {
        this.#moveBytes -= bytesOf(this.moves.dropOldest());
      } else if (this.messages.size > 1) {
        this.#messageBytes -= bytesOf(this.messages.dropOldest());
      } else return;
    }
  }

  /** @returns How many bytes more it takes now: fewer. */
  #erase(seq: number): number {
    const event = this.messages.at(this.messages.countBefore(seq));
    if (event?.type !== "message" || event.seq !== seq) return 0;
    const erased = erasedOf(event);
    return bytesOf(erased) - bytesOf(this.messages.replace(erased));
  }

  clear(): void {
    this.messages.clear();
    this.moves.clear();
    this.#messageBytes = 0;
    this.#moveBytes = 0;
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
    const events: LogEvent[] = [];
    for (const { room: id, draft } of entries) {
      const window = this.#window(id);
      const event = eventOf(draft, window.lastSeq + 1, at);
      this.#bytes += window.keep(event);
      events.push(event);
    }
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

function bytesOf(event: LogEvent | undefined): number {
  if (event === undefined) return 0;
  return EVENT_BYTES + ("text" in event ? 2 * (event.text?.length ?? 0) : 0);
}
