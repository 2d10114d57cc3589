/**
 * Going from room to room: by key, by `/join` and `/leave`, and when the server says so. The rooms
 * themselves are in `view/room_list.ts`; here the screen and the line being typed go with them.
 *
 * @module
 */

import { COMMANDS, usage } from "../../protocol/commands.ts";
import { type ErrorEvent, LOBBY } from "../../protocol/messages.ts";
import type { ChatClient } from "../core/client.ts";
import type { WantedRoom } from "../core/client_options.ts";
import type { ClientEvent } from "../core/events.ts";
import { type RoomList, wireName } from "../view/room_list.ts";
import type { ScreenRenderer } from "../view/screen_renderer.ts";
import type { Editor } from "./editor.ts";
import type { Questions } from "./questions.ts";
import { RoomNames } from "./room_names.ts";

/** What {@linkcode RoomSwitch} works with. */
export interface RoomSwitchParts {
  /** The rooms. */
  readonly rooms: RoomList;
  /** The line being typed. */
  readonly editor: Editor;
  /** What has been said. */
  readonly renderer: ScreenRenderer;
  /** Asks for the keys of rooms. */
  readonly questions: Questions;
}

/** Shows one room after the other. */
export class RoomSwitch {
  readonly #client: Pick<ChatClient, "join" | "part" | "listRooms">;
  readonly #parts: RoomSwitchParts;
  /** Rooms whose names are known, for completing them. */
  readonly names: RoomNames;
  /** Rooms for which a key was given that may be wrong. */
  readonly #tried = new Set<string>();
  /** One question after the other. */
  #asking: Promise<void> = Promise.resolve();

  /**
   * Shows the room that is current already.
   *
   * @param client Joins and leaves, and lists rooms.
   * @param parts See {@linkcode RoomSwitchParts}.
   * @param wanted The rooms to begin with; where they have keys, these were given.
   */
  constructor(
    client: Pick<ChatClient, "join" | "part" | "listRooms">,
    parts: RoomSwitchParts,
    wanted: readonly WantedRoom[],
  ) {
    this.#client = client;
    this.#parts = parts;
    this.names = new RoomNames(client, parts);
    for (const { room, key } of wanted) if (key !== undefined) this.#tried.add(wireName(room));
  }

  /**
   * A key was pressed: Tab may wait for names, Alt-1 to Alt-9, Alt-Left, Alt-Right and Alt-A go to
   * another room.
   *
   * @returns False when it is none of them, or there is one room only, or no name to wait for.
   */
  key(name: string): boolean {
    const { rooms } = this.#parts;
    if (this.names.key(name)) return true;
    if (rooms.all.length < 2) return false;
    const digit = /^alt-([1-9])$/.exec(name)?.[1];
    if (digit !== undefined) this.#turnTo(rooms.all[Number(digit) - 1]?.name);
    else if (name === "alt-left") this.#turnTo(rooms.beside(-1));
    else if (name === "alt-right") this.#turnTo(rooms.beside(1));
    else if (name === "alt-a") this.#turnTo(rooms.nextUnread());
    else return false;
    return true;
  }

  /**
   * Carries out `/join` and `/leave`.
   *
   * @param line The command with its slash.
   * @returns Why it cannot be done, or true when it was; undefined: it is another command.
   */
  command(line: string): true | string | undefined {
    this.names.entered();
    const [word = "", room, key] = line.trim().split(/\s+/);
    switch (word.toLowerCase()) {
      case "/join":
        return room === undefined ? `Usage: ${usageOf("join")}` : this.#join(room, key);
      case "/leave":
        return this.#leave(room);
      default:
        return undefined;
    }
  }

  /** Something happened, and is on the screen already. */
  follow(event: ClientEvent): void {
    this.names.follow(event);
    if (event.type === "entered") this.#tried.delete(event.room);
    if (event.type === "gone") {
      if (this.#parts.rooms.get(event.room) === undefined) this.#parts.editor.forget(event.room);
    }
    if (event.type !== "told") return;
    const told = event.event;
    if (told.type === "error") this.#refused(told);
  }

  #join(typed: string, key: string | undefined): true | string {
    const { rooms } = this.#parts;
    let room = wireName(typed);
    if (rooms.get(room)?.standing !== "in") {
      try {
        room = this.#client.join(typed, key);
      } catch (error) {
        if (error instanceof RangeError) return error.message;
        throw error;
      }
      rooms.add(room);
      if (key !== undefined) this.#tried.add(room);
    }
    // At once: what is typed next is for this room.
    this.#turnTo(room);
    return true;
  }

  #leave(typed: string | undefined): true | string {
    const { rooms, editor, renderer } = this.#parts;
    const room = typed === undefined ? rooms.current : wireName(typed);
    if (room === undefined || rooms.get(room) === undefined) {
      return room === undefined ? "You are in no room." : `You are not in #${room}.`;
    }
    const isOnly = rooms.all.length === 1;
    if (isOnly && room === LOBBY) return "This is your only room. /quit leaves the chat.";
    // At once, so that it stands above the room that comes next.
    if (rooms.get(room)?.standing === "in") editor.print(renderer.note(`You left #${room}.`));
    // Nobody is left without a room.
    if (isOnly) this.#join(LOBBY, undefined);
    this.#client.part(room);
    this.#remove(room);
    return true;
  }

  /** The server did not let this client into a room. */
  #refused({ code, room }: ErrorEvent): void {
    const { rooms } = this.#parts;
    if (room === undefined || rooms.get(room)?.standing === "in") return;
    if (rooms.get(room) === undefined) return;
    if (code === "room_key") {
      this.#asking = this.#asking.then(() => this.#askKey(room));
    } else this.#giveUp(room);
  }

  async #askKey(room: string): Promise<void> {
    const { editor, questions, renderer, rooms } = this.#parts;
    if (this.#tried.delete(room)) {
      const text = `That is not the key of #${room}. An empty line goes back.`;
      editor.print(renderer.note(text, { alarm: true }));
    }
    const key = await questions.askKey(room);
    if (rooms.get(room) === undefined) return;
    if (key === undefined) return this.#giveUp(room);
    this.#tried.add(room);
    this.#client.join(room, key);
  }

  /** It cannot come into a room: goes back to where it was, or to the lobby. */
  #giveUp(room: string): void {
    const { rooms } = this.#parts;
    if (rooms.all.length === 1) {
      if (room === LOBBY) return rooms.lost(room);
      this.#join(LOBBY, undefined);
    }
    this.#remove(room);
  }

  #remove(room: string): void {
    const { rooms, editor, renderer } = this.#parts;
    const wasShown = rooms.current === room;
    rooms.remove(room);
    if (wasShown && rooms.current !== undefined) {
      editor.print(renderer.turnTo(rooms.current));
      editor.turnTo(rooms.current);
    }
    editor.forget(room);
  }

  #turnTo(room: string | undefined): void {
    const { rooms, editor, renderer } = this.#parts;
    const before = rooms.current;
    if (room === undefined || room === before) return;
    editor.print(renderer.turnTo(room));
    editor.turnTo(room);
    if (before !== undefined && rooms.get(before) === undefined) editor.forget(before);
  }
}

function usageOf(name: string): string {
  const spec = COMMANDS.find((command) => command.name === name);
  return spec === undefined ? `/${name}` : usage(spec);
}
