/**
 * The rooms of one client, over all of its connections: in which ones it is or wishes to be, and
 * where it is in the log of each (`log_reader.ts`). A wish holds until the server answers it, over
 * as many connections as that takes.
 *
 * @module
 */

import { MAX_ROOMS_A_CLIENT } from "../../protocol/limits.ts";
import type {
  ErrorEvent,
  Hello,
  History,
  Joined,
  Lagged,
  Parted,
  RoomEvent,
  RoomWish,
} from "../../protocol/messages.ts";
import type { WantedRoom } from "./client_options.ts";
import type { Connection } from "./connection.ts";
import type { ClientEvent } from "./events.ts";
import { LogReader, type LogReaderOptions } from "./log_reader.ts";
import { Retries } from "./timers.ts";

/** Options of {@linkcode Rooms}. */
export interface RoomsOptions extends Omit<LogReaderOptions, "room" | "mayAsk" | "share"> {
  /** The rooms to begin with, at most 20. */
  readonly wanted: readonly WantedRoom[];
  /** A room that the server cannot let us into now is asked for again for so many milliseconds. */
  readonly giveUpAfterMs: number;
}

/** One room that it is in, or wishes to be in. */
interface Entry {
  readonly reader: LogReader;
  /** Its log, as a page knew it that was reloaded. */
  readonly log: string | undefined;
  key: string | undefined;
  /** It is in the room, over the present connection. */
  isIn: boolean;
  /** The server was asked for it over this connection, in the hello or since. */
  isNamed: boolean;
  /** It wishes to be in it no more. */
  isLeaving: boolean;
  /** It wishes to come again once it has left. */
  again?: WantedRoom;
  /** The server could not let it in yet: asked again a little later. */
  isPostponed: boolean;
}

