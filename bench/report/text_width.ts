/**
 * How wide a text is at most, without a font: an image must not clip a word on a machine whose font
 * is wider than the one it was looked at with.
 *
 * The shares of the font size are those of DejaVu Sans, the widest of the fonts that browsers take
 * for `system-ui` and `sans-serif`, rounded up.
 *
 * @module
 */

const SHARES: readonly (readonly [characters: RegExp, share: number])[] = [
  [
    /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]|[\u{10000}-\u{10ffff}]/u,
    1,
  ],
  [/[ijl.,:;'|!]/, 0.36],
  [/[ ftrI()[\]/\\-]/, 0.46],
  [/[mwMW@%]/, 1],
  [/[A-Z&÷×+=<>~…–]/, 0.84],
];

/** All others: digits and small letters. */
const OTHER_SHARE = 0.65;

/** Bold letters are so much wider. */
const BOLD = 1.12;

/**
 * The most that a text takes, in the unit of the font size.
 *
 * @param text One line.
 * @param size The font size.
 * @param options `bold`: whether it is bold.
 */
export function textWidth(text: string, size: number, options: { bold?: boolean } = {}): number {
  let shares = 0;
  for (const character of text) {
    shares += SHARES.find(([characters]) => characters.test(character))?.[1] ?? OTHER_SHARE;
  }
  return shares * size * (options.bold === true ? BOLD : 1);
}

/**
 * A text in lines that are not wider than a limit. Breaks between words, and within a word that is
 * too wide by itself.
 *
 * @param text One line, however long.
 * @param maxWidth The limit, at least that of one letter.
 * @param size The font size.
 * @param options `bold`: whether it is bold.
 * @returns At least one line.
 */
export function wrap(
  text: string,
  maxWidth: number,
  size: number,
  options: { bold?: boolean } = {},
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size, options) > maxWidth) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];

  function pieces(word: string): string[] {
    const found: string[] = [];
    let piece = "";
    for (const character of word) {
      if (piece !== "" && textWidth(piece + character, size, options) > maxWidth) {
        found.push(piece);
        piece = "";
      }
      piece += character;
    }
    return [...found, piece];
  }
}
