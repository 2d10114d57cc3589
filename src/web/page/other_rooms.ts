/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The rooms that the server has told of, and the list of those that this client is not in. The
 * server tells them only when it is asked.
 *
 * @module
 */

import { ListedRooms } from "../../client/view/listed_rooms.ts";
import type { RoomInfo, RoomList } from "../../protocol/messages.ts";
import { find, make, makeButton, NamedRows, part } from "./dom.ts";

/** An older list is asked for again when somebody comes to look at it: five seconds. */
const FRESH_MS = 5_000;

/** The list below that of the own rooms. */
export class OtherRooms {
  readonly #list: (after?: string) => boolean;
  readonly #join: (room: string) => void;
  readonly #section = find("others", HTMLElement);
  readonly #rest = find("other-rooms-rest", HTMLElement);
  /** The first page that the server has told; undefined: none yet. */
  #known: RoomList | undefined;
  readonly #names = new ListedRooms();
  /** Behind which names each page begins that was asked for and has not come; empty: the first. */
  #asked: string[] = [];
  #askedMs = -Infinity;
  readonly #rows = new NamedRows(
    find("other-rooms", HTMLUListElement),
    (room) => this.#row(room),
  );

  /**
   * Hidden until something is known.
   *
   * @param list Asks which rooms there are, from the first or behind a name; false: not now.
   * @param join Joins one of them.
   */
  constructor(list: (after?: string) => boolean, join: (room: string) => void) {
    this.#list = list;
    this.#join = join;
  }

  /** Names of all rooms that the server has told of. */
  get known(): readonly string[] {
    return this.#names.names;
  }

  /** What is special about a room, as far as that is known, with a space before it. */
  marksOf(name: string): string {
    return marks(this.#known?.rooms.find(({ room }) => room === name) ?? {});
  }

  /** Whether a room has a key; undefined: that is not known. */
  isPrivate(name: string): boolean | undefined {
    const room = this.#known?.rooms.find(({ room }) => room === name);
    return room && room.key === true;
  }

  /** Asks which rooms there are; false: not now. */
  ask(): boolean {
    const isAsked = this.#list();
    if (!isAsked) return false;
    this.#asked.push("");
    this.#askedMs = performance.now();
    return true;
  }

  /**
   * Asks for rooms whose names begin like this, where they are not known.
   *
   * @returns They are being asked for.
   */
  look(typed: string): boolean {
    const after = this.#names.missing(typed);
    if (after === undefined) return false;
    if (this.#asked.includes(after)) return true;
    if (after === "") return this.ask();
    const isAsked = this.#list(after);
    if (isAsked) this.#asked.push(after);
    return isAsked;
  }

  /** The connection is gone: what was asked for does not come any more. */
  lost(): void {
    this.#asked = [];
  }

  /** Somebody comes to look. */
  refresh(): void {
    if (performance.now() - this.#askedMs > FRESH_MS) this.ask();
  }

  /** The server has told which rooms there are. */
  listed(rooms: RoomList, own: (room: string) => boolean): void {
    const after = this.#asked.shift();
    this.#names.add(rooms, after);
    if (after) return;
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
    for (const { room, count, topic, ...info } of others) {
      const row = this.#rows.get(room);
      part(row, "i", HTMLElement).textContent = ` ${count}${marks(info)}`;
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

function marks({ key, unlisted }: Partial<RoomInfo>): string {
  return `${key ? " private" : ""}${unlisted ? " unlisted" : ""}`;
}
