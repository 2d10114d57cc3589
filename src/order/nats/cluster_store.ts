/**
 * The store of one of several servers. What people share comes from the stream, so this gives none
 * of it to begin with; and it gives the numbers of rooms, which are the same on all servers.
 *
 * A database is filled by the order, too. When the server starts, the stream gives again what the
 * database has already: that is numbered as it was, and not stored twice.
 *
 * @module
 */

import type { LogEvent } from "../../protocol/messages.ts";
import { EventRing } from "../../store/event_ring.ts";
import { MemoryRoom } from "../../store/memory_room.ts";
import { eventOf } from "../../store/events.ts";
import {
  type Ban,
  type Entry,
  LOBBY_ID,
  newLobby,
  type Note,
  type Present,
  type RoomIdOptions,
  type Store,
  type StoredRoom,
} from "../../store/store.ts";
import { isNoLaterId, nextRoomId } from "../../store/room_ids.ts";
import type { RoomStore } from "../../store/room_store.ts";
import type { StoredSession } from "../../store/stored_sessions.ts";
import type { AuditStore } from "../../store/audit.ts";
import type { SavedState } from "./checkpoint.ts";

/** The store of a server of a cluster. */
export class ClusterStore implements Store {
  readonly #store: Store;
  #saved: SavedState | null = null;
  /** `seq` of the newest event of each room that the store had at first. */
  readonly #kept = new Map<number, number>();
  /** Rooms with numbers up to this that the store did not have at first are gone. */
  readonly newestKept: number;
  /** `seq` of the newest event of each room, while the stream gives what is kept already. */
  readonly #seqs = new Map<number, number>();
  #newestId = LOBBY_ID;
  /** The same when the newest batch was stored. */
  #committedId = LOBBY_ID;
  /** Numbers of the rooms that there were then: the same on all servers. */
  readonly #used = new Set<number>([LOBBY_ID]);
  /** What comes now is new. */
  #isNew = false;

  /**
   * Wraps a store.
   *
   * @param store Memory, or a database whose lobby has the log of the stream.
   */
  constructor(store: Store) {
    this.#store = store;
    for (const { id } of store.rooms()) this.#kept.set(id, store.room(id).lastSeq);
    this.newestKept = store.newestRoomId;
  }

  /**
   * Begins at a saved state, and not at the stream's first message. To be called at once, if at
   * all.
   *
   * @returns False: it cannot, since the database lacks something of what was before.
   */
  begin(saved: SavedState): boolean {
    const store = this.#store;
    const isWindow = store.room(LOBBY_ID).windowOnly;
    const fits = saved.rooms.every(({ id, nextSeq }) =>
      this.#kept.has(id) ? this.#kept.get(id)! >= nextSeq - 1 : this.#isPast(id)
    );
    if (!isWindow && !fits) return false;
    this.#saved = saved;
    this.#newestId = this.#committedId = saved.newestRoomId;
    for (const { id, nextSeq } of saved.rooms) {
      this.#seqs.set(id, nextSeq - 1);
      this.#used.add(id);
    }
    if (!isWindow) return true;
    const notes = saved.rooms.map(({ id, name, log, nextSeq }) => (
      { type: "room", id, name, log, after: nextSeq - 1 } as const
    ));
    store.append([], "", notes);
    this.#isNew = true;
    return true;
  }

  /** See {@linkcode Store.audit}: that of this server alone. */
  get audit(): AuditStore {
    return this.#store.audit;
  }

  /** The newest number of a room. */
  get newestRoomId(): number {
    return this.#committedId;
  }

  /** The store has events that the stream has not given: it belongs to another one. */
  get isAhead(): boolean {
    if (this.#isNew) return false;
    return [...this.#kept].some(([id, seq]) => seq > (this.#seqs.get(id) ?? 0));
  }

  /** The rooms of the saved state; without one the lobby alone. */
  rooms(): StoredRoom[] {
    if (this.#saved !== null) return [...this.#saved.rooms];
    return [newLobby(this.#store.room(LOBBY_ID).logId)];
  }

  /** See {@linkcode Store.room}. A room that the store has no more has no past. */
  room(id: number): RoomStore {
    if (this.#isNew || !this.#isGone(id)) return this.#store.room(id);
    const none = new EventRing(1);
    return new MemoryRoom(id, "", { messages: none, moves: none, lastSeq: 0 });
  }

  /** See {@linkcode Store.newRoomId}: what was given for a batch that is undone is given again. */
  newRoomId({ usesAgain = true }: RoomIdOptions = {}): number {
    this.#newestId = usesAgain
      ? nextRoomId(this.#newestId, (id) => this.#used.has(id))
      : this.#newestId + 1;
    return this.#newestId;
  }

  /** See {@linkcode Store.append}. */
  append(entries: readonly Entry[], at: string, notes: readonly Note[] = []): LogEvent[] {
    try {
      const events = this.#isNew ? null : this.#again(entries, at);
      // Whether notes without events are kept nobody can tell: they are kept again, and so are all
      // others, or the last of these would be older than what was kept.
      const added = this.#store.append(events === null ? entries : [], at, this.#toKeep(notes));
      const stored = events ?? added;
      this.#committedId = this.#newestId;
      for (const note of notes) {
        if (note.type === "room") this.#used.add(note.id);
        else if (note.type === "room-gone") this.#used.delete(note.id);
      }
      return stored;
    } catch (error) {
      this.#newestId = this.#committedId;
      throw error;
    }
  }

  /** The events that the store has already; null: it has not, so all that follows is new. */
  #again(entries: readonly Entry[], at: string): LogEvent[] | null {
    const seqs = new Map<number, number>();
    const events: LogEvent[] = [];
    for (const { room, draft } of entries) {
      const seq = (seqs.get(room) ?? this.#seqs.get(room) ?? 0) + 1;
      if (!this.#isGone(room) && seq > (this.#kept.get(room) ?? 0)) {
        this.#isNew = true;
        return null;
      }
      seqs.set(room, seq);
      events.push(eventOf(draft, seq, at));
    }
    for (const [room, seq] of seqs) this.#seqs.set(room, seq);
    return events;
  }

  /** Notes without those that are about rooms that are made, or gone, already. */
  #toKeep(notes: readonly Note[]): readonly Note[] {
    if (this.#isNew) return notes;
    return notes.filter((note) => {
      if (note.type === "room") return !this.#isPast(note.id);
      return !("id" in note) || typeof note.id !== "number" || !this.#isGone(note.id);
    });
  }

  #isGone(id: number): boolean {
    return this.#isPast(id) && !this.#kept.has(id);
  }

  /** A room was made before the store was opened, or never. */
  #isPast(id: number): boolean {
    return isNoLaterId(id, this.newestKept);
  }

  /** See {@linkcode Store.tryWriting}. */
  tryWriting(): void {
    this.#store.tryWriting();
  }

  /** Those of the saved state. */
  sessions(): readonly StoredSession[] {
    return this.#saved?.sessions ?? [];
  }

  /** Nobody: `restoreState` knows more. */
  present(): Present[] {
    return [];
  }

  /** Those of the saved state. */
  bans(): Ban[] {
    return [...this.#saved?.bans ?? []];
  }

  /** See {@linkcode Store.close}. */
  close(): void {
    this.#store.close();
  }
}
