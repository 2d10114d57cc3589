/**
 * What an operator names behind `/ban` and `/unban`: a name, an address, or a range of addresses.
 *
 * @module
 */

import { type AddressRange, parseNetwork, parseRange } from "../../net/address_range.ts";
import { excerpt } from "../../protocol/quote.ts";
import { parseName } from "../../protocol/names.ts";

/** What was named, or why it is nothing that can be banned. */
export type BanTarget =
  | { readonly kind: "addresses"; readonly range: AddressRange }
  | { readonly kind: "name"; readonly name: string }
  | {
    readonly kind: "problem";
    /** One line for people: the value received, and what is allowed. */
    readonly problem: string;
  };

/** What no name holds, but addresses, ranges, and what people take for those. */
const NO_NAME = /[/*:%[\]]/;

/** Digits and at least two dots: `10.0.0`, `127.0.0.300`, `127.0.0.x`, `10.0.0.1-9`. */
const LIKE_ADDRESS = /^\d[\dx-]*\.[\dx-]*\.[\dx.-]*$/i;

/**
 * Understands a target. A bare IPv6 address stands for its /64, see `parseNetwork`.
 *
 * Digits and dots may be a name, too: with fewer than two dots (`1.2`) they are one, with more only
 * where somebody has it, so that a mistyped address is not banned as a name that nobody has.
 *
 * @param text One word.
 * @param isHere Whether somebody in the room has this name.
 */
export function readTarget(text: string, isHere: (name: string) => boolean): BanTarget {
  const range = parseNetwork(text);
  if (range !== undefined) return { kind: "addresses", range };
  if (NO_NAME.test(text)) return { kind: "problem", problem: noTarget(text) };
  const parsed = parseName(text);
  if ("problem" in parsed) return { kind: "problem", problem: parsed.problem };
  if (LIKE_ADDRESS.test(parsed.name) && !isHere(parsed.name)) {
    return { kind: "problem", problem: noTarget(text) };
  }
  return { kind: "name", name: parsed.name };
}

function noTarget(text: string): string {
  const meant = meantBy(text);
  return `Cannot use ${
    excerpt(text)
  }: it must be a name, an address such as 192.0.2.7, or a range ` +
    `such as 192.0.2.0/24.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

/** What was probably meant by an address with a port, or by one with wildcards or a part alone. */
function meantBy(text: string): string | undefined {
  const [, inBrackets, beforePort] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const bare = inBrackets ?? beforePort;
  if (bare !== undefined) return parseRange(bare) === undefined ? undefined : bare;
  const parts = text.split(".");
  const isWild = (part: string) => ["", "*", "x", "X"].includes(part);
  const numbers = parts.filter((part) => !isWild(part));
  const isPrefix = numbers.length > 0 && numbers.length < 4 && parts.length <= 4 &&
    parts.slice(numbers.length).every(isWild);
  if (!isPrefix) return undefined;
  const address = [...numbers, "0", "0", "0"].slice(0, 4).join(".");
  const range = `${address}/${8 * numbers.length}`;
  return parseRange(range) === undefined ? undefined : range;
}
