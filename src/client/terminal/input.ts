/**
 * What keys do to the line being typed: state, and a picture of it, without a terminal.
 *
 * @module
 */

import { countLines } from "../../protocol/text.ts";
import type { CompletionWords } from "../view/completion.ts";
import { counterOf } from "../view/typed_line.ts";
import {
  type Draft,
  draftOf,
  draftText,
  editByKey,
  EMPTY_DRAFT,
  insertPaste,
  insertText,
  removePieces,
  spaceStart,
  wordEnd,
  wordStart,
} from "./draft.ts";
import type { Key } from "./keys.ts";
import { LineHistory, searchKey } from "./line_history.ts";
import { type Mode, type Searching, TYPING } from "./mode.ts";
import { beginCompleting, nextCandidate } from "./tab.ts";
import { UnsentLine } from "./unsent_line.ts";

/** More lines than these are sent only after a question: most are pasted by mistake. */
const MAX_LINES_UNASKED = 4;

/** What somebody asked for with a key, beyond a change of the line. */
export type Wish = "submit" | "leave" | "suspend" | "clear" | undefined;

/** The line being typed, and what each key does to it. */
export class Input {
  readonly #words: () => CompletionWords;
  readonly #history = new LineHistory();
  #draft = EMPTY_DRAFT;
  #mode: Mode = TYPING;
  /** What Ctrl-K, Ctrl-U and Ctrl-W took away, for Ctrl-Y. */
  #killed: readonly string[] = [];
  /** The line that waits while a question is answered. */
  #waiting: Draft | undefined;
  /** The room for which the line is typed, and what was typed for others. */
  #room = "";
  readonly #drafts = new Map<string, Draft>();
  readonly #unsent: UnsentLine;

  /**
   * Begins empty.
   *
   * @param words What may be meant when a name is completed.
   * @param now Milliseconds of a clock that never goes back; default the real one.
   */
  constructor(words: () => CompletionWords, now: () => number = () => performance.now()) {
    this.#words = words;
    this.#unsent = new UnsentLine(now);
  }

  /** How many keys have been pressed so far. */
  get presses(): number {
    return this.#unsent.presses;
  }

  /** The room for which the line is typed. */
  get room(): string {
    return this.#room;
  }

  /** The line being typed. */
  get draft(): Draft {
    return this.#draft;
  }

  /** What is going on besides typing. */
  get mode(): Mode {
    return this.#mode;
  }

