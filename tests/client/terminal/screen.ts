/**
 * A terminal without a window: it understands what a real one does, and tests press its keys and
 * read its screen.
 *
 * @module
 */

import xterm from "@xterm/headless";
import type { Size } from "../../../src/client/terminal/picture.ts";
import type { Tty, TtyEvents } from "../../../src/client/terminal/tty.ts";
import { until } from "../../helpers/wait.ts";

/** Options of {@linkcode FakeTerminal}. */
export interface FakeTerminalOptions {
  /** Characters in a row; default 80. */
  readonly columns?: number;
  /** Rows; default 24. */
  readonly rows?: number;
  /** It gives emoji two columns; default true. Old terminals give them one. */
  readonly wideEmoji?: boolean;
}

const encoder = new TextEncoder();

/** See the module. */
export class FakeTerminal implements Tty {
  readonly #terminal: xterm.Terminal;
  #events: TtyEvents | undefined;
  #writing = 0;
  /** How many writes it has taken. */
  writes = 0;
  /** All that was written. */
  written = "";

  /** Opens a terminal with a scrollback of 20,000 lines. */
  constructor({ columns = 80, rows = 24, wideEmoji = true }: FakeTerminalOptions = {}) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 20_000,
      allowProposedApi: true,
      reflowCursorLine: true,
    });
    if (wideEmoji) this.#widenEmoji();
  }

  /** See {@linkcode Tty}. */
  size(): Size {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** See {@linkcode Tty}. */
  write(text: string): Promise<void> {
    if (this.#writing > 0) throw new Error("Two writes at once");
    this.#writing++;
    this.writes++;
    this.written += text;
    return new Promise((resolve) =>
      this.#terminal.write(text, () => {
        this.#writing--;
        resolve();
      })
    );
  }

  /** See {@linkcode Tty}. */
  open(events: TtyEvents): void {
    this.#events = events;
  }

  /** See {@linkcode Tty}. */
  suspend(): Promise<void> {
    return Promise.resolve();
  }

  /** See {@linkcode Tty}. */
  close(): void {
    this.#events = undefined;
  }

  /** Presses keys. */
  press(keys: string): void {
    this.#events?.onBytes(encoder.encode(keys));
  }

  /** Pastes a text. */
  paste(text: string): void {
    this.press(`\x1b[200~${text}\x1b[201~`);
  }

  /** Changes the size of the window. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#events?.onChanged();
  }

  /** The window is closed. */
  vanish(): void {
    this.#events?.onGone();
  }

  /** All rows from the beginning of the scrollback, without spaces and empty rows at the end. */
  get lines(): string[] {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row++) {
      lines.push(buffer.getLine(row)?.translateToString(true) ?? "");
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** The same, with a `|` where the cursor stands. */
  get picture(): string[] {
    const buffer = this.#terminal.buffer.active;
    const lines = this.lines;
    const row = buffer.baseY + buffer.cursorY;
    while (lines.length <= row) lines.push("");
    const line = buffer.getLine(row);
    const before = line?.translateToString(false, 0, buffer.cursorX) ?? "";
    const after = line?.translateToString(true, buffer.cursorX) ?? "";
    lines[row] = `${before}|${after}`;
    return lines;
  }

  /** Waits until nothing is being drawn any more. */
  async settled(): Promise<void> {
    for (let calm = 0; calm < 3;) {
      const before = this.writes;
      await new Promise((resolve) => setTimeout(resolve, 0));
      calm = this.writes === before && this.#writing === 0 ? calm + 1 : 0;
    }
  }

  /** Waits until a row matches. */
  shows(wanted: RegExp): Promise<void> {
    return until(
      () => this.lines.some((line) => wanted.test(line)),
      `${wanted}, on a screen with\n${this.lines.join("\n")}`,
    );
  }

  #widenEmoji(): void {
    const { unicode } = this.#terminal;
    const older = (codepoint: number): 0 | 1 | 2 => {
      const char = String.fromCodePoint(codepoint);
      if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(char)) return 0;
      return /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uFF01-\uFF60]/u
          .test(char)
        ? 2
        : 1;
    };
    unicode.register({
      version: "wide",
      wcwidth: older,
      charProperties(codepoint, preceding) {
        const own = older(codepoint);
        const before = (preceding >> 1) & 3;
        const joins = own === 0 && preceding !== 0 && before !== 0;
        return (joins ? before : own) << 1 | (joins ? 1 : 0);
      },
    });
    unicode.activeVersion = "wide";
  }
}
