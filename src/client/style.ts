/**
 * Colours of the screen: one for each person, the same in every client and on every day.
 *
 * @module
 */

/**
 * Of the 256 colours, those of middle lightness, which can be read on dark and on light
 * backgrounds; neighbours in this list differ in lightness too, for people who see few colours.
 */
const PERSON_COLOURS = [33, 166, 64, 133, 37, 136, 61, 168, 71, 130, 97, 31] as const;

/** Paints text; the plain style leaves it as it is. */
export interface Style {
  /** Times and what is pending. */
  dim(text: string): string;
  /** What went wrong. */
  alarm(text: string): string;
  /** The name of a person. */
  person(name: string): string;
}

/** Without any colour. */
export const PLAIN_STYLE: Style = {
  dim: (text) => text,
  alarm: (text) => text,
  person: (name) => name,
};

/** With colours. */
export const COLOUR_STYLE: Style = {
  dim: (text) => `\x1b[2m${text}\x1b[22m`,
  alarm: (text) => `\x1b[31m${text}\x1b[39m`,
  person: (name) => `\x1b[38;5;${personColour(name)}m${name}\x1b[39m`,
};

/**
 * The colour of a person.
 *
 * @param name The name; its case does not matter.
 * @returns One of the terminal's 256 colours.
 */
export function personColour(name: string): number {
  // FNV-1a: spreads short names well, and takes one line.
  let hash = 0x811c9dc5;
  for (const char of name.normalize("NFKC").toLowerCase()) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return PERSON_COLOURS[hash % PERSON_COLOURS.length] ?? PERSON_COLOURS[0];
}
