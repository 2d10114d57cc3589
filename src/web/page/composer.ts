/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The field: grows with its text, Enter sends, Shift-Enter breaks the line, commands and names
 * complete.
 *
 * @module
 */

import { complete, nameArgument, roomArgument } from "../../client/view/completion.ts";
import { counterOf, interpret, privateMessage } from "../../client/view/typed_line.ts";
import { COMMANDS, type CommandSpec } from "../../protocol/commands.ts";
import { slashAt } from "../../protocol/text.ts";
import { drawCandidate } from "./candidate.ts";
import { find, isComposing } from "./dom.ts";
import { readDraft, writeDraft } from "./memory.ts";
import { SentLines } from "./sent.ts";

/** Names that are shown; of commands, all are. */
const MAX_NAMES = 8;

/** A text before the cursor that a list comes up for, beside the names that commands take. */
const COMPLETED = /^\s*\/\S*$|(?:^|\s)[@#]\S*$/;

/** Nothing in the list is chosen: Enter sends what was typed. */
const NONE = -1;

/** What the field works with. */
export interface ComposerOptions {
  /** The people who may be meant, the likeliest first. */
  readonly people: () => readonly string[];
  /** The rooms that may be meant, by their folded names. */
  readonly rooms: () => readonly string[];
  /** Asks for rooms whose names begin like this, where they are not known; true: it does. */
  readonly lookForRooms: (typed: string) => boolean;
  /** Whose commands cannot be used here. */
  readonly hidden: () => readonly CommandSpec["who"][];
  /** Takes the last line back that was not sent in this room; undefined: all were. */
  readonly takeBack: (room: string) => string | undefined;
  /** Takes a text for the room that is shown; returns why not. */
  readonly send: (text: string) => string | undefined;
}

/** The field for typing; each room has its draft, which outlives a reload. */
export class Composer {
  readonly #options: ComposerOptions;
  readonly #field = find("field", HTMLTextAreaElement);
  readonly #list = find("candidates", HTMLUListElement);
  readonly #button = find("send", HTMLButtonElement);
  readonly #counter = find("counter", HTMLElement);
  #candidates: readonly string[] = [];
  #word = "";
  #chosen = NONE;
  /** What stood before the cursor when rooms were asked for to complete it; undefined: none are. */
  #looked: string | undefined;
  /** Never a password. */
  readonly #sent = new SentLines();
  /** The room that it is for. */
  #room = "";

  /** Empty: {@linkcode show} gives it a room. */
  constructor(options: ComposerOptions) {
    this.#options = options;
    const field = this.#field;
    field.addEventListener("input", () => this.#changed());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("click", () => this.#close());
    find("composer", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
      field.focus();
    });
  }

  /**
   * Another room is shown: its draft takes the place of the one before.
   *
   * @param room Its folded name.
   */
  show(room: string): void {
    if (room === this.#room) return;
    this.#room = room;
    this.#field.value = readDraft(room);
    this.#changed({ completing: false });
  }

  /** Where nothing can be said, commands can still be typed. */
  setSendable(isSendable: boolean): void {
    this.#button.disabled = !isSendable;
  }

  /** Puts the cursor into the field. */
  focus(): void {
    this.#field.focus();
    this.#fit();
  }

  /** Begins a text, such as `/msg ada `; what was being typed stays behind it. */
  begin(text: string): void {
    if (!this.#field.value.startsWith(text)) this.#field.value = text + this.#field.value;
    this.#field.focus();
    this.#changed();
  }

  /** Gives a text back that was not accepted in a room. False: another one is being typed there. */
  giveBack(text: string, room: string): boolean {
    if (room !== this.#room) {
      if (readDraft(room).trim() !== "") return false;
      writeDraft(room, text);
      return true;
    }
    if (this.#field.value.trim() !== "") return false;
    this.exchange(text);
    return true;
  }

  /** Forgets what was sent: somebody has left. */
  forget(): void {
    this.#sent.clear();
  }

  /** Puts a text into the field; returns what stood there. */
  exchange(text: string): string {
    const before = this.#field.value;
    this.#field.value = text;
    this.#field.focus();
    this.#changed();
    return before;
  }

  #changed({ completing = true } = {}): void {
    const { value, selectionStart } = this.#field;
    // A password or a key must not outlive the moment.
    writeDraft(this.#room, holdsPassword(value) ? "" : value);
    this.#fit();
    const counter = counterOf(value);
    this.#counter.textContent = counter?.text ?? "";
    this.#counter.className = counter?.over ? "over" : "";
    const before = value.slice(0, selectionStart);
    // Plain words complete with Tab only: a list that comes up at every word is in the way.
    const isCompleted = COMPLETED.test(before) || nameArgument(before) !== undefined;
    if (completing && isCompleted) this.#open(before);
    else this.#close();
  }

  /** More rooms are known: the list that waits for them is drawn again. */
  learnRooms(): void {
    const { value, selectionStart } = this.#field;
    const before = value.slice(0, selectionStart);
    if (before === this.#looked && document.activeElement === this.#field) this.#open(before);
  }

  #open(before: string): void {
    const { people, rooms, hidden, lookForRooms } = this.#options;
    const room = roomArgument(before);
    this.#looked = room !== undefined && lookForRooms(room) ? before : undefined;
    const known = { names: people(), rooms: rooms(), hidden: hidden() };
    const { word, candidates } = complete(before, known);
    this.#word = word;
    this.#candidates = candidates.slice(0, word.startsWith("/") ? COMMANDS.length : MAX_NAMES);
    this.#chosen = NONE;
    this.#drawCandidates();
  }

  #close(): void {
    if (this.#candidates.length === 0) return;
    this.#candidates = [];
    this.#drawCandidates();
  }

  #drawCandidates(): void {
    const field = this.#field;
    this.#list.hidden = this.#candidates.length === 0;
    const isOperator = this.#options.hidden().length === 0;
    this.#list.replaceChildren(...this.#candidates.map((candidate, i) => {
      const option = drawCandidate(candidate.trim(), { isOperator });
      option.id = `candidate${i}`;
      option.setAttribute("aria-selected", String(i === this.#chosen));
      // Before the field loses the focus.
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        this.#accept(i);
      });
      return option;
    }));
    const chosen = this.#list.children[this.#chosen];
    if (chosen === undefined) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  #accept(index: number): void {
    const candidate = this.#candidates[index];
    if (candidate === undefined) return;
    const { selectionStart } = this.#field;
    const start = selectionStart - this.#word.length;
    this.#field.setRangeText(candidate, start, selectionStart, "end");
    this.#close();
    this.#changed();
    // What was completed needs no list any more, unless a name follows.
    if (nameArgument(this.#field.value) === undefined) this.#close();
  }

  #key(event: KeyboardEvent): void {
    // Enter ends a word that is being composed, too.
    if (isComposing(event)) return;
    const count = this.#candidates.length;
    if (count > 0 && this.#choose(event, count)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const line = this.#takenBack(event) ?? this.#sent.recall(event, this.#field);
      if (line === undefined) return;
      event.preventDefault();
      this.#field.value = line;
      this.#changed({ completing: false });
    } else if (event.key === "Tab" && !event.shiftKey && this.#completeWord()) {
      event.preventDefault();
    }
  }

  /** Up in an empty field: what was not sent comes before what was. */
  #takenBack({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string | undefined {
    const isUp = key === "ArrowUp" && !altKey && !ctrlKey && !metaKey && !shiftKey;
    return isUp && this.#field.value === "" ? this.#options.takeBack(this.#room) : undefined;
  }

  /** @returns The key was for the list. */
  #choose({ key, shiftKey }: KeyboardEvent, count: number): boolean {
    switch (key) {
      case "ArrowDown":
      case "ArrowUp":
        this.#chosen = key === "ArrowDown"
          ? (this.#chosen + 1) % count
          : (Math.max(this.#chosen, 0) + count - 1) % count;
        this.#drawCandidates();
        return true;
      case "Escape":
        this.#close();
        return true;
      case "Tab":
        if (shiftKey) return false;
        this.#accept(Math.max(this.#chosen, 0));
        return true;
      case "Enter":
        if (shiftKey || this.#chosen === NONE) return false;
        this.#accept(this.#chosen);
        return true;
    }
    return false;
  }

  /**
   * Tab leaves the field when there is no word to complete before the cursor. While rooms are asked
   * for, it does nothing.
   */
  #completeWord(): boolean {
    const { value, selectionStart } = this.#field;
    const before = value.slice(0, selectionStart);
    if (!/\S$/.test(before)) return false;
    this.#open(before);
    if (this.#looked === before) return true;
    if (this.#candidates.length === 1) this.#accept(0);
    return this.#candidates.length > 0 || this.#field.value !== value;
  }

  #send(): void {
    const { value } = this.#field;
    if (value.trim() === "") return;
    const problem = this.#options.send(value);
    const isSecret = holdsPassword(value);
    // After a command comes another line. A secret, which cannot be recalled, stays.
    if (problem === undefined || (isCommand(value) && !isSecret)) {
      if (!isSecret) this.#sent.add(value);
      this.#field.value = "";
      this.#changed();
    }
    if (problem === undefined) return;
    this.#counter.textContent = problem;
    this.#counter.className = "over";
  }

  #fit(): void {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}

/** The operators' password or the key of a room may stand behind the command. */
function holdsPassword(text: string): boolean {
  return /^\/(?:(?:op|key)\b|join\s+\S+\s+\S)/i.test(text.slice(Math.max(0, slashAt(text))));
}

/** It says nothing in the room. */
function isCommand(text: string): boolean {
  const intent = interpret(text, { quitWords: false });
  return intent.type === "command" && privateMessage(intent.line) === undefined;
}
