/**
 * The two joiners that some scripts need inside of a word: they cannot be seen themselves, but
 * change how the letters beside them are written. UAX 31, section 2.3.1, says where they do; anywhere
 * else a joiner changes nothing, and would only make two names of one.
 *
 * @module
 */

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

/** Joiners with what must stand before them; a function, so that the page can leave the tables out. */
function makeFitting(): RegExp {
  // Letters that connect to the next one (Joining_Type D and L) in living scripts. Unicode 14.
  const connect =
    "\\u0620\\u0626\\u0628\\u062A-\\u062E\\u0633-\\u063F\\u0641-\\u0647\\u0649\\u064A" +
    "\\u066E\\u066F\\u0678-\\u0687\\u069A-\\u06BF\\u06C1\\u06C2\\u06CC\\u06CE\\u06D0\\u06D1" +
    "\\u06FA-\\u06FC\\u06FF\\u0712-\\u0714\\u071A-\\u071D\\u071F-\\u0727\\u0729\\u072B\\u072D\\u072E" +
    "\\u074E-\\u0758\\u075C-\\u076A\\u076D-\\u0770\\u0772\\u0775-\\u0777\\u077A-\\u077F\\u07CA-\\u07EA" +
    "\\u0841-\\u0845\\u0848\\u084A-\\u0853\\u0855\\u0860\\u0862-\\u0865\\u0868\\u0886\\u0889-\\u088D" +
    "\\u08A0-\\u08A9\\u08AF\\u08B0\\u08B3-\\u08B8\\u08BA-\\u08C8\\u1807\\u1820-\\u1878\\u1887-\\u18A8" +
    "\\u18AA\\uA840-\\uA872\\u{10D00}-\\u{10D21}\\u{10D23}\\u{1E900}-\\u{1E943}";

  // Letters that connect to the one before them only (Joining_Type R).
  const end = "\\u0622-\\u0625\\u0627\\u0629\\u062F-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677" +
    "\\u0688-\\u0699\\u06C0\\u06C3-\\u06CB\\u06CD\\u06CF\\u06D2\\u06D3\\u06D5\\u06EE\\u06EF\\u0710" +
    "\\u0715-\\u0719\\u071E\\u0728\\u072A\\u072C\\u072F\\u074D\\u0759-\\u075B\\u076B\\u076C\\u0771" +
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
