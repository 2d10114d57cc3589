/**
 * The rooms that there are, under names that no other room can pass for. Changed by the reducer
 * alone.
 *
 * @module
 */

import { forgetOldest } from "../forget_oldest.ts";
import { LOBBY } from "../protocol/messages.ts";
import { nameKeys } from "../protocol/look_alikes.ts";
import { roomName } from "../protocol/names.ts";
import type { RoomIdOptions, Store, StoredRoom } from "../store/store.ts";
import { Room } from "./room.ts";
import type { LogsOptions } from "./room_logs.ts";

/**
 * So many rooms that are gone are known by name: what was said in one of them may be sent again. 1
 * MB with the longest names. As many are known to have gone because nothing was said in them.
 */
const MAX_GONE = 10_000;

/** Settings of the rooms. */
export interface RoomsOptions extends LogsOptions {
  /**
   * Names of rooms that are there also when they are empty, folded; the lobby is one in any case.
   */
  readonly permanent?: readonly string[];
  /** How many there may be, the lobby included; default: as many as are made. */
  readonly maxRooms?: number;
}

/** All rooms of a server. */
export class Rooms {
  /** The room that is always there. */
  readonly lobby: Room;
  /** How many there may be. */
  maxRooms: number;
  readonly #store: Store;
  readonly #options: RoomsOptions;
  readonly #permanent: ReadonlySet<string>;
  readonly #byName = new Map<string, Room>();
  readonly #byId = new Map<number, Room>();
  readonly #byLog = new Map<string, Room>();
  readonly #bySkeleton = new Map<string, Room>();
  /** Names of rooms that are there no more, by their numbers, the oldest first. */
  readonly #goneNames = new Map<number, string>();
  /** Logs of rooms that went because nothing was said in them, the oldest first. */
  #vanished = new Set<string>();
  /** Which was made before which. */
  readonly #ages = new WeakMap<Room, number>();
  #newestAge = 0;

  /**
   * Those that the store has kept, nobody in them.
   *
   * @param store Owned by the caller, who closes it after the last use of the rooms.
   * @param kept What it has kept: `store.rooms()`.
   */
  constructor(store: Store, kept: Iterable<StoredRoom>, options: RoomsOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.maxRooms = options.maxRooms ?? Infinity;
    this.#permanent = new Set([LOBBY, ...options.permanent ?? []]);
    for (const stored of kept) {
      const isPermanent = this.#permanent.has(stored.name);
      this.add(new Room(store, stored, { ...options, isPermanent }));
    }
    this.lobby = this.#byName.get(LOBBY)!;
  }

  /** How many there are. */
  get size(): number {
    return this.#byName.size;
  }

  /** All, in the order in which they were made, the lobby first. */
  all(): Iterable<Room> {
    return this.#byName.values();
  }

  /** The room of a name, folded and without `#`. */
  get(name: string): Room | undefined {
    return this.#byName.get(name);
  }

  /** Whether a room is there still: it is not from when its deletion is reduced. */
  has(room: Room): boolean {
    return this.#byId.get(room.id) === room;
  }

  /** The room of a name in any case, with or without `#`; undefined: there is none. */
  find(raw: string): Room | undefined {
    // Nearly always: a program names a room as it was told its name.
    const known = this.#byName.get(raw);
    if (known !== undefined) return known;
    const parsed = roomName(raw);
    return "name" in parsed ? this.#byName.get(parsed.name) : undefined;
  }

  /** The room of a number of the store. */
  byId(id: number): Room | undefined {
    return this.#byId.get(id);
  }

  /** The room that has a log. */
  byLog(log: string): Room | undefined {
    return this.#byLog.get(log);
  }

  /**
   * The name of the room of a number, also of one that is gone; undefined: that is not known any
   * more.
   */
  nameOf(id: number): string | undefined {
    return this.#byId.get(id)?.name ?? this.#goneNames.get(id);
  }

  /**
   * The room that a name could be taken for; undefined: none, or the room that has this very name.
   *
   * @param skeleton Of the name: see `NameKeys`.
   */
  lookAlike(name: string, skeleton: string = nameKeys(name).skeleton): Room | undefined {
    const room = this.#bySkeleton.get(skeleton);
    return room?.name === name ? undefined : room;
  }

  /**
   * A room that is not there yet; {@linkcode add} makes it be there.
   *
   * @param name Folded; no room has it, or one that could be taken for it.
   * @param log Identifies its log.
   * @param options.skeleton Of the name: see `NameKeys`.
   */
  create(
    name: string,
    log: string,
    { skeleton = nameKeys(name).skeleton, ...how }:
      & { readonly skeleton?: string | undefined }
      & RoomIdOptions = {},
  ): Room {
    const isPermanent = this.#permanent.has(name);
    const id = this.#store.newRoomId(how);
    const beginning = { id, name, log, skeleton };
    return new Room(this.#store, beginning, { ...this.#options, isPermanent, isNew: true });
  }

  /**
   * Whether the room of a log went because nothing was said in it: whoever was in may make it
   * again.
   */
  hasVanished(log: string): boolean {
    return this.#vanished.has(log);
  }

  /** A room that was deleted went because nothing was said in it. @returns What undoes that. */
  noteVanished({ logId }: Room): () => void {
    this.#vanished.add(logId);
    return () => this.#vanished.delete(logId);
  }

  /** What is known of rooms that are gone, to be saved: their names, and logs that vanished. */
  savedGone(): { readonly names: [number, string][]; readonly vanished: string[] } {
    return { names: [...this.#goneNames], vanished: [...this.#vanished] };
  }

  /** Begins with what was saved of rooms that are gone. */
  restoreGone({ names, vanished }: ReturnType<Rooms["savedGone"]>): void {
    for (const [id, name] of names) this.#goneNames.set(id, name);
    for (const log of vanished) this.#vanished.add(log);
  }

  /**
   * A room is there from now on.
   *
   * @returns What undoes that: nothing is left of it then, and what is remembered is in its order,
   * as on servers that have undone nothing.
   */
  add(room: Room): () => void {
    const before = this.#vanished.has(room.logId) ? new Set(this.#vanished) : null;
    this.#vanished.delete(room.logId);
    this.#ages.set(room, ++this.#newestAge);
    this.#index(room);
    return () => {
      this.#unindex(room);
      if (before !== null) this.#vanished = before;
    };
  }

  #index(room: Room): void {
    this.#byName.set(room.name, room);
    this.#byId.set(room.id, room);
    this.#byLog.set(room.logId, room);
    this.#bySkeleton.set(room.skeleton, room);
  }

  /** A room is there no more. @returns What undoes that, as with {@linkcode add}. */
  delete(room: Room): () => void {
    const { id, name } = room;
    const before = this.#goneNames.get(id);
    this.#goneNames.set(id, name);
    this.#unindex(room);
    return () => {
      if (before === undefined) this.#goneNames.delete(id);
      else this.#goneNames.set(id, before);
      this.#index(room);
      const age = (one: Room) => this.#ages.get(one) ?? 0;
      const all = [...this.#byName.values()].sort((a, b) => age(a) - age(b));
      this.#byName.clear();
      for (const one of all) this.#byName.set(one.name, one);
    };
  }

  /** Forgets the oldest of those that are gone. Nothing of before is undone any more. */
  trim(): void {
    forgetOldest(this.#goneNames, MAX_GONE);
    forgetOldest(this.#vanished, MAX_GONE);
  }

  #unindex(room: Room): void {
    this.#byName.delete(room.name);
    this.#byId.delete(room.id);
    this.#byLog.delete(room.logId);
    this.#bySkeleton.delete(room.skeleton);
  }
}
