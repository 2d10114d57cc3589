/**
 * The forms in which texts and names are compared. Unicode normalization in bounded time: this is
 * the only file that calls `String.prototype.normalize` (`tests/protocol/normalize_test.ts` sees to
 * that). And what two equal names have in common, whatever their case, the width of their letters
 * and their joiners.
 *
 * The engine sorts a run of marks one by one and moves what follows a pair that it joins, so a run
 * of n marks costs n² steps: 32,000 times U+0316 U+0301 take 1.1 s (measured, Deno 2.9.6). Here a
 * run longer than 30 is cut into pieces that are normalized apart, which makes the work linear. No
 * writing system has such runs: 30 is the limit of the Stream-Safe Text Format (UAX 15, section
 * 13).
 *
 * Joiners, which some scripts need inside of a word, cannot be seen themselves, but change how the
 * letters beside them are written. UAX 31, section 2.3.1, says where they do; anywhere else a
 * joiner changes nothing, and would only make two names of one.
 *
 * @module
 */

import { MAX_MARKS_IN_A_ROW, MAX_NAME_CHARS } from "./limits.ts";

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

/** Zero width non-joiner and zero width joiner. */
const JOINERS = /[\u200C\u200D]/gu;

/** What stands for a joiner that fits while the others are taken away: no name can hold them. */
const [NON_JOINER_FITS, JOINER_FITS] = ["\uE000", "\uE001"];

/** Compiled when first needed: few names have joiners. */
let fitting: RegExp | undefined;

/** A name without joiners. */
export function withoutJoiners(name: string): string {
  return name.replace(JOINERS, "");
}

/**
 * A name with those joiners alone that have an effect.
 *
 * @param name At most a few hundred characters; no private ones.
 */
export function withFittingJoiners(name: string): string {
  if (withoutJoiners(name) === name) return name;
  fitting ??= makeFitting();
  const marked = name.replace(
    fitting,
    (whole, connects, dead) =>
      (connects ?? dead) + (whole.endsWith("\u200C") ? NON_JOINER_FITS : JOINER_FITS),
  );
  return withoutJoiners(marked).replaceAll(NON_JOINER_FITS!, "\u200C")
    .replaceAll(JOINER_FITS!, "\u200D");
}

/**
 * Joiners with what must stand before them; a function, so that the page can leave the tables out.
 */
function makeFitting(): RegExp {
  // Letters that connect to the next one (Joining_Type D and L) in living scripts. Unicode 14.
  const connect =
    "\\u0620\\u0626\\u0628\\u062A-\\u062E\\u0633-\\u063F\\u0641-\\u0647\\u0649\\u064A" +
    "\\u066E\\u066F\\u0678-\\u0687\\u069A-\\u06BF\\u06C1\\u06C2\\u06CC\\u06CE\\u06D0\\u06D1" +
    "\\u06FA-\\u06FC\\u06FF\\u0712-\\u0714\\u071A-\\u071D\\u071F-\\u0727\\u0729\\u072B" +
    "\\u072D\\u072E" +
    "\\u074E-\\u0758\\u075C-\\u076A\\u076D-\\u0770\\u0772\\u0775-\\u0777\\u077A-\\u077F" +
    "\\u07CA-\\u07EA" +
    "\\u0841-\\u0845\\u0848\\u084A-\\u0853\\u0855\\u0860\\u0862-\\u0865\\u0868\\u0886" +
    "\\u0889-\\u088D" +
    "\\u08A0-\\u08A9\\u08AF\\u08B0\\u08B3-\\u08B8\\u08BA-\\u08C8\\u1807\\u1820-\\u1878" +
    "\\u1887-\\u18A8" +
    "\\u18AA\\uA840-\\uA872\\u{10D00}-\\u{10D21}\\u{10D23}\\u{1E900}-\\u{1E943}";

  // Letters that connect to the one before them only (Joining_Type R).
  const end = "\\u0622-\\u0625\\u0627\\u0629\\u062F-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677" +
    "\\u0688-\\u0699\\u06C0\\u06C3-\\u06CB\\u06CD\\u06CF\\u06D2\\u06D3\\u06D5\\u06EE\\u06EF" +
    "\\u0710" +
    "\\u0715-\\u0719\\u071E\\u0728\\u072A\\u072C\\u072F\\u074D\\u0759-\\u075B\\u076B\\u076C" +
    "\\u0771" +
    "\\u0773\\u0774\\u0778\\u0779\\u0840\\u0846\\u0847\\u0849\\u0854\\u0856-\\u0858\\u0867\\u0869" +
    "\\u086A\\u0870-\\u0882\\u088E\\u08AA-\\u08AC\\u08AE\\u08B1\\u08B2\\u08B9\\u{10D22}";

  // Signs that take the vowel from a letter (Canonical_Combining_Class 9).
  const virama =
    "\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DCA" +
    "\\u0E3A\\u0EBA\\u0F84\\u1039\\u103A\\u1714\\u1715\\u1734\\u17D2\\u1A60\\u1B44\\u1BAA\\u1BAB" +
    "\\u1BF2\\u1BF3\\u2D7F\\uA806\\uA82C\\uA8C4\\uA953\\uA9C0\\uAAF6\\uABED\\u{11133}\\u{11134}";
  // As many marks as a name may have in a row.
  const marks = "\\p{Mn}{0,4}";
  return new RegExp(
    `([${connect}]${marks})\\u200C(?=${marks}[${connect}${end}])|` +
      `(\\p{L}\\p{M}{0,4}[${virama}]${marks})(?:\\u200C(?=${marks}\\p{L})|\\u200D(?!\\p{M}))`,
    "gu",
  );
}

/**
 * UTF-16 code units above which a text is too long for a name, whatever NFC makes of it: a
 * character has at most 18 in any normalization form (UAX 15). Nobody needs to be looked up by a
 * longer one.
 */
export const MAX_RAW_NAME_UNITS: number = 18 * MAX_NAME_CHARS;

/** Behind what is cut: no name can hold it, so no name has these keys. */
const CUT = "\uFFFD";

/**
 * A name for comparing.
 *
 * @param name A name, as `parseName` gave it; or what somebody typed for one. What is longer than
 * {@linkcode MAX_RAW_NAME_UNITS} is cut there, and equals no name.
 */
export function foldedName(name: string): string {
  return folded(compatible(name));
}

/** What of a name counts: its compatibility form (NFKC) without joiners. */
export function compatible(name: string): string {
  const bounded = name.length > MAX_RAW_NAME_UNITS ? name.slice(0, MAX_RAW_NAME_UNITS) + CUT : name;
  return normalized(withoutJoiners(bounded), "NFKC");
}

/**
 * Case folding: through capitals, so that ß meets SS and ς meets σ; from small letters, since the
 * capital ẞ stays as it is among capitals (the one character for which that matters).
 */
export function folded(compatible: string): string {
  return normalized(compatible.toLowerCase().toUpperCase().toLowerCase(), "NFKC");
}
