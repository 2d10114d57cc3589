/**
 * Reading a text from its end.
 *
 * @module
 */

/**
 * Where the last characters begin that belong together. A regular expression such as `/\S*$/` tries
 * at every place of the text and takes the square of its length; this looks at each character of the
 * run once, and at one more.
 *
 * @param text Anything.
 * @param belongs Whether a character (one UTF-16 unit) belongs to the run.
 * @returns Its index; the length of the text when the last character does not belong.
 */
export function runStart(text: string, belongs: (char: string) => boolean): number {
  let start = text.length;
  while (start > 0 && belongs(text.charAt(start - 1))) start--;
  return start;
}
