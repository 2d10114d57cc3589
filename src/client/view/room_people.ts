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
  /** The own name. */
  #me = "";

  /** Something was told. */
  take(event: ClientEvent): void {
    if (event.type === "connected") this.#me = event.welcome.name;
    if (event.type === "told" && !event.past && event.event.type === "rename") {
      if (event.event.from === this.#me) this.#me = event.event.to;
    }
    if (event.type === "entered" && !this.#rooms.has(event.room)) {
      this.#rooms.set(event.room, new People(this.#me));
    }
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

  /** Whether somebody in one of the rooms has a name, or may have. */
  mayHold(name: string): boolean {
    return [...this.#rooms.values()].some((people) => people.mayHold(name));
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
}

/** The room that an event is about; undefined: it is about all, or none. */
function roomOfAny(event: ClientEvent): string | undefined {
  if (event.type === "gone") return event.room;
  if (isOfRoom(event)) return roomOf(event);
  return event.type === "told" && event.event.type === "members" ? event.event.room : undefined;
}