  /** The text of the line, or of the answer, that is being typed. */
  get line(): string {
    return draftText(this.#draft);
  }

  /**
   * What is being typed and was not submitted, by room: first the line that is shown, or waits
   * while a question is answered; then those of other rooms. None is empty.
   */
  get unsent(): { readonly room: string; readonly text: string }[] {
    const drafts = [[this.#room, this.#waiting ?? this.#draft] as const, ...this.#drafts];
    return drafts.map(([room, draft]) => ({ room, text: draftText(draft) }))
      .filter(({ text }) => /\S/.test(text));
  }

  /** A question is answered now: the line being typed waits. */
  get answering(): boolean {
    return this.#waiting !== undefined;
  }

  /** Begins with the answer to a question. */
  beginAnswer(): void {
    this.#waiting ??= this.#draft;
    this.#edit(EMPTY_DRAFT);
  }

  /** The question is answered: goes on with the line that has waited. */
  endAnswer(): void {
    if (this.#waiting === undefined) return;
    this.#edit(this.#waiting);
    this.#waiting = undefined;
  }

  /**
   * Goes on with the line of another room; the present one waits until somebody comes back to its
   * room. An answer that is being typed stays.
   */
  turnTo(room: string): void {
    if (room === this.#room) return;
    // What was given back to the other line has been seen.
    this.#unsent.press({ type: "key", name: "" });
    const shown = this.#mode.type === "searching" ? this.#mode.before : this.#draft;
    this.#keep(this.#room, this.#history.stop(this.#waiting ?? shown));
    const draft = this.#drafts.get(room) ?? EMPTY_DRAFT;
    this.#drafts.delete(room);
    this.#room = room;
    if (this.answering) this.#waiting = draft;
    else this.#edit(draft);
  }

  /** What was typed for another room is not wanted any more: it goes to the history. */
  forget(room: string): void {
    this.#history.add(this.#drafts.get(room) ?? EMPTY_DRAFT);
    this.#drafts.delete(room);
  }

  /**
   * The line was taken: it goes to the history, and another one begins.
   *
   * @param room The room for which it was typed: somebody may have turned to another one with it.
   */
  submitted(room: string = this.#room): void {
    if (room !== this.#room) return this.forget(room);
    if (this.answering) return this.#edit(EMPTY_DRAFT);
    this.#history.add(this.#draft);
    this.#edit(EMPTY_DRAFT);
  }

  /**
   * Gives a text back that was taken and could not be sent.
   *
   * @param text The text.
   * @param presses What {@linkcode Input.presses} was when it was taken.
   * @param room For which room it was typed; default the present one.
   * @returns False when a key was pressed since, or something stands in the line: the history has
   * the text. When somebody goes on typing before the text can have been seen, it makes way, too.
   */
  giveBack(text: string, presses: number, room = this.#room): boolean {
    if (room !== this.#room) {
      if (this.#drafts.has(room)) return false;
      this.#keep(room, draftOf(text));
      return true;
    }
    const typing = this.answering || this.#draft.pieces.length > 0 || this.#mode !== TYPING;
    if (typing || !this.#unsent.mayReturn(presses)) return false;
    this.#edit(draftOf(text));
    this.#unsent.returned();
    return true;
  }

  /**
   * A key was pressed.
   *
   * @returns What else is wished for; the line stays as it is then.
   */
  press(key: Key): Wish {
    if (this.#unsent.press(key)) {
      this.#history.add(this.#draft);
      this.#edit(EMPTY_DRAFT);
    }
    const name = key.type === "key" ? key.name : undefined;
    if (name === "ctrl-c") return "leave";
    if (name === "ctrl-z") return "suspend";
    if (name === "ctrl-l") return "clear";
    if (this.#mode.type === "searching" && this.#searchKey(key, this.#mode)) return undefined;
    if (this.#mode.type === "confirming") {
      this.#mode = TYPING;
      if (name === "escape" || name === "ctrl-g") return undefined;
      if (name === "enter") return "submit";
    }
    if (name === "tab" || name === "shift-tab") return this.#complete(name === "tab" ? 1 : -1);
    if (this.#mode.type === "completing") {
      const { before } = this.#mode;
      this.#mode = TYPING;
      if (name === "escape" || name === "ctrl-g") this.#draft = before;
    }
    if (key.type === "text") this.#edit(insertText(this.#draft, key.text));
    else if (key.type === "paste") this.#paste(key.text);
    else return this.#editKey(key.name);
    return undefined;
  }

  #editKey(name: string): Wish {
    const draft = this.#draft;
    const { pieces, cursor } = draft;
    switch (name) {
      case "enter":
      case "ctrl-j":
        return this.#enter();
      case "alt-enter":
        if (!this.answering) this.#edit(insertText(draft, "\n"));
        return undefined;
      case "ctrl-d":
        if (pieces.length === 0) return "leave";
        return this.#edit(removePieces(draft, cursor, cursor + 1));
      case "ctrl-k":
        return this.#kill(cursor, pieces.length);
      case "ctrl-u":
        return this.#kill(0, cursor);
      case "ctrl-w":
        return this.#kill(spaceStart(draft), cursor);
      case "alt-backspace":
      case "ctrl-backspace":
        return this.#kill(wordStart(draft), cursor);
      case "alt-d":
      case "ctrl-delete":
      case "alt-delete":
        return this.#kill(cursor, wordEnd(draft));
      case "ctrl-y":
        return this.#edit({
          pieces: [...pieces.slice(0, cursor), ...this.#killed, ...pieces.slice(cursor)],
          cursor: cursor + this.#killed.length,
        });
      case "up":
      case "ctrl-p":
        if (!this.answering) this.#edit(this.#history.older(draft) ?? draft);
        return undefined;
      case "down":
      case "ctrl-n":
        if (!this.answering) this.#edit(this.#history.newer() ?? draft);
        return undefined;
      case "ctrl-r":
        if (!this.answering) {
          this.#mode = { type: "searching", query: "", at: undefined, before: draft };
        }
        return undefined;
      default:
        return this.#edit(editByKey(draft, name) ?? draft);
    }
  }

  #enter(): Wish {
    const text = draftText(this.#draft);
    const lines = countLines(text);
    // What is too long will be refused: there is nothing to ask.
    if (this.answering || counterOf(text)?.over || lines <= MAX_LINES_UNASKED) return "submit";
    this.#mode = { type: "confirming", lines };
    return undefined;
  }

  /** A name has one line. */
  #paste(text: string): void {
    const kept = this.answering ? text.trim().replace(/\s+/g, " ") : text;
    this.#edit(insertPaste(this.#draft, kept));
  }

  #kill(start: number, end: number): undefined {
    // A password is no text to be put back elsewhere.
    if (end > start && !this.answering) this.#killed = this.#draft.pieces.slice(start, end);
    this.#edit(removePieces(this.#draft, start, end));
  }

  #keep(room: string, draft: Draft): void {
    if (draft.pieces.length > 0) this.#drafts.set(room, draft);
  }

  #edit(draft: Draft): undefined {
    this.#draft = draft;
    this.#mode = TYPING;
  }

  #complete(step: 1 | -1): undefined {
    if (this.answering) return;
    const edited = this.#mode.type === "completing"
      ? nextCandidate(this.#mode, step)
      : beginCompleting(this.#draft, this.#words());
    if (edited === undefined) return;
    this.#draft = edited.draft;
    this.#mode = edited.mode;
  }

  /**
   * @returns The key was for the search; false: it ends the search and means what it always does.
   */
  #searchKey(key: Key, mode: Searching): boolean {
    const edited = searchKey(key, this.#draft, mode, this.#history);
    if (edited !== undefined) this.#draft = edited.draft;
    this.#mode = edited?.mode ?? TYPING;
    return edited !== undefined;
  }
}
