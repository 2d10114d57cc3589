/**
 * Into which room the lines of a pipe go. Lines of a script all go into the first one of the command
 * line, whatever happens; who types goes from room to room with `/join` and `/leave`.
 *
 * @module
 */

import { LOBBY } from "../protocol/messages.ts";
import type { ChatClient } from "./core/client.ts";
import { type WantedRoom, wantedRoom } from "./core/client_options.ts";
import type { ClientEvent } from "./core/events.ts";

/** Options of {@linkcode PipeRoom}. */
export interface PipeRoomOptions {
  /** The rooms of the command line. */
  readonly rooms: readonly WantedRoom[];
  /** A person types the lines. */
  readonly typed: boolean;
}

/** The room in which lines are said. */
export class PipeRoom {
  readonly #client: ChatClient;
  readonly #typed: boolean;
  #current: string;

  /** Begins with the first room. */
  constructor(client: ChatClient, { rooms: [first], typed }: PipeRoomOptions) {
    this.#client = client;
    this.#typed = typed;
    this.#current = first === undefined ? LOBBY : wantedRoom(first).room;
  }

  /** Its name in events. */
  get current(): string {
    return this.#current;
  }

  /**
   * Carries out `/join ROOM [KEY]` and `/leave [ROOM]`.
   *
   * @param line A command.
   * @returns False when it is another one.
   * @throws {RangeError} When there cannot be such a room, it would be one too many, or the one to leave is
   * none of the client's.
   */
  command(line: string): boolean {
    const [word = "", typed, key] = line.trim().split(/\s+/);
    if (/^\/leave$/i.test(word)) {
      const { room } = wantedRoom({ room: typed ?? this.#current });
      if (!this.#client.part(room)) throw new RangeError(`You are not in #${room}.`);
      return true;
    }
    if (!/^\/join$/i.test(word) || typed === undefined) return false;
    this.#current = this.#client.join(typed, key);
    return true;
  }

  /**
   * Something happened.
   *
   * @returns `lost`: a room of the command line has gone, or could not be come into. `over`: that was the
   * last one, or the one in which a script speaks. Undefined: nothing of that.
   */
  follow(event: ClientEvent): "lost" | "over" | undefined {
    const room = this.#lost(event);
    if (room === undefined) return undefined;
    const [left] = this.#client.rooms();
    if (!this.#typed) return room === this.#current || left === undefined ? "over" : "lost";
    if (room !== this.#current) return undefined;
    // Nobody who types is left without a room.
    if (left === undefined && room !== LOBBY) this.#client.join(LOBBY);
    this.#current = left ?? LOBBY;
    return undefined;
  }

  /** Which room has gone, or could not be come into. */
  #lost(event: ClientEvent): string | undefined {
    if (event.type === "gone") return event.room;
    if (event.type !== "told" || event.event.type !== "error") return undefined;
    const { room, id } = event.event;
    // In a room that it is in, something else was refused.
    const isIn = room !== undefined && this.#client.rooms().includes(room);
    return id === undefined && !isIn ? room : undefined;
  }
}
