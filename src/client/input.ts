/**
 * What keys do to the line being typed: state, and a picture of it, without a terminal.
 *
 * @module
 */

import { commonBeginning, complete } from "./completion.ts";
import {
  countLines,
  type Draft,
  draftOf,
  draftText,
  EMPTY_DRAFT,
  insertPaste,
  insertText,
  moveTo,
  removePieces,
  transpose,
  wordEnd,
  wordStart,
} from "./draft.ts";
import type { Key } from "./keys.ts";
import { LineHistory } from "./line_history.ts";

/** More lines than these are sent only after a question: most are pasted by mistake. */
const MAX_LINES_UNASKED = 4;

/** What somebody asked for with a key, beyond a change of the line. */
export type Wish = "submit" | "leave" | "suspend" | "clear" | undefined;

/** What is going on besides typing. */
export type Mode =
  | { readonly type: "typing" }
  | {
    /** Tab was pressed, and more than one word is meant. */
    readonly type: "completing";
    /** The words. */
    readonly candidates: readonly string[];
    /** Which one stands in the line; -1 for what they have in common. */
    readonly at: number;
    /** The line without the word. */
    readonly without: Draft;
    /** The line as it was typed. */
    readonly before: Draft;
  }
  | {
    /** Ctrl-R was pressed. */
    readonly type: "searching";
    /** What is looked for. */
    readonly query: string;
    /** Where the shown line stands in the history; undefined when there is none. */
    readonly at: number | undefined;
    /** The line as it was before. */
    readonly before: Draft;
  }
  | {
    /** Enter was pressed on many lines. */
    readonly type: "confirming";
    /** How many. */
    readonly lines: number;
  };

const TYPING: Mode = { type: "typing" };

/** See the module. */
export class Input {
  readonly #names: () => readonly string[];
  readonly #history = new LineHistory();
  #draft = EMPTY_DRAFT;
  #mode: Mode = TYPING;
  /** What Ctrl-K, Ctrl-U and Ctrl-W took away, for Ctrl-Y. */
  #killed: readonly string[] = [];
  /** The line that waits while a question is answered. */
  #waiting: Draft | undefined;

