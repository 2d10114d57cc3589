/**
 * Whether a word is written in one script, so that nobody can pass for `alice` with one Cyrillic
 * letter in it: UTS 39, section 5.1, by its augmented script sets.
 *
 * @module
 */

/**
 * Scripts of Unicode by their four-letter codes (ISO 15924), those in wide use first, since a name
 * is tried against one after the other. A script that the engine does not know is passed over.
 */
const SCRIPTS =
  // Marked so that the page, which needs no rules for names, can leave this table out.
  /* @__PURE__ */ ("Latn Cyrl Grek Jpan Kore Hanb Arab Hebr Deva Thai Beng Taml Telu Gujr Guru Knda Mlym Orya Sinh " +
    "Armn Geor Ethi Khmr Laoo Mymr Tibt Mong Cher Cans Thaa Syrc Nkoo Tfng Java Bali Sund Yiii " +
    "Tglg Limb Tale Talu Lana Lisu Vaii Bamu Cham Kali Lepc Olck Rjng Saur Mtei Mroo Hmnp Nand " +
    "Adlm Cakm Newa Osge Plrd Rohg Sylo Wcho Hmng Copt Goth Runr Ogam Glag Aghb Ahom Armi " +
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
export function isSingleScript(word: string): boolean {
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
