/**
 * A shell on a terminal of its own, made by `script`, and what stands on its screen.
 *
 * @module
 */

import xterm from "@xterm/headless";
import { Program } from "../../tests/helpers/program.ts";
import { until } from "../../tests/helpers/wait.ts";

/** The background of a terminal: nearly black, so that people's colours keep their contrast. */
export const BACKGROUND = "#0b0d11";

/** Text without a colour of its own. */
export const FOREGROUND = "#d7dce2";

/** The first sixteen: xterm leaves them to each terminal; these can be read on the background. */
const BASIC = ("#484f58 #ff7b72 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #d7dce2 " +
  "#6e7681 #ffa198 #7ee787 #f2cc60 #a5d6ff #e2c5ff #a5f3fc #ffffff").split(" ");

/** The steps of each of red, green and blue in xterm's cube of 216 colours. */
const STEPS = [0, 95, 135, 175, 215, 255];

/** How long something may take that should come at once: ms. Wide, for a busy machine. */
const PATIENCE_MS = 30_000;

/**
 * No byte for so long: what was being drawn has been drawn. Only pictures in between depend on it.
 */
const QUIET_MS = 40;

/** Seconds until the next try depend on when one looks. The picture always says one. */
const COUNTDOWN = /\bin \d+ s\b/;

/** The size of a terminal. */
export interface Size {
  /** Characters in a row. */
  readonly columns: number;
  /** Rows. */
  readonly rows: number;
}

/** A piece of a row with one look. */
export interface Run {
  /** Where it begins; 0 is the first column. */
  readonly column: number;
  /** How many columns it takes. */
  columns: number;
  /** What it says; no two spaces in a row. */
  text: string;
  /** `#rrggbb`; undefined: the terminal's own. */
  readonly colour: string | undefined;
  /** `b` when it is bold, `d` when it is dim. */
  readonly classes: string;
}

/** See the module. */
export class Terminal implements AsyncDisposable {
  readonly #screen: xterm.Terminal;
  readonly #script: Program;
  #changedAtMs = performance.now();

  /**
   * Opens it; its first prompt comes soon.
   *
   * @param directory Where the shell begins.
   * @param env More of its environment.
   */
  constructor({ columns, rows }: Size, directory: string, env: Readonly<Record<string, string>>) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const shell = `cd ${directory}; stty cols ${columns} rows ${rows}; exec sh -i`;
    this.#script = new Program(["script", "-qfec", shell, "/dev/null"], {
      env: { ...env, TERM: "xterm-256color", TZ: "UTC", LC_ALL: "C.UTF-8" },
      onOutput: (text) => {
        this.#screen.write(text, () => {
          this.#changedAtMs = performance.now();
        });
      },
    });
  }

  /** Its rows from the top. */
  get rows(): Run[][] {
    return rowsOf(this.#screen);
  }

  /** The same as text: with the spaces in it, without those at its end. */
  get lines(): string[] {
    return this.rows.map((runs) =>
      runs.reduce((line, { column, text }) => line.padEnd(column) + text, "")
    );
  }

  /** Column and row of the cursor, 0 is the first one. */
  get cursor(): readonly [column: number, row: number] {
    const { cursorX, cursorY } = this.#screen.buffer.active;
    return [cursorX, cursorY];
  }

  /** Presses keys. */
  async press(keys: string): Promise<void> {
    await this.#script.write(keys);
  }

  /**
   * Waits for a row that matches.
   *
   * @throws {Error} When none has for 30 s; it says what stands there instead.
   */
  async shows(wanted: RegExp): Promise<void> {
    const isThere = () => this.lines.some((line) => wanted.test(line));
    await until(isThere, `${wanted}`, PATIENCE_MS).catch((cause) => {
      throw new Error(`${cause.message}, on a screen with\n${this.lines.join("\n")}`, { cause });
    });
  }

  /** Waits until nothing is being drawn any more. */
  async settled(): Promise<void> {
    const isQuiet = () => performance.now() > this.#changedAtMs + QUIET_MS;
    await until(isQuiet, "a terminal that stands still", PATIENCE_MS);
  }

  /** Closes it, and so ends what runs on it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#script[Symbol.asyncDispose]();
    this.#screen.dispose();
  }
}

/** What stands on a screen, row by row. Everything written to it has been taken in. */
export function rowsOf({ buffer: { active }, rows }: xterm.Terminal): Run[][] {
  return Array.from({ length: rows }, (_, row) => runsOf(active.getLine(active.baseY + row)));
}

function runsOf(line: xterm.IBufferLine | undefined): Run[] {
  const runs: Run[] = [];
  /** Spaces behind the last run, which belong to it only if something of the same look follows. */
  let spaces = 0;
  for (let column = 0; line !== undefined && column < line.length; column++) {
    const cell = line.getCell(column);
    // The second half of a wide character has no width.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars().trim();
    const last = runs.at(-1);
    const classes = [cell.isDim() && "d", cell.isBold() && "b"].filter(Boolean).join(" ");
    const colour = cell.isFgPalette() ? colourOf(cell.getFgColor()) : undefined;
    if (text === "") {
      spaces++;
      continue;
    }
    if (spaces <= 1 && last?.colour === colour && last?.classes === classes) {
      last.text += " ".repeat(spaces) + text;
      last.columns += spaces + cell.getWidth();
    } else {
      runs.push({ column, columns: cell.getWidth(), text, colour, classes });
    }
    spaces = 0;
  }
  for (const run of runs) run.text = run.text.replace(COUNTDOWN, "in 1 s");
  return runs;
}

/** A colour of xterm's palette, 0 to 255, as `#rrggbb`. */
function colourOf(number: number): string {
  const cube = number - 16;
  const parts = number >= 232
    ? Array<number>(3).fill(8 + (number - 232) * 10)
    : [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((i) => STEPS[i] ?? 0);
  return BASIC[number] ?? `#${new Uint8Array(parts).toHex()}`;
}
