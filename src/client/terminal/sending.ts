/**
 * What becomes of a line that is typed in the room: it is said, or a command is carried out. A
 * message that is too long stays in the line, and one that was refused may come back into it;
 * commands never do: what is typed next is another line, and Up recalls them.
 *
 * @module
 */

import { cleanText, textProblem } from "../../protocol/text.ts";
import { type ChatClient, MAX_TO_UNITS } from "../core/client.ts";
import type { ClientEvent } from "../core/events.ts";
import type { Outgoing } from "../core/outbox.ts";
import type { RoomList } from "../view/room_list.ts";
import { onwardWords } from "../view/room_words.ts";
import type { RoomPeople } from "../view/room_people.ts";
import type { ScreenRenderer } from "../view/screen_renderer.ts";
import { asksForOperator, type Intent, privateMessage, typedText } from "../view/typed_line.ts";
import type { Editor } from "./editor.ts";
import type { Questions } from "./questions.ts";
import type { RoomSwitch } from "./room_switch.ts";
import { SentLines } from "./unsent_line.ts";

/** What {@linkcode Sending} works with. */
export interface SendingParts {
  /** The line being typed. */
  readonly editor: Editor;
  /** Carries out what this client knows itself, and says why something was not sent. */
  readonly renderer: ScreenRenderer;
  /** Asks for the operators' password. */
  readonly questions: Questions;
  /** Which room is shown: what is typed is for that. */
  readonly rooms: RoomList;
  /** Who is there. */
  readonly people: RoomPeople;
  /** Carries out `/join` and `/leave`. */
  readonly roomSwitch: RoomSwitch;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Sends the typed lines of one client. */
export class Sending {
  readonly #client: ChatClient;
  readonly #parts: SendingParts;
  readonly #sent: SentLines;

  /**
   * Nothing was typed yet.
   *
   * @param client Sends.
   * @param parts See {@linkcode SendingParts}.
   */
  constructor(client: ChatClient, parts: SendingParts) {
    this.#client = client;
    this.#parts = parts;
    this.#sent = new SentLines(parts.now);
  }

  /**
   * Enter was pressed.
   *
   * @param text The line as it was typed.
   * @param intent What it means.
   * @returns The text was taken; else it stays in the line.
   */
  take(text: string, intent: Intent): boolean {
    const client = this.#client;
    const direct = intent.type === "command" ? privateMessage(intent.line) : undefined;
    if (intent.type === "command" && direct === undefined) {
      this.#command(intent.line);
      return true;
    }
    const said = direct?.text ?? (intent.type === "say" ? intent.text : text);
    const problem = textProblem(cleanText(said));
    if (problem !== null) return this.#notSent(problem.text);
    if (client.full) return this.#notSent("Too many messages wait to be delivered already.");
    if ((direct?.to.length ?? 0) > MAX_TO_UNITS) {
      return this.#notSent("There is nobody with so long a name.");
    }
    if (direct === undefined && this.#notInRoom !== undefined) {
      this.#notSent(this.#notInRoom);
      // What is typed next is the way to another room.
      return true;
    }
    const message = direct !== undefined
      ? client.direct(direct.to, said)
      : client.say(said, { ...this.#here, action: intent.type === "say" && intent.action });
    this.#sent.add(message, this.#parts.editor.presses);
    return true;
  }

  /**
   * Something happened, perhaps to a message. One that was refused comes back into the line.
   *
   * @returns False when it could not: the arrow keys bring it back then.
   */
  follow(event: ClientEvent): boolean {
    if (event.type === "delivered" || event.type === "uncertain") this.#sent.settle(event.message);
    if (event.type !== "refused") return true;
    const { message } = event;
    const presses = this.#sent.settle(message);
    const room = message.type === "say" ? message.room : undefined;
    // For a room that is gone it must not be taken for a line of another one. To one person, it is
    // a command.
    if (room === undefined || this.#parts.rooms.get(room) === undefined) return false;
    return this.#parts.editor.giveBack(typedText(message), presses, room);
  }

  /**
   * The messages that have waited for an acknowledgement for some time.
   *
   * @param forMs Milliseconds, at least.
   */
  waiting(forMs: number): readonly Outgoing[] {
    return this.#sent.waiting(() => this.#client.unacknowledged, forMs);
  }

  /** The room that is shown, as an option. */
  get #here(): { readonly room?: string } {
    const { current } = this.#parts.rooms;
    return current === undefined ? {} : { room: current };
  }

  /** Why nothing can be said in the room that is shown; undefined: it can. */
  get #notInRoom(): string | undefined {
    const { current } = this.#parts.rooms;
    if (current === undefined) return "You are in no room: /join ROOM.";
    if (this.#parts.rooms.get(current)?.standing !== "gone") return undefined;
    return `You are not in #${current} any more. ${onwardWords(this.#parts.rooms)}`;
  }

  #command(line: string): void {
    const { editor, renderer, roomSwitch } = this.#parts;
    if (asksForOperator(line) && this.#client.mayBecomeOperator) {
      // Once this line is taken, so that it does not wait behind the question.
      return queueMicrotask(() => void this.#becomeOperator());
    }
    const switched = roomSwitch.command(line);
    if (switched === true) return;
    if (switched !== undefined) return void this.#alarm(switched);
    const answer = renderer.command(line, (name) => this.#parts.people.mayHold(name));
    if (answer !== undefined) return void editor.print(answer);
    if (this.#client.command(line, this.#parts.rooms.current)) return;
    this.#notSent("There is no connection now. Press Up to get your text back.");
  }

  /** Asks for the operators' password, which is never said, and sends it. */
  async #becomeOperator(): Promise<void> {
    const password = await this.#parts.questions.askOperatorPassword();
    if (password !== undefined && !this.#client.command(`/op ${password}`)) {
      this.#notSent("There is no connection now.");
    }
  }

  /** Says why a text stays in the line. */
  #notSent(why: string): false {
    return this.#alarm(`Not sent: ${why}`);
  }

  #alarm(text: string): false {
    const { editor, renderer } = this.#parts;
    editor.print(renderer.note(text, { alarm: true }));
    return false;
  }
}
