/**
 * Which two names are too alike. For servers alone: the table of look-alikes has 100 KB.
 *
 * @module
 */

import LOOK_ALIKES from "unhomoglyph/data.json" with { type: "json" };
import { compatible, folded, MAX_RAW_NAME_UNITS, normalized } from "./normalize.ts";

/**
 * What each character looks like. Only the table of the package: its code is CommonJS, and loading
 * that takes 20 ms of a start.
 */
const PROTOTYPES: Readonly<Record<string, string>> = LOOK_ALIKES;

/** A letter with a dot that a mark above takes the place of, and a dot above among its marks. */
const DOTTED_TWICE = /(\p{Soft_Dotted})(\p{M}*?)\u0307/gu;

/** By what a name is compared with others. */
export interface NameKeys {
  /** Equal for names that differ in case or in the width of letters only. */
  readonly fold: string;
  /** Equal for names that look alike: 0 and o, capital I and l, m and rn, Latin and Cyrillic co. */
  readonly skeleton: string;
}

/** What was typed as a name, folded as in {@linkcode NameKeys}; empty: it is too long for one. */
export function foldOf(raw: string): string {
  return raw.length > MAX_RAW_NAME_UNITS ? "" : nameKeys(raw).fold;
}

/**
 * By what a name is compared: two names collide when their `fold` or their `skeleton` are equal.
 * The skeleton is that of UTS 39, section 4, without regard to case.
 *
 * @param name A name, as `parseName` (`names.ts`) gave it; or what somebody typed for one. What is
 * longer than {@linkcode MAX_RAW_NAME_UNITS} is cut there, and has keys that no name has.
 */
export function nameKeys(name: string): NameKeys {
  const seen = compatible(name);
  // Capitals and small letters look like other ones: I like l, and m like rn. So before case is
  // folded, and after it.
  return { fold: folded(seen), skeleton: skeletonOf(folded(skeletonOf(seen))) };
}

/** UTS 39, section 4; and a dot above an i or a j, which has one, cannot be seen. */
function skeletonOf(text: string): string {
  let alike = "";
  for (const char of normalized(text, "NFD")) alike += PROTOTYPES[char] ?? char;
  const skeleton = normalized(alike, "NFD");
  return skeleton.replace(DOTTED_TWICE, (whole, letter: string, marks: string) => {
    // Only what is not above the letter itself changes its place with the dot.
    const isNearest = normalized(`${letter}\u0307${marks}`, "NFD") === whole;
    return isNearest ? letter + marks : whole;
  });
}
