/**
 * Plays a scene on real terminals and films it.
 *
 * @module
 */

import { type Film, FilmMaker } from "./film.ts";
import type { Snapshot } from "./screen.ts";
import { Shell } from "./shell.ts";
import type { Workshop } from "./workshop.ts";

/** The Enter key. */
const ENTER = "\r";

/** Between two keys of somebody who types well: ms, plus what {@linkcode hesitationMs} adds. */
const KEY_MS = 11;

/** Before Enter is pressed: ms. */
const BEFORE_ENTER_MS = 150;

/** Seconds until the next try depend on when one looks. The picture always says one. */
const COUNTDOWN = /\bin \d+ s\b/g;

/** The size of a terminal. */
export interface Size {
  /** Columns. */
  readonly columns: number;
  /** Rows. */
  readonly rows: number;
}

/** What happens when a line has been typed. */
export interface Outcome<Name extends string> {
  /** What is seen then, in which terminals. */
  readonly shows: readonly (readonly [Name, RegExp])[];
  /** How long it is looked at: ms. */
  readonly restMs: number;
  /** What is said about it from then on. */
  readonly caption?: string;
}

/** See the module. */
export class Director<Name extends string> implements AsyncDisposable {
  readonly #shells: Record<Name, Shell>;
  readonly #film: FilmMaker<Name>;
  readonly #keyByKey: boolean;

  /**
   * Opens a shell on each terminal.
   *
   * @param sizes The terminals and their sizes.
   * @param workshop What the shells find.
   * @param options `keyByKey`: each key is a frame; else each line is typed at once, which is quick.
   */
  constructor(
    sizes: Readonly<Record<Name, Size>>,
    { directory, bin }: Workshop,
    { keyByKey }: { readonly keyByKey: boolean },
  ) {
    const names = Object.keys(sizes) as Name[];
    this.#film = new FilmMaker(names);
    this.#keyByKey = keyByKey;
    this.#shells = {} as Record<Name, Shell>;
    for (const name of names) {
      this.#shells[name] = new Shell({ ...sizes[name], directory, bin });
    }
  }

  /** Waits for the prompts: the first frame. */
  async begin(): Promise<void> {
    for (const name of this.#names) await this.#shells[name].shows(/^\$/);
    await this.#frame();
  }

  /**
   * Types a line, presses Enter, and waits for what comes of it.
   *
   * @param name Where.
   * @param line What.
   * @param outcome What must be seen then.
   */
  async enter(name: Name, line: string, outcome: Outcome<Name>): Promise<void> {
    await this.type(name, line);
    this.#film.pass(BEFORE_ENTER_MS);
    await this.#shells[name].press(ENTER);
    await this.see(outcome);
  }

  /** Types without pressing Enter. */
  async type(name: Name, line: string): Promise<void> {
    const shell = this.#shells[name];
    this.#film.focus(name);
    const before = this.#lineOfCursor(name);
    const keys = this.#keyByKey ? [...line] : [line];
    let typed = "";
    for (const [i, key] of keys.entries()) {
      await shell.press(key);
      typed += key;
      const wanted = (before + typed).trimEnd();
      await shell.shows(new RegExp(`^${RegExp.escape(wanted)}$`));
      // A space changes nothing that can be seen, but for the cursor.
      if (!key.endsWith(" ")) await this.#frame();
      this.#film.pass(KEY_MS + hesitationMs(i, key));
    }
  }

  /** Waits for what is seen without a key being pressed. */
  async see({ shows, restMs, caption }: Outcome<Name>): Promise<void> {
    for (const [name, wanted] of shows) await this.#shells[name].shows(wanted);
    if (caption !== undefined) this.caption(caption);
    await this.#frame();
    this.#film.pass(restMs);
  }

  /** Looks at what is there for a while: ms. */
  rest(ms: number): void {
    this.#film.pass(ms);
  }

  /** Says something about it from now on. */
  caption(text: string): void {
    this.#film.caption(text);
  }

  /** The film so far, and what stands on the terminals now. */
  finish(): { readonly film: Film<Name>; readonly last: Record<Name, string[]> } {
    const last = {} as Record<Name, string[]>;
    for (const name of this.#names) last[name] = this.#shells[name].lines;
    return { film: this.#film.finish(), last };
  }

  /** Closes all terminals. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) await this.#shells[name][Symbol.asyncDispose]();
  }

  get #names(): Name[] {
    return Object.keys(this.#shells) as Name[];
  }

  /** What stands before the cursor in its row. */
  #lineOfCursor(name: Name): string {
    const { lines, snapshot: { cursor: [column, row] } } = this.#shells[name];
    return (lines[row] ?? "").padEnd(column).slice(0, column);
  }

  async #frame(): Promise<void> {
    for (const name of this.#names) {
      await this.#shells[name].settled();
      this.#film.take(name, steady(this.#shells[name].snapshot));
    }
  }
}

function steady({ rows, cursor }: Snapshot): Snapshot {
  return {
    cursor,
    rows: rows.map((runs) =>
      runs.map((run) => ({ ...run, text: run.text.replace(COUNTDOWN, "in 1 s") }))
    ),
  };
}

/** What makes typing look typed: 0 to 20 ms, and more between words. No chance: films are repeated. */
function hesitationMs(i: number, key: string): number {
  return (i * 37 % 5) * 5 + (key === " " ? 12 : 0);
}
