/**
 * The rooms that Tab completes behind `/join`: those of this client, and those that the server
 * lists. It is asked when Tab is pressed, and the key takes effect when the answer is there.
 *
 * @module
 */

import type { ChatClient } from "../core/client.ts";
import type { ClientEvent } from "../core/events.ts";
import type { RoomList } from "../view/room_list.ts";
import type { Editor } from "./editor.ts";

/** A line whose last word is the room to go to. */
const JOINS = /^\s*\/join\s+\S*$/i;

/** Knows the names of rooms. */
export class RoomNames {
  readonly #client: Pick<ChatClient, "listRooms">;
  readonly #rooms: RoomList;
  readonly #editor: Editor;
  #listed: readonly string[] = [];
  /** The list is as new as the line being typed. */
  #isFresh = false;
  /** Keys that had been pressed when Tab asked for the list; undefined: it is not awaited. */
  #tabAt: number | undefined;

  /** Knows the rooms of this client only. */
  constructor(
    client: Pick<ChatClient, "listRooms">,
    { rooms, editor }: { readonly rooms: RoomList; readonly editor: Editor },
  ) {
    this.#client = client;
    this.#rooms = rooms;
    this.#editor = editor;
  }

  /** All that are known, without `#`: those that this client is in come first. */
  get all(): readonly string[] {
    const own = this.#rooms.all.map(({ name }) => name);
    return [...own, ...this.#listed.filter((name) => !own.includes(name))];
  }

  /** A line was entered: for the next one the server is asked again. */
  entered(): void {
    this.#isFresh = false;
  }

  /**
   * A key was pressed.
   *
   * @returns It is Tab, and waits for the list.
   */
  key(name: string): boolean {
    if (name !== "tab" || !JOINS.test(this.#editor.line)) return false;
    if (this.#tabAt !== undefined) return true;
    if (this.#isFresh || !this.#client.listRooms()) return false;
    this.#tabAt = this.#editor.presses;
    return true;
  }

  /** Whether an event is the list that Tab asked for: nobody wants to read it. */
  isAwaited(event: ClientEvent): boolean {
    return this.#tabAt !== undefined && event.type === "told" && event.event.type === "rooms";
  }

  /** Something happened. */
  follow(event: ClientEvent): void {
    // A refusal may be of this request: Tab does with what is known then.
    const isOver = event.type === "lost" || (event.type === "told" && event.event.type === "error");
    if (event.type === "told" && event.event.type === "rooms") {
      this.#listed = event.event.rooms.map(({ room }) => room);
    } else if (!isOver || this.#tabAt === undefined) return;
    this.#isFresh = true;
    // Who has gone on typing does not want it any more.
    if (this.#tabAt === this.#editor.presses) this.#editor.complete();
    this.#tabAt = undefined;
  }
}
