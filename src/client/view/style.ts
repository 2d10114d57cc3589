/**
 * Colours of the screen: one for each person, mostly the same in every client and on every day.
 *
 * @module
 */

import { foldedName } from "../../protocol/normalize.ts";

/**
 * Of the 256 colours, ten that can be read on dark and on light backgrounds, and told apart by
 * people who see few colours. Chosen by computation: each has a contrast (WCAG 2) of at least 3.4
 * to black and to white; among those, the ten that lie farthest apart (CIE Lab) as seen with normal
 * sight, without red receptors and without green ones (Viénot 1999), whichever is the nearest. Red
 * itself is for alarms. Fewer colours than people: a colour helps to follow, the name tells who it
 * is.
 */
export const PERSON_COLOURS = [93, 100, 162, 32, 131, 127, 99, 67, 168, 62] as const;

/** For each of them, the place of the one that looks most like it. */
const LIKENESS = [5, 8, 4, 7, 2, 0, 9, 3, 1, 6] as const;

/** Paints text; the plain style leaves it as it is. */
export interface Style {
  /** Times and what is pending. */
  dim(text: string): string;
  /** What went wrong. */
  alarm(text: string): string;
  /**
   * The name of a person.
   *
   * @param name Decides the colour.
   * @param shown What is painted, where it is only a part of the name; default all of it.
   */
  person(name: string, shown?: string): string;
  /** The own name in what somebody said. */
  mention(text: string): string;
}

/** Without any escape sequence. */
export const PLAIN_STYLE: Style = {
  dim: (text) => text,
  alarm: (text) => text,
  person: (name, shown = name) => shown,
  mention: (text) => text,
};

/** Without colours, for `NO_COLOR` and `--no-color`: brightness only. */
export const MONO_STYLE: Style = {
  dim,
  alarm: bold,
  person: (name, shown = name) => shown,
  mention: inverse,
};

/** With colours. */
export const COLOUR_STYLE: Style = {
  dim,
  alarm: (text) => `\x1b[31m${text}\x1b[39m`,
  person: (name, shown = name) => `\x1b[38;5;${personColour(name)}m${shown}\x1b[39m`,
  mention: inverse,
};

/** People whose colours are remembered. */
const MAX_REMEMBERED = 1_000;

/** Gives each person a colour that nobody else has, or nobody who is here, as long as it can. */
export class PersonColours {
  /** Places in {@linkcode PERSON_COLOURS}, by the folded name. */
  readonly #given = new Map<string, number>();

  /**
   * The colour of a person: the same as long as it is remembered.
   *
   * @param name The name; its case does not matter.
   * @returns One of the terminal's 256 colours.
   */
  of(name: string): number {
    const fold = foldedName(name);
    let place = this.#given.get(fold);
    if (place === undefined) {
      place = this.#freePlace(hashOf(fold), new Set(this.#given.values()));
      if (this.#given.size >= MAX_REMEMBERED) this.#given.clear();
      this.#given.set(fold, place);
    }
    return PERSON_COLOURS[place] ?? PERSON_COLOURS[0];
  }

  /**
   * These are here together: where one has the colour of another, it gets another one, as long as
   * there are enough.
   *
   * @param names In any order; who comes first keeps a colour.
   */
  keepApart(names: ReadonlySet<string>): void {
    if (names.size > PERSON_COLOURS.length) return;
    if (this.#given.size >= MAX_REMEMBERED) this.#given.clear();
    const folds = [...names].map(foldedName);
    const taken = new Set<number>();
    const without = folds.filter((fold) => {
      const place = this.#given.get(fold);
      if (place === undefined || taken.has(place)) return true;
      taken.add(place);
      return false;
    });
    for (const fold of without) {
      const known = new Set(this.#given.values());
      const place = this.#freePlace(
        hashOf(fold),
        known.size < PERSON_COLOURS.length ? known : taken,
      );
      this.#given.set(fold, place);
      taken.add(place);
    }
  }

  /**
   * The first place from `wished` on that is not taken, before all others one whose likeness is not
   * either; `wished` itself where all are taken.
   */
  #freePlace(wished: number, taken: ReadonlySet<number>): number {
    const { length } = PERSON_COLOURS;
    if (taken.size === length) return wished;
    const places = PERSON_COLOURS.map((_, i) => (wished + i) % length).filter((i) => !taken.has(i));
    return places.find((place) => !taken.has(LIKENESS[place] ?? place)) ?? places[0] ?? wished;
  }
}

/** Those of this program, which has one screen. */
const colours = new PersonColours();

/** The colour of a person in this program: {@linkcode PersonColours.of}. */
export function personColour(name: string): number {
  return colours.of(name);
}

/** These are here together: {@linkcode PersonColours.keepApart}. */
export function keepColoursApart(names: ReadonlySet<string>): void {
  colours.keepApart(names);
}

/** Always the same for a name: FNV-1a spreads short names well. */
function hashOf(fold: string): number {
  let hash = 0x811c9dc5;
  for (const char of fold) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (hash >>> 8) % PERSON_COLOURS.length;
}

function dim(text: string): string {
  return `\x1b[2m${text}\x1b[22m`;
}

function bold(text: string): string {
  return `\x1b[1m${text}\x1b[22m`;
}

function inverse(text: string): string {
  return `\x1b[7m${text}\x1b[27m`;
}
