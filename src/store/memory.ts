/**
 * Keeps the newest events of all rooms in memory, for a server without `--db`: nothing survives a
 * restart, and searches and histories see this window only.
 *
 * @module
 */

import { LOBBY, type LogEvent } from "../protocol/messages.ts";
import { eventOf, newLogId } from "./events.ts";
import { MemoryRoom, type MemoryRoomOptions } from "./memory_room.ts";
import { LOBBY_ID } from "./store.ts";
import type {
  Ban,
  Entry,
  Note,
  Present,
  RoomStore,
  Store,
  StoredRoom,
  StoredSession,
} from "./store.ts";

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

/** How large the windows are; all default to the constants of this file. */
export interface MemoryStoreOptions extends Partial<MemoryRoomOptions> {
  /**
   * Bytes of the events of all rooms; default {@linkcode MAX_WINDOWS_BYTES}. The newest message of
   * each room stays, whatever its size.
   */
  readonly maxBytes?: number;
  /** Identifies the log of the lobby; default: a new one. */
  readonly lobbyLog?: string;
}

/** A window for each room. */
export class MemoryStore implements Store {
  readonly #options: Omit<MemoryRoomOptions, "after">;
  readonly #maxBytes: number;
  readonly #rooms = new Map<number, MemoryRoom>();
  #newestId = LOBBY_ID;
  #bytes = 0;

  /** The lobby alone, and empty. */
  constructor(
    {
      maxMessages = MAX_WINDOW_MESSAGES,
      maxMoves = MAX_WINDOW_MOVES,
      maxBytes = MAX_WINDOWS_BYTES,
      lobbyLog = newLogId(),
      now,
    }: MemoryStoreOptions = {},
  ) {
    this.#options = { maxMessages, maxMoves, now };
    this.#maxBytes = maxBytes;
    this.#make({ id: LOBBY_ID, log: lobbyLog });
  }

  /** A memory begins with the lobby. */
  rooms(): StoredRoom[] {
    return [{
      id: LOBBY_ID,
      name: LOBBY,
      log: this.room(LOBBY_ID).logId,
      topic: null,
      key: null,
      keeper: null,
      unlisted: false,
      modes: null,
      lastMessageAtMs: null,
    }];
  }

  /** See {@linkcode Store.room}. */
  room(id: number): RoomStore {
    return this.#room(id);
  }

  /** See {@linkcode Store.newRoomId}. */
  newRoomId(): number {
    return ++this.#newestId;
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
      const room = this.#room(id);
      const event = eventOf(draft, room.lastSeq + 1, at);
      const before = room.bytes;
      room.keep(event);
      this.#bytes += room.bytes - before;
      events.push(event);
    }
    for (const note of notes) if (note.type === "room-gone") this.#remove(note.id);
    if (this.#bytes > this.#maxBytes) this.#trim();
    return events;
  }

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
    for (const room of this.#rooms.values()) room.clear();
    this.#bytes = 0;
  }

  #room(id: number): MemoryRoom {
    const room = this.#rooms.get(id);
    if (room === undefined) throw new Error(`there is no room ${id}`);
    return room;
  }

  #make({ id, log, after = 0 }: { id: number; log: string; after?: number }): void {
    this.#rooms.set(id, new MemoryRoom(id, log, { ...this.#options, after }));
  }

  #remove(id: number): void {
    const room = this.#room(id);
    this.#bytes -= room.bytes;
    room.clear();
    this.#rooms.delete(id);
  }

  /** All have the same share, so the largest room is the furthest over it: its oldest go first. */
  #trim(): void {
    const goal = this.#maxBytes - Math.floor(this.#maxBytes * SLACK);
    while (this.#bytes > goal) {
      let largest = this.#room(LOBBY_ID);
      for (const room of this.#rooms.values()) if (room.bytes > largest.bytes) largest = room;
      const before = largest.bytes;
      largest.drop(Math.min(this.#bytes - goal, Math.max(1, this.#maxBytes * SLACK)));
      if (largest.bytes === before) return;
      this.#bytes += largest.bytes - before;
    }
  }
}
