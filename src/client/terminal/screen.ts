/**
 * Draws: what is printed goes up into the terminal's own scrollback, the picture of the footer
 * stays below it. What changes while a write is under way goes into the next one, so that a flood
 * of messages costs few writes, and a key is shown after at most one of them.
 *
 * @module
 */

import { columnsOf } from "../view/width.ts";
import { PASTE_OFF, PASTE_ON } from "./paste_filter.ts";
import type { Picture, Size } from "./picture.ts";
import type { Tty } from "./tty.ts";

/**
 * UTF-16 units of printed lines in one write: a few milliseconds of a slow terminal, so that keys
 * are shown in between.
 */
const MAX_FRAME_CHARS = 32 * 1024;

/** Over so much that waits to be printed, the caller is asked to wait. */
const MAX_WAITING_CHARS = 256 * 1024;

/** A paused terminal (Ctrl-S) does not hold the end of the program up for longer. */
const CLOSE_WAIT_MS = 1_000;

/**
 * Around a frame: terminals that know synchronized output show it at once and whole; the others
 * ignore the marks.
 */
const FRAME_BEGINS = "\x1b[?2026h";
const FRAME_ENDS = "\x1b[?2026l";

/** What makes a terminal ring. */
const BELL = "\x07";

/**
 * Around the title of the window (xterm): the one from before is kept, and brought back. Terminals
 * that do not know it keep the last title until the shell sets its own.
 */
const KEEP_TITLE = "\x1b[22;2t";
const OLD_TITLE = "\x1b[23;2t";

/**
 * Erases the row and all below it, in two steps: tmux, asked in one step from the top left, takes
 * it for clearing the screen, and moves what was there into its scrollback (`scroll-on-clear`).
 */
const ERASE_FROM_ROW = "\r\x1b[K\x1b[C\x1b[J\r";

