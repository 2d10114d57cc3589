/**
 * The rooms of one client as a terminal shows them: their order, which one is shown, and what is
 * unread in the others. State only.
 *
 * @module
 */

import { foldedName } from "../../protocol/normalize.ts";
import { type Kept, type KeptEvent, KeptEvents, roomOf } from "./kept_events.ts";
import { ShownRooms } from "./shown_rooms.ts";

/**
 * Where this client stands with a room: it has asked to come in; it is in; it was removed, or the
 * room was closed. The last one stays until somebody goes to another room, so that nothing that is
 * typed for it is said elsewhere.
 */
export type Standing = "joining" | "in" | "gone";

/** A room, as it is now. */
export interface RoomState {
  /** Its name on the wire, without `#`. */
  readonly name: string;
  /** Whether this client is in it. */
  readonly standing: Standing;
  /** Messages that were not shown yet. */
  readonly unread: number;
  /** One of them names this person. */
  readonly isMentioned: boolean;
}

/** A room with what is kept of it. */
class ListedRoom implements RoomState {
  readonly name: string;
  readonly kept = new KeptEvents();
  standing: Standing = "joining";
  unread = 0;
  isMentioned = false;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * The name of a room as it goes over the wire.
 *
 * @param typed What somebody typed, with or without `#`. The server checks the rest.
 */
export function wireName(typed: string): string {
  return foldedName(typed.startsWith("#") ? typed.slice(1) : typed);
}

/** The rooms of one client, in the order in which it came into them. */
export class RoomList {
  readonly #rooms: ListedRoom[] = [];
  readonly #shown = new ShownRooms();

  /** The rooms. Alt-1 goes to the first one. */
  get all(): readonly RoomState[] {
    return this.#rooms;
  }

  /** Name of the room that is shown; undefined: there is none. */
  get current(): string | undefined {
    return this.#shown.current;
  }

  /** A room by its name on the wire. */
  get(name: string): RoomState | undefined {
    return this.#find(name);
  }

  /**
   * This client wants to come in. The room becomes the last one; one that is known stays in place.
   */
  add(name: string): void {
    const room = this.#find(name);
    if (room === undefined) this.#rooms.push(new ListedRoom(name));
    else if (room.standing === "gone") room.standing = "joining";
  }

  /** It is in. */
  entered(name: string): void {
    this.add(name);
    const room = this.#find(name);
    if (room !== undefined) room.standing = "in";
  }

  /** It was removed, or the room was closed. The room stays only while it is shown. */
  lost(name: string): void {
    const room = this.#find(name);
    if (room === undefined) return;
    if (name === this.current) room.standing = "gone";
    else this.remove(name);
  }

  /**
   * The room is not wanted any more. When it is shown, the one that was shown before it is next.
   */
  remove(name: string): void {
    const at = this.#rooms.findIndex((room) => room.name === name);
    if (at < 0) return;
    this.#rooms.splice(at, 1);
    const wasShown = name === this.current;
    this.#shown.remove(name);
    const [first] = this.#rooms;
    if (wasShown && this.current === undefined && first !== undefined) this.#shown.show(first.name);
  }

  /**
   * Keeps an event of a room that is not shown.
   *
   * @param options `isNews`: a message by somebody else, which counts as unread; `isMention`: it
   * names this person.
   */
  keep(
    kept: KeptEvent,
    { isNews, isMention }: { readonly isNews: boolean; readonly isMention: boolean },
  ): void {
    const room = this.#find(roomOf(kept.event));
    if (room === undefined) return;
    room.kept.add(kept);
    if (!isNews) return;
    room.unread++;
    room.isMentioned ||= isMention;
  }

  /**
   * A room is shown from now on. A room that this client was removed from is forgotten when another
   * one takes its place.
   *
   * @returns What was kept of it, and how many messages of it were unread; undefined: there is no
   * such room.
   */
  show(name: string): (Kept & { readonly unread: number }) | undefined {
    const room = this.#find(name);
    if (room === undefined) return undefined;
    const before = this.current;
    this.#shown.show(name);
    if (before !== undefined && before !== name && this.#find(before)?.standing === "gone") {
      this.remove(before);
    }
    const { unread } = room;
    room.unread = 0;
    room.isMentioned = false;
    return { ...room.kept.take(), unread };
  }

  /** The room that is so many places after (or before) the one that is shown, around the ends. */
  beside(step: number): string | undefined {
    const count = this.#rooms.length;
    const at = this.#rooms.findIndex(({ name }) => name === this.current);
    return count === 0 ? undefined : this.#rooms[(at + step + count) % count]?.name;
  }

  /** The next room with a mention, else with unread messages, from the one that is shown on. */
  nextUnread(): string | undefined {
    const at = this.#rooms.findIndex(({ name }) => name === this.current);
    const others = [...this.#rooms.slice(at + 1), ...this.#rooms.slice(0, Math.max(0, at))];
    return (others.find((room) => room.isMentioned) ?? others.find(({ unread }) => unread > 0))
      ?.name;
  }

  #find(name: string): ListedRoom | undefined {
    return this.#rooms.find((room) => room.name === name);
  }
}