  /**
   * Begins empty.
   *
   * @param names Who may be meant when a name is completed, the likeliest first.
   */
  constructor(names: () => readonly string[]) {
    this.#names = names;
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

  /** The text being typed; of the line that waits, while a question is answered. */
  get text(): string {
    return draftText(this.#waiting ?? this.#draft);
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

  /** The line was taken: it goes to the history, and another one begins. */
  submitted(): void {
    if (this.answering) return this.#edit(EMPTY_DRAFT);
    this.#history.add(this.#draft);
    this.#edit(EMPTY_DRAFT);
  }

  /**
   * Gives a text back that was taken and could not be sent.
   *
   * @returns False when something else is being typed: the history has the text.
   */
  giveBack(text: string): boolean {
    if (this.answering || this.#draft.pieces.length > 0) return false;
    this.#edit(draftOf(text));
    return true;
  }

  /**
   * A key was pressed.
   *
   * @returns What else is wished for; the line stays as it is then.
   */
  press(key: Key): Wish {
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
      case "delete":
        return this.#edit(removePieces(draft, cursor, cursor + 1));
      case "backspace":
      case "shift-backspace":
      case "ctrl-h":
        if (cursor > 0) this.#edit(removePieces(draft, cursor - 1, cursor));
        return undefined;
      case "left":
      case "ctrl-b":
        return this.#edit(moveTo(draft, cursor - 1));
      case "right":
      case "ctrl-f":
        return this.#edit(moveTo(draft, cursor + 1));
      case "home":
      case "ctrl-a":
        return this.#edit(moveTo(draft, 0));
      case "end":
      case "ctrl-e":
        return this.#edit(moveTo(draft, pieces.length));
      case "ctrl-left":
      case "alt-left":
      case "alt-b":
        return this.#edit(moveTo(draft, wordStart(draft)));
      case "ctrl-right":
      case "alt-right":
      case "alt-f":
        return this.#edit(moveTo(draft, wordEnd(draft)));
      case "ctrl-k":
        return this.#kill(cursor, pieces.length);
      case "ctrl-u":
        return this.#kill(0, cursor);
      case "ctrl-w":
        return this.#kill(this.#spaceBefore(), cursor);
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
      case "ctrl-t":
        return this.#edit(transpose(draft));
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
        return undefined;
    }
  }

  #enter(): Wish {
    const lines = countLines(draftText(this.#draft));
    if (this.answering || lines <= MAX_LINES_UNASKED) return "submit";
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

  /** Where the word before the cursor begins, as Ctrl-W sees it: at white space. */
  #spaceBefore(): number {
    const { pieces, cursor } = this.#draft;
    let at = cursor;
    while (at > 0 && pieces[at - 1] === " ") at--;
    while (at > 0 && pieces[at - 1] !== " ") at--;
    return at;
  }

  #edit(draft: Draft): undefined {
    this.#draft = draft;
    this.#mode = TYPING;
  }

  #complete(step: 1 | -1): undefined {
    if (this.answering) return;
    const mode = this.#mode;
    if (mode.type === "completing") {
      const { candidates } = mode;
      const from = mode.at < 0 && step < 0 ? 0 : mode.at;
      const at = (from + step + candidates.length) % candidates.length;
      this.#draft = insertText(mode.without, candidates[at] ?? "");
      this.#mode = { ...mode, at };
      return;
    }
    const before = this.#draft;
    const { word, candidates } = complete(completable(before), this.#names());
    const [first] = candidates;
    if (first === undefined) return;
    const kept = [...before.pieces.slice(0, before.cursor)];
    for (let left = word.length; left > 0;) left -= kept.pop()?.length ?? left;
    const without: Draft = {
      pieces: [...kept, ...before.pieces.slice(before.cursor)],
      cursor: kept.length,
    };
    if (candidates.length === 1) return this.#edit(insertText(without, first));
    const common = commonBeginning(candidates);
    this.#draft = common.length > word.length ? insertText(without, common) : before;
    this.#mode = { type: "completing", candidates, at: -1, without, before };
  }

  /** @returns The key was for the search; false: it ends the search and means what it always does. */
  #searchKey(key: Key, mode: Extract<Mode, { type: "searching" }>): boolean {
    if (key.type !== "key") return this.#search(mode.query + key.text.replace(/\s+/g, " "), mode);
    switch (key.name) {
      case "ctrl-r":
        return this.#search(mode.query, mode, mode.at);
      case "backspace":
      case "ctrl-h":
        return this.#search(Array.from(mode.query).slice(0, -1).join(""), mode);
      case "escape":
      case "ctrl-g":
        return this.#edit(mode.before) ?? true;
      case "enter":
      case "tab":
        // Takes the line; it is not sent before it has been seen, with one more Enter.
        return this.#edit(this.#draft) ?? true;
      default:
        this.#mode = TYPING;
        return false;
    }
  }

  #search(
    query: string,
    mode: Extract<Mode, { type: "searching" }>,
    before?: number,
  ): true {
    const found = query === "" ? undefined : this.#history.find(query, before);
    if (found !== undefined) {
      this.#draft = found[1];
      this.#mode = { ...mode, query, at: found[0] };
    } else if (before === undefined) {
      this.#draft = mode.before;
      this.#mode = { ...mode, query, at: undefined };
    }
    return true;
  }
}

/** The text before the cursor; a paste is no part of a word, whatever it ends with. */
function completable({ pieces, cursor }: Draft): string {
  const before = pieces.slice(0, cursor);
  const paste = before.findLastIndex((piece) => piece.includes("\n"));
  return (paste < 0 ? "" : " ") + before.slice(paste + 1).join("");
}
