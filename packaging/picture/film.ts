/**
 * Frames put together: what stood where, from when to when. Its clock is the script's, not the
 * wall's.
 *
 * @module
 */

import type { Run, Snapshot } from "./screen.ts";

/** Something that is seen for a while. */
export interface Span<T> {
  /** What. */
  readonly value: T;
  /** From when, in milliseconds of the film. */
  readonly fromMs: number;
  /** Until when; undefined: until the end. */
  readonly toMs: number | undefined;
}

/** One terminal over time. */
export interface PaneFilm {
  /** For each row from the top: what stood there. Times when it was empty are left out. */
  readonly rows: readonly (readonly Span<readonly Run[]>[])[];
  /** Where the cursor was. */
  readonly cursor: readonly Span<Snapshot["cursor"]>[];
}

/** All of it. */
export interface Film<Name extends string> {
  /** The terminals. */
  readonly panes: Readonly<Record<Name, PaneFilm>>;
  /** What is told about it. */
  readonly captions: readonly Span<string>[];
  /** In which terminal somebody is busy. */
  readonly focus: readonly Span<Name>[];
  /** How long it is, the rest at the end included. */
  readonly durationMs: number;
}

/** One thing over time. */
class Track<T> {
  readonly #spans: { readonly value: T; readonly fromMs: number; toMs: number | undefined }[] = [];
  #key = "";

  /** What is there from a moment on; the same as before changes nothing. */
  put(value: T, atMs: number): void {
    const key = JSON.stringify(value);
    if (key === this.#key) return;
    this.#key = key;
    const last = this.#spans.at(-1);
    if (last !== undefined) last.toMs = atMs;
    // Nobody has seen what was replaced in the same moment.
    if (last?.fromMs === atMs) this.#spans.pop();
    this.#spans.push({ value, fromMs: atMs, toMs: undefined });
  }

  get spans(): Span<T>[] {
    return this.#spans;
  }
}

/** See the module. */
export class FilmMaker<Name extends string> {
  readonly #rows: Record<Name, Track<readonly Run[]>[]>;
  readonly #cursors: Record<Name, Track<Snapshot["cursor"]>>;
  readonly #captions = new Track<string>();
  readonly #focus = new Track<Name>();
  #nowMs = 0;

  /**
   * Begins at 0 ms with empty screens.
   *
   * @param names The terminals.
   */
  constructor(names: readonly Name[]) {
    this.#rows = {} as Record<Name, Track<readonly Run[]>[]>;
    this.#cursors = {} as Record<Name, Track<Snapshot["cursor"]>>;
    for (const name of names) {
      this.#rows[name] = [];
      this.#cursors[name] = new Track();
    }
  }

  /** Lets time pass: milliseconds. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Tells something from now on. */
  caption(text: string): void {
    this.#captions.put(text, this.#nowMs);
  }

  /** Somebody is busy in a terminal from now on. */
  focus(name: Name): void {
    this.#focus.put(name, this.#nowMs);
  }

  /** Takes what a terminal shows now. */
  take(name: Name, { rows, cursor }: Snapshot): void {
    rows.forEach((runs, row) => {
      (this.#rows[name][row] ??= new Track()).put(runs, this.#nowMs);
    });
    this.#cursors[name].put(cursor, this.#nowMs);
  }

  /** All that was taken; now is its end. */
  finish(): Film<Name> {
    const panes = {} as Record<Name, PaneFilm>;
    for (const name of Object.keys(this.#rows) as Name[]) {
      panes[name] = {
        rows: this.#rows[name].map(({ spans }) => spans.filter(({ value }) => value.length > 0)),
        cursor: this.#cursors[name].spans,
      };
    }
    return {
      panes,
      captions: this.#captions.spans,
      focus: this.#focus.spans,
      durationMs: this.#nowMs,
    };
  }
}
