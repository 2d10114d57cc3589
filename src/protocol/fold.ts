/**
 * The form in which names are compared: equal for names that differ in case, in the width of their
 * letters, or in joiners only.
 *
 * @module
 */

import { withoutJoiners } from "./joiners.ts";
import { MAX_NAME_CHARS } from "./limits.ts";
import { normalized } from "./normalize.ts";

/**
 * UTF-16 code units above which a text is too long for a name, whatever NFC makes of it: a character
 * has at most 18 in any normalization form (UAX 15). Nobody needs to be looked up by a longer one.
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
