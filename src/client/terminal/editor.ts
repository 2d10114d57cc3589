/**
 * The lower end of the screen: the line being typed, and what stands around it. What was printed
 * above belongs to the terminal and its scrollback. It joins the parts: bytes become keys
 * (`keys.ts`), keys change the input (`input.ts`), input and footer become a picture
 * (`picture.ts`), which is drawn (`screen.ts`). It knows nothing of chat.
 *
 * @module
 */

import { shownPiece } from "./draft.ts";
import { paintHints, searchPrompt } from "./mode.ts";
import { Input } from "./input.ts";
import { type Key, KeyReader } from "./keys.ts";
import { type Footer, paintView, type Picture, type Size } from "./picture.ts";
import { Screen } from "./screen.ts";
import type { CompletionWords } from "../view/completion.ts";
import type { Style } from "../view/style.ts";
import type { Tty } from "./tty.ts";

export type { Footer };

/** Who is told about keys. */
export interface EditorEvents {
  /**
   * Enter: the text, with newlines where several lines were pasted.
   *
   * @returns It was taken; else it stays in the line.
   */
  readonly onLine: (text: string) => boolean;
  /** Ctrl-C, Ctrl-D in an empty line, or the terminal is gone. */
  readonly onLeave: () => void;
  /** Ctrl-Z. */
  readonly onSuspend: () => void;
  /**
   * A key, before it changes the line.
   *
   * @param name As `keys.ts` names it.
   * @returns It meant something else: the line does not get it.
   */
  readonly onKey: (name: string) => boolean;
}

/** Options of {@linkcode Editor}. */
export interface EditorOptions {
  /** The terminal, from here on the editor's. */
  readonly tty: Tty;
  /** Colours. */
  readonly style: Style;
  /** Paints what stands above the line, and its prompt; asked at every drawing. */
  readonly footer: (size: Size) => Footer;
  /** What may be meant when a word is completed. */
  readonly words: () => CompletionWords;
}

/** Owns the terminal from its making to {@linkcode Editor.close}, and restores it then. */
export class Editor {
  readonly #events: EditorEvents;
  readonly #options: EditorOptions;
  readonly #keys: KeyReader;
  readonly #input: Input;
  readonly #screen: Screen;
  #gone = false;
  #secret = false;

  /**
   * Takes the terminal over.
   *
   * @param events Who is told about keys.
   * @param options See {@linkcode EditorOptions}.
   */
  constructor(events: EditorEvents, options: EditorOptions) {
    this.#events = events;
    this.#options = options;
    this.#input = new Input(options.words);
    this.#keys = new KeyReader((key) => this.#pressed(key));
    this.#screen = new Screen(options.tty, (size) => this.#picture(size), () => this.#lost());
    options.tty.open({
      onBytes: (bytes) => this.#keys.push(bytes),
      onChanged: () => this.#screen.draw(),
      onGone: () => this.#lost(),
    });
  }

  /** Columns of the terminal. */
  get columns(): number {
    return this.#options.tty.size().columns;
  }

  /** The text of the line, or of the answer, that is being typed. */
  get line(): string {
    return this.#input.line;
  }

  /** How many keys have been pressed so far. */
  get presses(): number {
    return this.#input.presses;
  }

  /** What is being typed and was not submitted; see {@linkcode Input.unsent}. */
  get unsent(): readonly { readonly room: string; readonly text: string }[] {
    return this.#input.unsent;
  }

  /** Goes on with the line of another room. */
  turnTo(room: string): void {
    this.#input.turnTo(room);
    this.#screen.draw();
  }

  /** What was typed for another room is not wanted any more: it goes to the history. */
  forget(room: string): void {
    this.#input.forget(room);
  }

  /** The footer has changed. What is being typed stays. */
  refresh(): void {
    this.#screen.draw();
  }

  /**
   * Prints lines above the footer; all that comes while a write is under way in the next one.
   *
   * @returns Resolves when more may be printed: at once, unless the terminal is far behind.
   */
  print(lines: readonly string[]): Promise<void> {
    return this.#screen.print(lines);
  }

  /** Rings. */
  ring(): void {
    this.#screen.ring();
  }

  /** From here on nobody waits for the terminal: the program is about to end. */
  hurry(): void {
    this.#screen.hurry();
  }

  /**
   * The next lines answer a question: what is being typed waits, and comes back after them.
   *
   * @param options `secret`: a dot stands for each character.
   */
  beginAnswer(options: { readonly secret?: boolean } = {}): void {
    this.#secret = options.secret === true;
    this.#input.beginAnswer();
    this.#screen.draw();
  }

  /** The question is answered. */
  endAnswer(): void {
    this.#secret = false;
    this.#input.endAnswer();
    this.#screen.draw();
  }

  /** Completes the word before the cursor, as Tab does. */
  complete(): void {
    this.#input.press({ type: "key", name: "tab" });
    this.#screen.draw();
  }

  /**
   * Gives a text back that was taken and could not be sent.
   *
   * @param text The text.
   * @param presses What {@linkcode Editor.presses} was when it was taken.
   * @param room For which room it was typed; default the present one.
   * @returns False when somebody has typed since; the arrow keys bring the text back then.
   */
  giveBack(text: string, presses: number, room?: string): boolean {
    const given = this.#input.giveBack(text, presses, room);
    this.#screen.draw();
    return given;
  }

  /**
   * Stops the program as Ctrl-Z does, until the shell's `fg`. The line being typed stays.
   *
   * @throws Where a program cannot stop itself.
   */
  async suspend(): Promise<void> {
    await this.#screen.hide();
    try {
      await this.#options.tty.suspend();
    } finally {
      this.#screen.redraw();
    }
  }

  /** Gives the terminal back, without the footer. */
  async close(): Promise<void> {
    this.#keys.close();
    await this.#screen.close();
    this.#options.tty.close();
  }

  #pressed(key: Key): void {
    if (key.type === "key" && this.#events.onKey(key.name)) return this.#screen.draw();
    switch (this.#input.press(key)) {
      case "leave":
        return this.#events.onLeave();
      case "suspend":
        return this.#events.onSuspend();
      case "clear":
        return this.#screen.clear();
      case "submit": {
        const { answering, room } = this.#input;
        const taken = this.#events.onLine(this.#input.line);
        // When that ended the question, the line that has waited is there already.
        if (taken && answering === this.#input.answering) this.#input.submitted(room);
      }
    }
    this.#screen.draw();
  }

  #picture(size: Size): Picture {
    const { mode, draft, line } = this.#input;
    const footer = this.#options.footer(size);
    const prompt = mode.type === "searching" ? searchPrompt(mode) : footer.prompt;
    const options = { columns: size.columns, style: this.#options.style };
    return paintView({
      ...footer,
      prompt,
      pieces: draft.pieces.map((piece) => this.#secret ? "•" : shownPiece(piece)),
      cursor: draft.cursor,
      below: paintHints(mode, line, options),
    }, size);
  }

  #lost(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.onLeave();
  }
}
