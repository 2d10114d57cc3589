/**
 * Masks: patterns for names, where `*` stands for any characters and `?` for one.
 *
 * @module
 */

/** Characters of a mask that are looked at: no mask of names needs more. */
const MAX_MASK_CHARS = 256;

/** `NAME!*@*`; a bare name, or one with `!*` or `@*` alone, means the same. */
const NAME_MASK = /^([^!@*?]+)(?:!\*)?(?:@\*)?$/;

/**
 * The one person whom a ban means.
 *
 * @param mask What MODE +b was given.
 * @returns The name in `NAME!*@*`, or null for any other mask: users and hosts are never shown, and
 * nobody may keep out whom he does not name.
 */
export function nameInMask(mask: string): string | null {
  return NAME_MASK.exec(mask)?.[1] ?? null;
}

/** The mask that means one person. */
export function maskOfName(name: string): string {
  return `${name}!*@*`;
}

/** Whether a text is a mask, not just a name. */
export function isMask(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Whether a text is like a mask, without regard to case.
 *
 * @param mask With `*` and `?`; nothing escapes them. What is longer than 256 characters is like
 * nothing.
 * @param text What is compared, as a whole.
 * @returns Found in at most as many steps as the product of both lengths.
 */
export function matchesMask(mask: string, text: string): boolean {
  return matcherOf(mask)(text);
}

/** The same for many texts: the mask is read once. */
export function matcherOf(mask: string): (text: string) => boolean {
  if (mask.length > MAX_MASK_CHARS) return () => false;
  const pattern = [...mask.toLowerCase().replace(/\*{2,}/g, "*")];
  const least = pattern.filter((char) => char !== "*").length;
  return (text) => {
    const chars = [...text.toLowerCase()];
    return chars.length >= least && isLike(pattern, chars);
  };
}

function isLike(pattern: readonly string[], chars: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  /** Where the newest `*` stands, and where what it stands for ends. */
  let star = -1;
  let starEnd = 0;
  while (next < chars.length) {
    if (pattern[at] === "*") {
      star = at++;
      starEnd = next;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === chars[next])) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++starEnd;
    } else return false;
  }
  return pattern.slice(at).every((char) => char === "*");
}
