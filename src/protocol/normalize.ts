/**
 * Unicode normalization in bounded time: the only file that calls `String.prototype.normalize`
 * (`tests/protocol/normalize_test.ts` sees to that).
 *
 * The engine sorts a run of marks one by one and moves what follows a pair that it joins, so a run
 * of n marks costs n² steps: 32,000 times U+0316 U+0301 take 1.1 s (measured, Deno 2.9.6). Here a
 * run longer than 30 is cut into pieces that are normalized apart, which makes the work linear. No
 * writing system has such runs: 30 is the limit of the Stream-Safe Text Format (UAX 15, section 13).
 *
 * @module
 */

import { MAX_MARKS_IN_A_ROW } from "./limits.ts";

/** Code points of a run that are normalized together: see the module. */
export const MAX_RUN_CHARS: number = MAX_MARKS_IN_A_ROW;

/** A normalization form (UAX 15). */
export type NormalizationForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/**
 * What can act on the character before it, as the inside of a character class: marks; the vowels
 * and final consonants of Hangul, also those that become them (U+3131 to U+318E, U+FFA0 to U+FFDC);
 * the halfwidth voiced marks of Katakana; and the one letter that joins with itself (Kirat Rai).
 * Any other character begins afresh in every form; the test looks at each code point.
 */
const JOINING = String
  .raw`\p{M}\u1160-\u11FF\u3131-\u318E\uFF9E-\uFFDC\u{16D67}\u{16D68}`;

/** Only at the beginning of a run: so that no character is looked at 30 times. */
const LONG_RUN = new RegExp(`(?<![${JOINING}])[${JOINING}]{${MAX_RUN_CHARS + 1}}`, "u");

const RUNS = new RegExp(`[${JOINING}]+`, "gu");

/**
 * A text in a normalization form.
 *
 * @param text Anything, of any length: the work is linear in it.
 * @param form As the built-in function takes it.
 * @returns What the built-in function gives, but for runs of more than {@linkcode MAX_RUN_CHARS}
 * marks: these are in the form in pieces only.
 */
export function normalized(text: string, form: NormalizationForm): string {
  if (!LONG_RUN.test(text)) return text.normalize(form);
  return boundedPieces(text).map((piece) => piece.normalize(form)).join("");
}

/**
 * A text cut wherever a run of marks gets too long.
 *
 * @param text Anything.
 * @returns The pieces in order: together they are the text, and none has more than
 * {@linkcode MAX_RUN_CHARS} code points in a row that act on the character before them. The work
 * that the engine has with a piece is linear in its length.
 */
export function boundedPieces(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    if (run.length <= MAX_RUN_CHARS) continue;
    let inPiece = 0;
    let end = index;
    for (const char of run) {
      if (inPiece === MAX_RUN_CHARS) {
        pieces.push(text.slice(start, end));
        start = end;
        inPiece = 0;
      }
      end += char.length;
      inPiece++;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}
