/**
 * The lower end of the screen: the line being typed, and what stands around it. What was printed
 * above belongs to the terminal and its scrollback. The editor knows nothing of chat: it shows a
 * {@linkcode Footer}, which somebody else makes from what is known, and reports keys.
 *
 * Built on `node:readline`, with ways round what it does not do: pastes (`paste_filter.ts`),
 * resizing, printing above, and taking the submitted line off the screen.
 *
 * @module
 */

import process from "node:process";
import readline from "node:readline";
import { PassThrough } from "node:stream";
import { editableText, PASTE_OFF, PASTE_ON, PasteFilter, submittedText } from "./paste_filter.ts";

/** Keys within an escape sequence come at once; what is alone for so long is the Escape key. */
const ESCAPE_MS = 30;

/** Lines typed earlier that the arrow keys bring back. */
const HISTORY_LINES = 200;

/** What stands at the end of the screen. */
export interface Footer {
  /** Lines between what was printed and the prompt: what is pending, the state of things. */
  readonly above: readonly string[];
  /** What stands before the line being typed. */
  readonly prompt: string;
}

/** Who is told about keys. */
export interface EditorEvents {
  /** Enter: the text, with newlines where several lines were pasted. */
  readonly onLine: (text: string) => void;
  /** Ctrl-C, Ctrl-D in an empty line, or the terminal is gone. */
  readonly onLeave: () => void;
  /** Ctrl-Z. */
  readonly onSuspend: () => void;
}

/** The parts of readline's interface that its types do not show. */
interface Internals {
  prevRows: number;
  cursor: number;
  line: string;
  history: string[];
}

/** See the module. */
export class Editor {
  readonly #events: EditorEvents;
  readonly #keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => process.stdin.setRawMode?.(on),
  });
  readonly #filter = new PasteFilter();
  readonly #decoder = new TextDecoder();
  readonly #readline: readline.Interface;
  #printed: string[] = [];
  #submittedRows = 0;
  #closed = false;
  #escapeTimer: ReturnType<typeof setTimeout> | undefined;
  #footer = "";

  /**
   * Takes the terminal over.
   *
   * @param events Who is told about keys.
   */
  constructor(events: EditorEvents) {
    this.#events = events;
    process.stdin.on("data", this.#onData);
    process.stdin.on("error", this.#onGone);
    process.stdin.on("end", this.#onGone);
    process.stdout.on("error", this.#onGone);
    this.#readline = readline.createInterface({
      input: this.#keys,
      output: process.stdout,
      terminal: true,
      historySize: HISTORY_LINES,
      prompt: "",
    });
    this.#keys.prependListener("keypress", this.#onKey);
    this.#readline.on("line", (line) => this.#onSubmit(line));
    this.#readline.on("SIGINT", () => events.onLeave());
    this.#readline.on("SIGTSTP", () => events.onSuspend());
    this.#readline.on("close", this.#onGone);
    // Readline's own listener forgets the rows that the terminal has wrapped anew.
    process.stdout.removeAllListeners("resize");
    process.stdout.on("resize", this.#onResize);
    process.stdout.write(PASTE_ON);
  }

  /** Columns of the terminal. */
  get columns(): number {
    return process.stdout.columns ?? 80;
  }

  /** Shows a footer instead of the one before. What is being typed stays. */
  show({ above, prompt }: Footer): void {
    const footer = [...above, prompt].join("\n");
    if (footer === this.#footer || this.#closed) return;
    const up = this.#upToStart();
    this.#footer = footer;
    this.#readline.setPrompt(footer);
    this.#redraw(up);
  }

  /** Prints lines above the footer; those of one turn of the event loop in one write. */
  print(lines: readonly string[]): void {
    if (lines.length === 0 || this.#closed) return;
    if (this.#printed.length === 0) queueMicrotask(() => this.#draw(""));
    for (const line of lines) this.#printed.push(line);
  }

  /** Puts a text into the line being typed. */
  type(text: string): void {
    this.#readline.write(editableText(text));
  }

  /** The arrow keys bring back nothing that was typed until now. */
  forgetHistory(): void {
    this.#internals.history = [];
  }

  /**
   * Stops the program as Ctrl-Z does, until the shell's `fg`. The line being typed stays.
   *
   * @throws Where a program cannot stop itself.
   */
  suspend(): void {
    process.once("SIGCONT", () => {
      if (this.#closed) return;
      process.stdin.setRawMode?.(true);
      this.#redraw(PASTE_ON);
    });
    process.stdout.write(`${this.#upToStart()}${PASTE_OFF}`);
    process.stdin.setRawMode?.(false);
    try {
      process.kill(process.pid, "SIGTSTP");
    } catch (error) {
      process.stdin.setRawMode?.(true);
      this.#redraw(PASTE_ON);
      throw error;
    }
  }

  /** Gives the terminal back, without the footer. */
  close(): void {
    if (this.#closed) return;
    this.#draw("");
    this.#closed = true;
    clearTimeout(this.#escapeTimer);
    try {
      process.stdout.write(`${this.#upToStart()}${PASTE_OFF}`);
    } catch {
      // The terminal is gone.
    }
    this.#readline.close();
    process.stdin.off("data", this.#onData);
    process.stdout.off("resize", this.#onResize);
    process.stdin.pause();
  }

  get #internals(): Internals {
    return this.#readline as unknown as Internals;
  }

  readonly #onData = (bytes: Uint8Array): void => {
    clearTimeout(this.#escapeTimer);
    const keys = this.#filter.push(this.#decoder.decode(bytes, { stream: true }));
    if (keys !== "") this.#keys.write(keys);
    if (!this.#filter.holding) return;
    this.#escapeTimer = setTimeout(() => {
      const held = this.#filter.flush();
      if (held !== "") this.#keys.write(held);
    }, ESCAPE_MS);
  };

  readonly #onGone = (): void => {
    if (!this.#closed) this.#events.onLeave();
  };

  readonly #onResize = (): void => this.#draw("");

  /** Before readline handles Enter: how many rows the line takes that it will leave behind. */
  readonly #onKey = (_text: string, key: { readonly name?: string } | undefined): void => {
    if (key?.name !== "return" && key?.name !== "enter") return;
    const { cursor } = this.#internals;
    this.#internals.cursor = this.#internals.line.length;
    this.#submittedRows = this.#readline.getCursorPos().rows + 1;
    this.#internals.cursor = cursor;
  };

  #onSubmit(line: string): void {
    // What was typed will be seen again when the server has it.
    this.#redraw(`\x1b[${this.#submittedRows}A\r\x1b[J`);
    this.#events.onLine(submittedText(line));
  }

  /** Escape sequences that lead to where the footer begins, and clear from there. */
  #upToStart(): string {
    const { rows } = this.#readline.getCursorPos();
    return `${rows > 0 ? `\x1b[${rows}A` : ""}\r\x1b[J`;
  }

  #draw(extra: string): void {
    if (!this.#closed) this.#redraw(this.#upToStart() + extra);
  }

  #redraw(before: string): void {
    const lines = this.#printed;
    this.#printed = [];
    try {
      process.stdout.write(before + lines.map((line) => `${line}\r\n`).join(""));
      this.#internals.prevRows = 0;
      this.#readline.prompt(true);
    } catch {
      this.#onGone();
    }
  }
}
