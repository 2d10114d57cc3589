/**
 * The rules for names: what a name may be, and what to offer for one that may not. Which two are
 * too alike: `look_alikes.ts`.
 *
 * @module
 */

import { MAX_NAME_CHARS, NAME_RULE } from "./limits.ts";
import {
  compatible,
  folded,
  MAX_RAW_NAME_UNITS,
  normalized,
  withFittingJoiners,
  withoutJoiners,
} from "./normalize.ts";
import { excerpt } from "./quote.ts";
import { countCodePoints, NAME_CHAR, withoutKeys } from "./text.ts";

/** What every name of ASCII letters matches; nothing else needs to be looked at then. */
const ASCII_NAME = new RegExp(`^[A-Za-z0-9_.'-]{1,${MAX_NAME_CHARS}}$`);

const ALLOWED = new RegExp(NAME_CHAR, "u");

/** Marks that take no room of their own (UTS 39, section 5.4: Mn and Me). */
const FIVE_MARKS_OR_ONE_TWICE = /[\p{Mn}\p{Me}]{5}|([\p{Mn}\p{Me}])\1/u;

/** What people are told to use. */
const WHAT_IS_ALLOWED = `use ${NAME_RULE}`;

/** A base for names when nothing of what was wished for can be kept. */
const FALLBACK_NAME = "guest";

/** A name that may be used, or why what was wished for may not. */
export type ParsedName = { readonly name: string } | {
  /** One line for people: the value received and what is allowed. */
  readonly problem: string;
};

/**
 * Checks a name that somebody wishes for.
 *
 * @param raw What was typed or sent.
 * @returns The name in NFC without white space around it: 1 to 32 code points, each a letter, a
 * digit, a mark or one of `_ - . '`, all of one script, not beginning with a mark, with at most 4
 * nonspacing marks in a row and none twice in a row; joiners where they have an effect
 * ({@linkcode withFittingJoiners}). Else the problem.
 */
export function parseName(raw: string): ParsedName {
  return parse(raw.trim(), "name");
}

/**
 * Checks the name of a room. The rules are those for people's names, for its folded form too.
 *
 * @param raw What was typed or sent; one `#` before it is dropped.
 * @returns Its folded name, without `#`: this is what it is called on the wire and found by. Else
 * the problem.
 */
export function roomName(raw: string): ParsedName {
  const trimmed = raw.trim();
  const parsed = parse(trimmed.startsWith("#") ? trimmed.slice(1) : trimmed, "room name");
  if ("problem" in parsed) return parsed;
  // Part of an address, where a path of dots alone goes somewhere else.
  if (/^\.+$/.test(parsed.name)) {
    return { problem: `The room name ${excerpt(parsed.name)} is only dots: ${WHAT_IS_ALLOWED}.` };
  }
  return parse(folded(compatible(parsed.name)), "room name");
}

function parse(trimmed: string, what: "name" | "room name"): ParsedName {
  if (ASCII_NAME.test(trimmed)) return { name: trimmed };
  if (trimmed === "") return { problem: `A ${what} cannot be empty: ${WHAT_IS_ALLOWED}.` };
  const name = trimmed.length > MAX_RAW_NAME_UNITS ? trimmed : normalized(trimmed, "NFC");
  const problem = problemOf(name);
  if (problem === null) return { name };
  return { problem: `The ${what} ${excerpt(trimmed)} ${problem}: ${WHAT_IS_ALLOWED}.` };
}

function problemOf(name: string): string | null {
  const chars = countCodePoints(name);
  if (chars > MAX_NAME_CHARS) return `has ${chars} characters`;
  if (name.includes("\uFFFD")) return "is not UTF-8";
  const seen = withoutJoiners(name);
  // Joiners are looked at last: where another character is wrong, that is what people see.
  for (const char of seen) {
    // A space in quotes looks like nothing, or breaks the line between the quotes.
    if (!ALLOWED.test(char)) return `cannot hold ${char === " " ? "a space" : excerpt(char)}`;
  }
  const misplaced = misplacedJoiner(name);
  if (misplaced !== undefined) return `cannot hold ${excerpt(misplaced)} there`;
  if (/^\p{M}/u.test(seen)) return "begins with a mark";
  // Decomposed, since a mark may hide within a letter.
  if (FIVE_MARKS_OR_ONE_TWICE.test(normalized(seen, "NFD"))) return "has too many marks in a row";
  // Letters of mathematics belong to no script, but look like those that they stand for.
  if (!isSingleScript(normalized(name, "NFKC"))) {
    return "mixes alphabets, which could pass for another name";
  }
  return null;
}

