/**
 * The rooms that Tab completes behind `/join`: those of this client, and those that the server
 * lists. It is asked when Tab is pressed, and the key takes effect when the answer is there.
 *
 * @module
 */

import type { ChatClient } from "../core/client.ts";
import type { ClientEvent } from "../core/events.ts";
import { ListedRooms } from "../view/listed_rooms.ts";
import type { RoomList } from "../view/room_list.ts";
import type { Editor } from "./editor.ts";

/** A line whose last word is the room to go to. */
const JOINS = /^\s*\/join\s+(\S*)$/i;

/** Knows the names of rooms. */
export class RoomNames {
  readonly #client: Pick<ChatClient, "listRooms">;
  readonly #rooms: RoomList;
  readonly #editor: Editor;
  /** What was asked for since the line was begun. */
  readonly #fresh = new ListedRooms();
  /** Names that are known from before. */
  #listed: readonly string[] = [];
  /** What Tab asked for, and keys that had been pressed by then; undefined: nothing is awaited. */
  #awaited:
    | { readonly typed: string; readonly after: string; readonly presses: number }
    | undefined;

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
    return [...new Set([...own, ...this.#fresh.names, ...this.#listed])];
  }

  /** A line was entered: for the next one the server is asked again. */
  entered(): void {
    if (this.#fresh.names.length > 0) this.#listed = this.#fresh.names;
    this.#fresh.forget();
  }

  /**
   * A key was pressed.
   *
   * @returns It is Tab, and waits for the list.
   */
  key(name: string): boolean {
    const typed = JOINS.exec(this.#editor.line)?.[1];
    if (name !== "tab" || typed === undefined) return false;
    return this.#awaited !== undefined || this.#ask(typed, this.#editor.presses);
  }

  /** Whether an event is the list that Tab asked for: nobody wants to read it. */
  isAwaited(event: ClientEvent): boolean {
    return this.#awaited !== undefined && event.type === "told" && event.event.type === "rooms";
  }

  /** Something happened. */
  follow(event: ClientEvent): void {
    const told = event.type === "told" ? event.event : undefined;
    const awaited = this.#awaited;
    // A refusal may be of this request: Tab does with what is known then.
    const isOver = event.type === "lost" || told?.type === "error";
    if (told?.type === "rooms") this.#fresh.add(told, awaited?.after);
    else if (!isOver) return;
    this.#awaited = undefined;
    // Who has gone on typing does not want it any more.
    if (awaited?.presses !== this.#editor.presses) return;
    if (isOver || !this.#ask(awaited.typed, awaited.presses)) this.#editor.complete();
  }

  /** Asks for what is missing; false: nothing is, or not now. */
  #ask(typed: string, presses: number): boolean {
    const after = this.#fresh.missing(typed);
    if (after === undefined || !this.#client.listRooms(after === "" ? undefined : after)) {
      return false;
    }
    this.#awaited = { typed, after, presses };
    return true;
  }
}
