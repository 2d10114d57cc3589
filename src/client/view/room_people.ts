/**
 * Who is in which room, as far as this client has been told.
 *
 * @module
 */

import type { ClientEvent } from "../core/events.ts";
import { isOfRoom, roomOf } from "./kept_events.ts";
import { People } from "./people.ts";

/** People of several rooms. */
export class RoomPeople {
  readonly #rooms = new Map<string, People>();
  /** Tells a new room who this client is. */
  #connected: ClientEvent | undefined;

  /** Something was told. */
  take(event: ClientEvent): void {
    if (event.type === "connected") this.#connected = event;
    if (event.type === "entered") this.#enter(event.room);
    const room = roomOfAny(event);
    if (room === undefined) {
      for (const people of this.#rooms.values()) people.take(event);
    } else if (event.type === "gone") this.#rooms.delete(room);
    else this.#rooms.get(room)?.take(event);
  }

  /** How many are in a room, this client included; 0: that is not known. */
  count(room: string | undefined): number {
    return this.#rooms.get(room ?? "")?.count ?? 0;
  }

  /**
   * The others whose names are known.
   *
   * @param room Its people come first: who spoke last before all.
   */
  others(room: string | undefined): string[] {
    const here = this.#rooms.get(room ?? "")?.others ?? [];
    const all = [...this.#rooms.values()].flatMap(({ others }) => others);
    return [...new Set([...here, ...all])];
  }

  #enter(room: string): void {
    if (this.#rooms.has(room)) return;
    const people = new People();
    if (this.#connected !== undefined) people.take(this.#connected);
    this.#rooms.set(room, people);
  }
}

/** The room that an event is about; undefined: it is about all, or none. */
function roomOfAny(event: ClientEvent): string | undefined {
  if (event.type === "gone") return event.room;
  if (isOfRoom(event)) return roomOf(event);
  return event.type === "told" && event.event.type === "members" ? event.event.room : undefined;
}