function misplacedJoiner(name: string): string | undefined {
  const fitting = withFittingJoiners(name);
  if (fitting === name) return undefined;
  let at = 0;
  while (name[at] === fitting[at]) at++;
  return name[at];
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
    const begin = withFittingJoiners([...base].slice(0, room).join(""));
    const candidate = parseName(begin + digits);
    if ("name" in candidate && isFree(candidate.name)) return candidate.name;
  }
}

/** One after the other while people would count; beyond that at random: each costs some 20 µs. */
function nextNumber(number: number): number {
  return number < 19 ? number + 1 : 20 + Math.floor(Math.random() * 1e6);
}

/** The name itself, or the most of it that is a name. */
function nearestName(name: string): string {
  const points = [...normalized(withoutKeys(name.slice(0, MAX_RAW_NAME_UNITS)).trim(), "NFC")];
  const kept = points.filter((char) => ALLOWED.test(char) || withoutJoiners(char) === "");
  const allowed = [...withFittingJoiners(kept.join(""))];
  const ascii = allowed.filter((char) => char <= "\x7F");
  for (const candidate of [points, allowed, ascii]) {
    const parsed = parseName(candidate.slice(0, MAX_NAME_CHARS).join(""));
    if ("name" in parsed) return parsed.name;
  }
  return FALLBACK_NAME;
}

/**
 * Scripts of Unicode by their four-letter codes (ISO 15924), those in wide use first, since a name
 * is tried against one after the other. A script that the engine does not know is passed over.
 */
const SCRIPTS =
  ("Latn Cyrl Grek Jpan Kore Hanb Arab Hebr Deva Thai Beng Taml Telu Gujr Guru Knda Mlym Orya " +
    "Sinh Armn Geor Ethi Khmr Laoo Mymr Tibt Mong Cher Cans Thaa Syrc Nkoo Tfng Java Bali Sund " +
    "Yiii Tglg Limb Tale Talu Lana Lisu Vaii Bamu Cham Kali Lepc Olck Rjng Saur Mtei Mroo Hmnp " +
    "Nand Adlm Cakm Newa Osge Plrd Rohg Sylo Wcho Hmng Copt Goth Runr Ogam Glag Aghb Ahom Armi " +
    "Avst Bass Batk Bhks Brah Bugi Buhd Cari Chrs Cpmn Cprt Diak Dogr Dsrt Dupl Egyp Elba Elym " +
    "Gara Gong Gonm Gran Gukh Hano Hatr Hluw Hung Ital Kawi Khar Khoj Kits Krai Kthi Lina Linb " +
    "Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero Modi Mult Nagm Narb Nbat Nshu Onao " +
    "Orkh Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx Prti Samr Sarb Sgnw Shaw Shrd Sidd Sidt " +
    "Sind Sogd Sogo Sora Soyo Sunu Tagb Takr Tang Tavt Tayo Tirh Tnsa Todr Tols Toto Tutg Ugar " +
    "Vith Wara Xpeo Xsux Yezi Zanb").split(" ");

/** Writing systems of several scripts, which mix within one word (UTS 39, table 1b). */
const AUGMENTED: Readonly<Record<string, readonly string[]>> = {
  Jpan: ["Hani", "Hira", "Kana"],
  Kore: ["Hani", "Hang"],
  Hanb: ["Hani", "Bopo"],
};

/** Digits, punctuation and marks that fit beside any script. */
const ANY_SCRIPT = /[\p{Script_Extensions=Zyyy}\p{Script_Extensions=Zinh}]/gu;

/** Compiled when first needed: most rooms see a few of them only. */
const compiled = new Map<string, RegExp | null>();

/**
 * Whether one script, or one writing system that mixes scripts, has all characters of a word.
 *
 * @param word Any text; characters of all scripts (digits, punctuation) and marks that take the
 * script of their base fit beside any.
 * @returns True for the empty word too.
 */
function isSingleScript(word: string): boolean {
  const rest = word.replace(ANY_SCRIPT, "");
  // A letter of ASCII settles it, without compiling 160 patterns for the usual trick.
  if (/[A-Za-z]/.test(rest)) return wordIn("Latn")?.test(rest) ?? false;
  return SCRIPTS.some((script) => wordIn(script)?.test(rest) ?? false);
}

/** Matches the words of a script; null when the engine does not know the script. */
function wordIn(script: string): RegExp | null {
  let pattern = compiled.get(script);
  if (pattern === undefined) {
    const parts = AUGMENTED[script] ?? [script];
    const set = parts.map((part) => `\\p{Script_Extensions=${part}}`).join("");
    try {
      pattern = new RegExp(`^[${set}]*$`, "u");
    } catch {
      pattern = null;
    }
    compiled.set(script, pattern);
  }
  return pattern;
}
