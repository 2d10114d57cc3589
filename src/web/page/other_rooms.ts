/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The rooms that the server has told of, and the list of those that this client is not in. The
 * server tells them only when it is asked.
 *
 * @module
 */

import type { RoomList } from "../../protocol/messages.ts";
import { find, make, makeButton, NamedRows, part } from "./dom.ts";

/** An older list is asked for again when somebody comes to look at it: five seconds. */
const FRESH_MS = 5_000;

/** The list below that of the own rooms. */
export class OtherRooms {
  readonly #list: () => boolean;
  readonly #join: (room: string) => void;
  readonly #section = find("others", HTMLElement);
  readonly #rest = find("other-rooms-rest", HTMLElement);
  /** What the server has told; undefined: nothing yet. */
  #known: RoomList | undefined;
  #askedMs = -Infinity;
  readonly #rows = new NamedRows(
    find("other-rooms", HTMLUListElement),
    (room) => this.#row(room),
  );

  /**
   * Hidden until something is known.
   *
   * @param list Asks which rooms there are; false: not now.
   * @param join Joins one of them.
   */
  constructor(list: () => boolean, join: (room: string) => void) {
    this.#list = list;
    this.#join = join;
  }

  /** Names of all rooms that the server has told of. */
  get known(): readonly string[] {
    return (this.#known?.rooms ?? []).map(({ room }) => room);
  }

  /** Whether a room has a key, as far as that is known. */
  isPrivate(name: string): boolean {
    return this.#known?.rooms.find(({ room }) => room === name)?.key === true;
  }

  /** Asks which rooms there are; false: not now. */
  ask(): boolean {
    const isAsked = this.#list();
    if (isAsked) this.#askedMs = performance.now();
    return isAsked;
  }

  /** Somebody comes to look. */
  refresh(): void {
    if (performance.now() - this.#askedMs > FRESH_MS) this.ask();
  }

  /** The server has told which rooms there are. */
  listed(rooms: RoomList, own: (room: string) => boolean): void {
    this.#known = rooms;
    this.draw(own);
  }

  /**
   * Draws the list.
   *
   * @param own Whether this client is in a room.
   */
  draw(own: (room: string) => boolean): void {
    if (this.#known === undefined) return;
    const others = this.#known.rooms.filter(({ room }) => !own(room));
    this.#rows.set(others.map(({ room }) => room));
    for (const { room, count, topic } of others) {
      const row = this.#rows.get(room);
      part(row, "i", HTMLElement).textContent = ` ${count}`;
      part(row, "button", HTMLButtonElement).title = `#${room}${topic ? `: ${topic}` : ""}`;
    }
    this.#rest.textContent = this.#known.more ? "and more" : others.length === 0 ? "none" : "";
    this.#section.hidden = false;
  }

  #row(room: string): HTMLElement {
    const name = make("span", "name", `#${room}`);
    name.dir = "auto";
    const join = makeButton(
      () => this.#join(room),
      make("span", "unseen", "Join "),
      name,
      make("i"),
      make("span", "unseen", " there"),
    );
    return make("li", "", join);
  }
}
