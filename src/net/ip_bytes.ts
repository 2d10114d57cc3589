/**
 * IP addresses as bytes.
 *
 * @module
 */

import { isIPv4, isIPv6 } from "node:net";

/**
 * The bytes of an IP address.
 *
 * @param text Without brackets.
 * @returns 4 bytes, or 16; undefined when it is no address, or one with a zone.
 */
export function ipBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  if (!isIPv6(text) || text.includes("%")) return undefined;
  // A URL writes every address in one way: groups of hexadecimal digits, with at most one `::`.
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [left = "", right] = canonical.split("::");
  const head = groups(left);
  const tail = groups(right ?? "");
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  const all = right === undefined ? head : [...head, ...zeros, ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
}
