/**
 * The rules for names: what a name may be, and which two names are too alike.
 *
 * @module
 */

import { excerpt } from "./quote.ts";
import { MAX_NAME_CHARS } from "./limits.ts";
import { normalized } from "./normalize.ts";
import { isSingleScript } from "./scripts.ts";
import { countCodePoints } from "./text.ts";

/** What every name of ASCII letters matches; nothing else needs to be looked at then. */
const ASCII_NAME = new RegExp(`^[A-Za-z0-9_.'-]{1,${MAX_NAME_CHARS}}$`);

/** What a name may hold. Ignorable characters are letters or marks too, but cannot be seen. */
const ALLOWED = /[[\p{L}\p{Nd}\p{M}_\-.']--\p{Default_Ignorable_Code_Point}]/v;

/** Marks that take no room of their own (UTS 39, section 5.4: Mn and Me). */
const FIVE_MARKS_OR_ONE_TWICE = /[\p{Mn}\p{Me}]{5}|([\p{Mn}\p{Me}])\1/u;

/**
 * UTF-16 code units above which a text is too long for a name, whatever NFC makes of it: a character
 * has at most 18 in any normalization form (UAX 15). Nobody needs to be looked up by a longer one.
 */
export const MAX_RAW_NAME_UNITS: number = 18 * MAX_NAME_CHARS;

/** Behind what is cut: no name can hold it, so no name has these keys. */
const CUT = "\uFFFD";

/** What people are told to use. */
const WHAT_IS_ALLOWED = `use 1 to ${MAX_NAME_CHARS} letters, digits and _ - . '`;

/** A base for names when nothing of what was wished for can be kept. */
const FALLBACK_NAME = "guest";

/** A name that may be used, or why what was wished for may not. */
export type ParsedName = { readonly name: string } | {
  /** One line for people: the value received and what is allowed. */
  readonly problem: string;
};

/** By what a name is compared with others. */
export interface NameKeys {
  /** Equal for names that differ in case or in the width of letters only. */
  readonly fold: string;
  /** Equal for names that look alike: 0 as o, 1 and capital I as l. */
  readonly skeleton: string;
}

/**
 * Checks a name that somebody wishes for.
 *
 * @param raw What was typed or sent.
 * @returns The name in NFC without white space around it: 1 to 32 code points, each a letter, a
 * digit, a mark or one of `_ - . '`, all of one script, not beginning with a mark, with at most 4
 * nonspacing marks in a row and none twice in a row. Else the problem.
 */
export function parseName(raw: string): ParsedName {
  const trimmed = raw.trim();
  if (ASCII_NAME.test(trimmed)) return { name: trimmed };
  if (trimmed === "") return { problem: `A name cannot be empty: ${WHAT_IS_ALLOWED}.` };
  const name = trimmed.length > MAX_RAW_NAME_UNITS ? trimmed : normalized(trimmed, "NFC");
  const problem = problemOf(name);
  if (problem === null) return { name };
  return { problem: `The name ${excerpt(trimmed)} ${problem}: ${WHAT_IS_ALLOWED}.` };
}

function problemOf(name: string): string | null {
  const chars = countCodePoints(name);
  if (chars > MAX_NAME_CHARS) return `has ${chars} characters`;
  for (const char of name) {
    if (!ALLOWED.test(char)) return `cannot hold ${excerpt(char)}`;
  }
  if (/^\p{M}/u.test(name)) return "begins with a mark";
  // Decomposed, since a mark may hide within a letter.
  if (FIVE_MARKS_OR_ONE_TWICE.test(normalized(name, "NFD"))) return "has too many marks in a row";
  if (!isSingleScript(name)) return "mixes alphabets, which could pass for another name";
  return null;
}

/**
 * By what a name is compared: two names collide when their `fold` or their `look` are equal.
 *
 * @param name A name, as {@linkcode parseName} gave it; or what somebody typed for one. What is longer
 * than {@linkcode MAX_RAW_NAME_UNITS} is cut there, and has keys that no name has.
 */
export function nameKeys(name: string): NameKeys {
  const bounded = name.length > MAX_RAW_NAME_UNITS ? name.slice(0, MAX_RAW_NAME_UNITS) + CUT : name;
  const compatible = normalized(bounded, "NFKC");
  return { fold: fold(compatible), skeleton: fold(compatible.replace(/[01I]/g, lookalike)) };
}

/**
 * Case folding: through capitals, so that ß meets SS and ς meets σ; from small letters, since the
 * capital ẞ stays as it is among capitals (the one character for which that matters).
 */
function fold(compatible: string): string {
  return normalized(compatible.toLowerCase().toUpperCase().toLowerCase(), "NFKC");
}

function lookalike(char: string): string {
  return char === "0" ? "o" : "l";
}

/**
 * A name to offer when the one wished for cannot be had.
 *
 * @param name What was wished for, taken or not even allowed.
 * @param isFree Whether nobody has a name that collides with it; true for nearly all names.
 * @returns `ada2`, `ada3` … for `ada`: the first that is free, always allowed. For what is not
 * allowed, what remains of it without the wrong characters, or `guest`.
 */
export function suggestName(name: string, isFree: (candidate: string) => boolean): string {
  const base = nearestName(name);
  if (base !== name && isFree(base)) return base;
  for (let number = 2;; number = nextNumber(number)) {
    const digits = String(number);
    const room = MAX_NAME_CHARS - digits.length;
    const candidate = parseName([...base].slice(0, room).join("") + digits);
    if ("name" in candidate && isFree(candidate.name)) return candidate.name;
  }
}

/** One after the other while people would count; beyond that at random: each costs some 20 µs. */
function nextNumber(number: number): number {
  return number < 19 ? number + 1 : 20 + Math.floor(Math.random() * 1e6);
}

/** The name itself, or the most of it that is a name. */
function nearestName(name: string): string {
  const points = [...normalized(name.slice(0, MAX_RAW_NAME_UNITS).trim(), "NFC")];
  const allowed = points.filter((char) => ALLOWED.test(char));
  const ascii = allowed.filter((char) => char <= "\x7F");
  for (const candidate of [points, allowed, ascii]) {
    const parsed = parseName(candidate.slice(0, MAX_NAME_CHARS).join(""));
    if ("name" in parsed) return parsed.name;
  }
  return FALLBACK_NAME;
}