/** The rooms of one client, in the order in which it came to them. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #retries: Retries;
  #connection: Connection | undefined;

  /** In none yet. */
  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#retries = new Retries(options.timers, options);
    for (const wanted of options.wanted) this.#add(wanted);
  }

  /** Those it has come into and not left; while the connection is lost, too. */
  get names(): string[] {
    return [...this.#entries].filter(([, { reader, isLeaving }]) => reader.known && !isLeaving)
      .map(([room]) => room);
  }

  /** How many it is in or wishes to be in. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether it is in a room, or wishes to be. */
  has(room: string): boolean {
    return this.#entries.has(room);
  }

  /** Whether the server has not answered yet a wish to be in this room. */
  isAsked(room: string): boolean {
    const entry = this.#entries.get(room);
    return entry !== undefined && !entry.isIn && !entry.isLeaving;
  }

  /** For a hello: the rooms to be in, and where it is in the log of each. */
  wishes(): NonNullable<Hello["rooms"]> {
    // Without a prototype: a room may be called like a part of it.
    const rooms: Record<string, RoomWish> = Object.create(null);
    for (const [room, entry] of this.#entries) {
      entry.isNamed = !entry.isLeaving;
      if (entry.isNamed) rooms[room] = wishOf(entry);
    }
    return rooms;
  }

  /**
   * The server has let the client in. The rooms of the hello follow; what was wished for since is
   * asked for now.
   */
  connected(connection: Connection, told: ClientEvent[]): void {
    this.#connection = connection;
    for (const [room, entry] of this.#entries) {
      if (!entry.isLeaving) {
        if (!entry.isNamed) this.#request(room, entry);
      } else if (entry.isNamed) connection.send({ type: "part", room });
      else this.#gone({ type: "parted", room, reason: "part" }, told);
    }
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#connection = undefined;
    this.#retries.cancel();
    for (const entry of this.#entries.values()) {
      entry.reader.disconnected();
      entry.isIn = entry.isNamed = entry.isPostponed = false;
      if (entry.again === undefined) continue;
      entry.isLeaving = false;
      delete entry.again;
    }
  }

  /** See `ChatClient.join`. The caller has seen that there is place for it. */
  join(wanted: WantedRoom): void {
    const { room, key } = wanted;
    const known = this.#entries.get(room);
    const isAsked = known?.isNamed === true && key === undefined;
    if (known !== undefined && !known.isLeaving && (known.isIn || isAsked)) return;
    if (known === undefined) this.#add(wanted);
    else if (known.isLeaving && known.isNamed) known.again = wanted;
    else {
      known.isLeaving = false;
      known.key = key ?? known.key;
    }
    const entry = this.#entries.get(room)!;
    this.#request(room, entry, key);
  }

  /** See `ChatClient.part`. */
  part(room: string): boolean {
    const entry = this.#entries.get(room);
    if (entry === undefined) return false;
    delete entry.again;
    const isUnknown = this.#connection === undefined && !entry.isNamed && !entry.reader.known;
    if (isUnknown) this.#entries.delete(room);
    entry.isLeaving = true;
    this.#connection?.send({ type: "part", room });
    return true;
  }

  /**
   * The server has let it into a room.
   *
   * @param told What the listener is to be told is added here.
   */
  joined(joined: Joined, told: ClientEvent[]): void {
    const { room } = joined;
    if (!this.#entries.has(room) && this.#entries.size < MAX_ROOMS_A_CLIENT) this.#add({ room });
    const entry = this.#entries.get(room);
    const connection = this.#connection;
    if (entry === undefined || connection === undefined) return;
    if (entry.isIn) {
      told.push({ type: "told", event: joined, past: false });
      return;
    }
    // It has asked to leave since, and that is answered next.
    if (entry.isLeaving) return;
    this.#retries.succeeded();
    entry.isIn = true;
    const again = entry.reader.known;
    const newLog = entry.reader.connected(connection, joined);
    told.push({ type: "entered", room, joined, again, newLog });
    entry.reader.catchUp({ again });
  }

  /** It is no longer in a room. */
  parted(parted: Parted, told: ClientEvent[]): void {
    const again = this.#entries.get(parted.room)?.again;
    this.#gone(parted, told);
    if (again !== undefined) this.#add(again);
    this.#askNext();
  }

  /** Whether an event was there before it came into the room. */
  isPast(event: RoomEvent): boolean {
    return this.#in(event.room)?.isPast(event) ?? true;
  }

  /**
   * An event of a room's log has come.
   *
   * @param options `isAnswer`: it acknowledges a message of ours, and may be ahead of its place.
   */
  arrived(event: RoomEvent, told: ClientEvent[], { isAnswer }: { isAnswer: boolean }): void {
    const reader = this.#in(event.room);
    if (reader === undefined) return;
    // A private answer to a message sent again: its place in the log is still to come.
    if (isAnswer && reader.isEarly(event)) reader.expect(event);
    else reader.arrived(event, told);
  }

  /** The server has skipped events of a room. */
  lagged(lagged: Lagged): void {
    this.#in(lagged.room)?.lagged(lagged);
  }

  /** A page of a room's past has come. */
  page(page: History, told: ClientEvent[]): void {
    // Behind the end of a room nobody waits for it, and it may be another room by then.
    this.#in(page.room)?.page(page, told);
    this.#askNext();
  }

  /** See `ChatClient.older`. */
  older(room: string, before: number, messages: number): boolean {
    return this.#in(room)?.older(before, messages) ?? false;
  }

  /** The server lives; what it has not sent by now may not come by itself. */
  pong(told: ClientEvent[]): void {
    for (const { reader, isIn } of this.#entries.values()) if (isIn) reader.pong(told);
    this.#askNext();
  }

  /**
   * The server refused something that has no id: to let it into a room, or a page of the past.
   *
   * @returns It is dealt with: it was told, or is no news.
   */
  refused(error: ErrorEvent, told: ClientEvent[]): boolean {
    const { room, code } = error;
    const entry = room === undefined ? undefined : this.#entries.get(room);
    if (room === undefined || entry === undefined || entry.isIn) {
      for (const [name, { reader, isIn }] of this.#entries) {
        if (isIn && (room ?? name) === name) reader.refused(code, told);
      }
      this.#askNext();
      return false;
    }
    // That is about something that was asked for when the room had ended.
    if (code === "not_in_room") return true;
    if (code === "unavailable" && this.#postpone(entry, { room, text: error.text }, told)) {
      return true;
    }
    this.#entries.delete(room);
    told.push({ type: "told", event: error, past: false });
    if (entry.reader.known) told.push({ type: "gone", room });
    return true;
  }

  /** @returns False when the time is up. */
  #postpone(
    entry: Entry,
    { room, text }: { readonly room: string; readonly text: string },
    told: ClientEvent[],
  ): boolean {
    entry.isPostponed = true;
    if (this.#retries.waiting) return true;
    const retryMs = this.#retries.later(() => {
      for (const [room, postponed] of this.#entries) {
        if (!postponed.isPostponed || postponed.isLeaving) continue;
        postponed.isPostponed = false;
        this.#request(room, postponed);
      }
    });
    if (retryMs === undefined) return false;
    told.push({ type: "postponed", retryMs, text, room });
    return true;
  }

  #add({ room, key, log }: WantedRoom): void {
    const mayAsk = (): boolean =>
      !entry.isLeaving && [...this.#entries.values()].every(({ reader }) => !reader.filling);
    const share = (): number => 1 / this.#entries.size;
    const reader = new LogReader({ ...this.#options, room, mayAsk, share });
    const [isIn, isNamed, isLeaving, isPostponed] = [false, false, false, false];
    const entry: Entry = { reader, log, key, isIn, isNamed, isLeaving, isPostponed };
    this.#entries.set(room, entry);
  }

  #request(room: string, entry: Entry, key = entry.key): void {
    if (this.#connection === undefined) return;
    this.#connection.send({ type: "join", room, ...wishOf(entry), ...(key && { key }) });
    entry.isNamed = true;
  }

  #gone(parted: Parted, told: ClientEvent[]): void {
    const { room } = parted;
    const entry = this.#entries.get(room);
    if (entry === undefined) return;
    entry.reader.disconnected();
    this.#entries.delete(room);
    told.push({ type: "gone", room, parted });
  }

  /** One room after the other fills its gaps: whatever held one up may be over. */
  #askNext(): void {
    for (const { reader, isIn } of this.#entries.values()) if (isIn) reader.askNext();
  }

  #in(room: string): LogReader | undefined {
    const entry = this.#entries.get(room);
    return entry?.isIn === true ? entry.reader : undefined;
  }
}

function wishOf({ reader, log, key }: Entry): RoomWish {
  const known = log === undefined || reader.known ? {} : { log };
  return { ...known, ...reader.wish, ...(key === undefined ? {} : { key }) };
}