/** Colours do not take room. */
// deno-lint-ignore no-control-regex -- escape sequences are what is meant
const COLOURS = /\x1b\[[\d;]*m/g;

/** What was drawn last. */
interface Drawn {
  readonly picture: Picture;
  readonly columns: number;
}

/** Writes to one terminal; printing resolves once the terminal has taken the rows. */
export class Screen {
  readonly #tty: Tty;
  readonly #paint: (size: Size) => Picture;
  readonly #onGone: () => void;
  #printed: string[] = [];
  #waitingChars = 0;
  #drained: (() => void)[] = [];
  #drawn: Drawn | undefined;
  #before = PASTE_ON;
  #title: string | undefined;
  #dirty = false;
  #working: Promise<void> | undefined;
  #closed = false;
  #hurried = false;

  /**
   * Draws nothing yet.
   *
   * @param tty Where to.
   * @param paint Paints the footer; called at most once a write, when that begins.
   * @param onGone Is told once when the terminal is gone.
   */
  constructor(tty: Tty, paint: (size: Size) => Picture, onGone: () => void) {
    this.#tty = tty;
    this.#paint = paint;
    this.#onGone = onGone;
  }

  /**
   * Prints lines above the footer.
   *
   * @returns Resolves when more may be printed: at once, unless much waits already.
   */
  print(lines: readonly string[]): Promise<void> {
    if (lines.length === 0 || this.#closed) return Promise.resolve();
    for (const line of lines) {
      this.#printed.push(line);
      this.#waitingChars += line.length + 1;
    }
    this.draw();
    if (this.#hurried || this.#waitingChars <= MAX_WAITING_CHARS) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** From here on nobody waits for the terminal: the program is about to end. */
  hurry(): void {
    this.#hurried = true;
    this.#wake();
  }

  /** The footer has changed: draws it as soon as the terminal has taken what went before. */
  draw(): void {
    if (this.#closed) return;
    this.#dirty = true;
    this.#working ??= this.#work();
  }

  /** Another program may have used the terminal: the footer is drawn anew, nothing is erased. */
  redraw(): void {
    this.#drawn = undefined;
    this.#before = PASTE_ON;
    this.draw();
  }

  /** Rings with the next write. */
  ring(): void {
    this.#before += BELL;
    this.draw();
  }

  /** Clears the screen, as Ctrl-L does. The scrollback stays. */
  clear(): void {
    this.#before = "\x1b[H\x1b[2J";
    this.draw();
  }

  /** Takes the footer off the screen, for other programs. Resolves when that is done. */
  async hide(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    this.#closed = true;
    const erase = this.#eraseDrawn(this.#tty.size());
    await this.#write(erase + this.#retitle(undefined) + PASTE_OFF);
    this.#drawn = undefined;
    this.#before = PASTE_ON;
    this.#closed = false;
  }

  /** Prints what waits, takes the footer away and draws no more. Never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, CLOSE_WAIT_MS));
    await Promise.race([
      late,
      (async () => {
        await this.#working;
        await this.hide();
      })(),
    ]);
    clearTimeout(timer);
    this.#closed = true;
    this.#wake();
  }

  async #work(): Promise<void> {
    // What comes in the same turn goes into the same write.
    await Promise.resolve();
    while (!this.#closed && (this.#dirty || this.#printed.length > 0)) {
      const frame = this.#frame();
      if (frame !== undefined && !await this.#write(frame)) break;
    }
    this.#working = undefined;
  }

  async #write(text: string): Promise<boolean> {
    try {
      await this.#tty.write(text);
      return true;
    } catch {
      this.#closed = true;
      this.#printed = [];
      this.#waitingChars = 0;
      this.#wake();
      this.#onGone();
      return false;
    }
  }

  /** The next write; undefined when the screen shows all of it already. */
  #frame(): string | undefined {
    const size = this.#tty.size();
    const picture = this.#paint(size);
    if (this.#printed.length === 0 && this.#before === "" && this.#shows(picture, size)) {
      this.#dirty = false;
      return undefined;
    }
    const printed = this.#takePrinted();
    const erase = this.#eraseDrawn(size);
    this.#dirty = false;
    this.#drawn = { picture, columns: size.columns };
    const before = this.#before + this.#retitle(picture.title);
    this.#before = "";
    return FRAME_BEGINS + erase + before + printed + drawnPicture(picture) + FRAME_ENDS;
  }

  /** What gives the window this title; undefined: the one from before. */
  #retitle(title: string | undefined): string {
    const before = this.#title;
    this.#title = title;
    if (title === before) return "";
    if (title === undefined) return OLD_TITLE;
    return `${before === undefined ? KEEP_TITLE : ""}\x1b]2;${title}\x07`;
  }

  #shows({ rows, cursorRow, beforeCursor, title }: Picture, { columns }: Size): boolean {
    const drawn = this.#drawn;
    return drawn !== undefined && drawn.columns === columns && title === this.#title &&
      drawn.picture.cursorRow === cursorRow && drawn.picture.beforeCursor === beforeCursor &&
      drawn.picture.rows.length === rows.length &&
      drawn.picture.rows.every((row, i) => row === rows[i]);
  }

  #takePrinted(): string {
    let chars = 0;
    let count = 0;
    for (const line of this.#printed) {
      if (count > 0 && chars + line.length > MAX_FRAME_CHARS) break;
      chars += line.length + 1;
      count++;
    }
    const lines = this.#printed.splice(0, count);
    this.#waitingChars -= chars;
    if (this.#waitingChars <= MAX_WAITING_CHARS) this.#wake();
    return lines.map((line) => `${line}\r\n`).join("");
  }

  #wake(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Leads to where the footer begins, and clears from there. */
  #eraseDrawn({ columns }: Size): string {
    if (this.#drawn === undefined) return "";
    const { picture } = this.#drawn;
    let up = picture.cursorRow;
    if (columns < this.#drawn.columns) {
      // The terminal has wrapped rows that became too wide for it.
      const widths = picture.rows.slice(0, up).map((row) => columnsOf(row.replace(COLOURS, "")));
      up = Math.floor(columnsOf(picture.beforeCursor.replace(COLOURS, "")) / columns);
      for (const width of widths) up += Math.max(1, Math.ceil(width / columns));
    }
    return `${up > 0 ? `\x1b[${up}A` : ""}${ERASE_FROM_ROW}`;
  }
}

function drawnPicture({ rows, cursorRow, beforeCursor }: Picture): string {
  const text = rows.join("\r\n");
  const up = rows.length - 1 - cursorRow;
  if (up === 0 && rows[cursorRow] === beforeCursor) return text;
  // What stands before the cursor is written again: so it stands right even where the terminal
  // has another idea of how wide a character is.
  return `${text}${up > 0 ? `\x1b[${up}A` : ""}\r${beforeCursor}`;
}
