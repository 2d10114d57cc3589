/**
 * What somebody has typed into the field: says it in the room that is shown, or does what a command
 * asks for. Most commands are the server's.
 *
 * @module
 */

import type { ChatClient } from "../../client/core/client.ts";
import type { OwnHelp } from "../../client/view/own_help.ts";
import { asksForOperator, interpret, privateMessage } from "../../client/view/typed_line.ts";
import { ignoredName } from "../../protocol/ignored.ts";
import type { RoomView } from "./room_view.ts";

const NO_CONNECTION = "There is no connection just now: this was not sent.";

const NO_ROOM = "You are in no room: this was not sent. /join ROOM joins one.";

/** What commands are carried out with. */
export interface TypedLinesOptions {
  /** Undefined: nobody is here. */
  readonly client: () => ChatClient | undefined;
  /** The room that is shown; undefined: none is. */
  readonly view: () => RoomView | undefined;
  /** Joins a room; returns why that cannot be. */
  readonly join: (room: string, key: string | undefined) => string | undefined;
  /** Leaves a room; returns why that cannot be. */
  readonly leave: (room: string) => string | undefined;
  /** Shows which rooms there are. */
  readonly listRooms: () => void;
  /** Looks for words. */
  readonly search: (words: string) => void;
  /** Hides comings and goings, or shows them again; returns whether they are hidden now. */
  readonly quiet: () => boolean;
  /** Ignores somebody, or hears them again; returns what is to be said of it. */
  readonly ignore: (name: string) => string;
  /** Is told what the server is asked. */
  readonly help: OwnHelp;
  /** Asks for the operators' password. */
  readonly askOperator: () => void;
}

/** Sends lines. */
export class TypedLines {
  readonly #options: TypedLinesOptions;

  /** Sends nothing by itself. */
  constructor(options: TypedLinesOptions) {
    this.#options = options;
  }

  /**
   * Says a text in the room that is shown, or does what it asks for.
   *
   * @returns Why it was not taken; undefined when it was.
   */
  send(text: string): string | undefined {
    const client = this.#options.client();
    if (client === undefined) return NO_CONNECTION;
    const view = this.#options.view();
    const intent = interpret(text, { quitWords: false });
    try {
      if (intent.type === "quit") client.leave();
      else if (intent.type === "command") {
        const problem = this.#command(client, intent.line, view);
        if (problem !== undefined) return problem;
      } else if (intent.type === "say") {
        if (view === undefined) return NO_ROOM;
        if (!view.isOpen) return `You are not in #${view.room} any more: this was not sent.`;
        client.say(intent.text, { room: view.room, action: intent.action });
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return error.message;
    }
    // A command may have led to another room: the one before keeps its place.
    if (view !== this.#options.view()) return undefined;
    view?.log.markRead();
    view?.log.toEnd();
    return undefined;
  }

  /** Sends a command that was not typed into the field. */
  command(line: string): void {
    if (this.#ask(line)) return;
    this.#options.view()?.note(NO_CONNECTION, { alarm: true });
  }

  #command(client: ChatClient, line: string, view: RoomView | undefined): string | undefined {
    const direct = privateMessage(line);
    if (direct !== undefined) {
      client.direct(direct.to, direct.text);
      return undefined;
    }
    if (asksForOperator(line) && client.mayBecomeOperator) {
      this.#options.askOperator();
      return undefined;
    }
    const ignored = ignoredName(line);
    if (ignored !== undefined) {
      view?.note(this.#options.ignore(ignored));
      return undefined;
    }
    const [command = "", room, key] = line.trim().split(/\s+/);
    switch (command.toLowerCase()) {
      case "/join":
        if (room !== undefined) return this.#options.join(room, key);
        break;
      case "/history":
        // The server's answer would not be drawn: the log has its own pages.
        view?.note("Scroll up to see what was said before.");
        return undefined;
      case "/leave": {
        const left = room ?? view?.room;
        if (left === undefined) return NO_ROOM;
        return this.#options.leave(left);
      }
      case "/quiet": {
        const how = this.#options.quiet() ? "hidden now. /quiet shows it again." : "shown again.";
        view?.note(`Who comes and goes is ${how}`);
        return undefined;
      }
      case "/rooms":
        this.#options.listRooms();
        return undefined;
      case "/search":
        if (room === undefined) break;
        this.#options.search(line.trim().slice(command.length).trim());
        return undefined;
    }
    return this.#ask(line) ? undefined : NO_CONNECTION;
  }

  #ask(line: string): boolean {
    this.#options.help.typed(line);
    return this.#options.client()?.command(line, this.#options.view()?.room) ?? false;
  }
}
