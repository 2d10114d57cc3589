/**
 * From the bytes of a terminal to keys: `node:readline` knows what the keyboards of many terminals
 * send; pastes are taken out before (`paste_filter.ts`), and so is what no keyboard sends
 * (`sequence_filter.ts`).
 *
 * @module
 */

// deno-lint-ignore-file no-control-regex -- escape sequences are what is meant

import type { EventEmitter } from "node:events";
import { nodeEvents, nodeReadline } from "../../node.ts";
import { PasteFilter, type TypedPart } from "./paste_filter.ts";
import { SequenceFilter } from "./sequence_filter.ts";

/** Keys within an escape sequence come at once; what is alone for so long is the Escape key. */
const ESCAPE_MS = 30;

/** A paste or a sequence whose end does not come for so long has lost it: a second. */
const STALL_MS = 1_000;

/** What somebody did at the keyboard. */
export type Key =
  | {
    /** Characters were typed. */
    readonly type: "text";
    /** One or more, none of them a control character. */
    readonly text: string;
  }
  | {
    /** Something was pasted. */
    readonly type: "paste";
    /** As it came. */
    readonly text: string;
  }
  | {
    /** Any other key. */
    readonly type: "key";
    /** Such as `left`, `ctrl-a`, `alt-b`, `shift-tab`, `enter`, `escape`. */
    readonly name: string;
  };

/** What readline tells of a key. */
interface Pressed {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** Gives the keys of one terminal, in order, as they are pressed. */
export class KeyReader {
  readonly #onKey: (key: Key) => void;
  readonly #filter = new PasteFilter();
  readonly #sequences = new SequenceFilter();
  readonly #decoder = new TextDecoder();
  /** What readline listens to; made with the first key. */
  #keyboard: EventEmitter | undefined;
  #isClosed = false;
  #typed = "";
  /** Escape stands before the sequence of the key. */
  #escaped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stalled: ReturnType<typeof setTimeout> | undefined;

  /**
   * Reads nothing yet.
   *
   * @param onKey Is told every key, in order.
   */
  constructor(onKey: (key: Key) => void) {
    this.#onKey = onKey;
  }

  /** Takes what the terminal sent, cut anywhere. */
  push(bytes: Uint8Array): void {
    this.#take(this.#filter.push(this.#decoder.decode(bytes, { stream: true })));
    this.#wait();
  }

  /** Tells no key any more. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#stalled);
    this.#isClosed = true;
  }

  /** Waits for the rest of what has begun. */
  #wait(): void {
    clearTimeout(this.#timer);
    const isKey = this.#filter.holding || this.#sequences.unfinished === "key";
    if (this.#filter.pasting) {
      this.#timer = setTimeout(() => this.#take(this.#filter.endPaste()), STALL_MS);
    } else if (isKey) {
      this.#timer = setTimeout(() => {
        this.#take(this.#filter.flush());
        if (this.#sequences.unfinished === "key") this.#type(this.#sequences.flush());
        else this.#wait();
      }, ESCAPE_MS);
    }
    if (this.#sequences.unfinished !== "sequence") {
      clearTimeout(this.#stalled);
      this.#stalled = undefined;
    } else {
      // From its beginning: what is typed meanwhile would be lost in it.
      this.#stalled ??= setTimeout(() => {
        this.#stalled = undefined;
        this.#type(this.#sequences.flush());
      }, STALL_MS);
    }
  }

  #take(parts: readonly TypedPart[]): void {
    for (const { pasted, text } of parts) {
      if (pasted) this.#onKey({ type: "paste", text });
      else this.#type(this.#sequences.push(text));
    }
  }

  #type(pieces: readonly string[]): void {
    for (const piece of pieces) {
      // Readline would wait whether something follows; the filter has waited already.
      if (piece === "\x1b") this.#onKey({ type: "key", name: "escape" });
      else this.#emit(piece);
      this.#tellTyped();
    }
  }

  /** Readline passes over an Escape before a sequence, which stands for Alt. */
  #emit(piece: string): void {
    if (this.#isClosed) return;
    this.#keyboard ??= this.#makeKeyboard();
    this.#escaped = /^\x1B\x1B[[O]/.test(piece);
    this.#keyboard.emit("data", this.#escaped ? piece.slice(1) : piece);
    this.#escaped = false;
  }

  #makeKeyboard(): EventEmitter {
    const { EventEmitter } = nodeEvents();
    const keyboard = new EventEmitter();
    // It listens to "data" and emits "keypress": all of a stream that it needs.
    nodeReadline().emitKeypressEvents(keyboard as unknown as NodeJS.ReadableStream);
    keyboard.on("keypress", (text, key) => {
      if (!this.#isClosed) this.#pressed(text, key);
    });
    return keyboard;
  }

  #pressed(text: string | undefined, { name, ctrl, meta, shift }: Pressed): void {
    if (text !== undefined && text !== "" && !ctrl && !meta && !/\p{Cc}/u.test(text)) {
      this.#typed += text;
      return;
    }
    this.#tellTyped();
    // Readline's word for a sequence that it does not know: a reply, or the window's focus.
    if (name === undefined || name === "undefined") return;
    if (name === "escape") return this.#onKey({ type: "key", name });
    const base = name === "return" ? "enter" : name;
    const alt = meta || this.#escaped;
    const modified = `${ctrl ? "ctrl-" : ""}${alt ? "alt-" : ""}${shift ? "shift-" : ""}${base}`;
    this.#onKey({ type: "key", name: modified });
  }

  /** Characters that came together are told together. */
  #tellTyped(): void {
    if (this.#typed === "") return;
    const text = this.#typed;
    this.#typed = "";
    this.#onKey({ type: "text", text });
  }
}
