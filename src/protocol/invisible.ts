/**
 * Characters that draw nothing: white space, controls, joiners, fillers. A text of them alone looks
 * empty, and they must not hide that a line begins with a slash.
 *
 * @module
 */

/**
 * What draws nothing, as the inside of a character class (flag `u`). Beside what Unicode calls
 * ignorable: the blank Braille pattern, the annotation controls, and the blanks and controls of
 * Egyptian, Khitan and music.
 */
export const INVISIBLE: string = String
  .raw`\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB\u{13430}-\u{13442}\u{16FE4}\u{1D159}`;

/** What an arrow key or a paste sends to a program that knows no keys (ECMA-48: CSI, SS3). */
const KEY = String.raw`\x1B\[[0-?]*[@-~]|\x1BO[A-~]`;

const KEYS = new RegExp(KEY, "gu");

const BEFORE_SLASH = new RegExp(`^(?:${KEY}|[${INVISIBLE}])*(?=/)`, "u");

/**
 * Where the slash stands with which a line begins.
 *
 * @param line As it was typed.
 * @returns Its index; only what draws nothing stands before it. -1: the line begins with something
 * else.
 */
export function slashAt(line: string): number {
  // As most lines begin: a digit, a letter.
  const first = line.charCodeAt(0);
  if (first > 0x2F && first < 0x7F) return -1;
  return BEFORE_SLASH.exec(line)?.[0].length ?? -1;
}

/** A line without what arrow keys and the marks of a paste have sent. */
export function withoutKeys(line: string): string {
  return line.replace(KEYS, "");
}
