/**
 * IP addresses as bytes, and ranges of them in CIDR notation (RFC 4632): `10.0.0.0/8`,
 * `2001:db8::/32`.
 *
 * An IPv4 address within IPv6 (RFC 4291, section 2.5.5.2: `::ffff:127.0.0.1`, `::ffff:7f00:1`) is
 * that IPv4 address, since a socket that listens on `::` shows IPv4 peers so. A zone
 * (`fe80::1%eth0`) is left out: it says by which of our own interfaces the peer came.
 *
 * @module
 */

/** An IPv6 address has at most 45 characters; a zone is the name of an interface, 15 on Linux. */
const MAX_ADDRESS_CHARS = 64;

/** What a household or a machine is given of IPv6 (RFC 6177). */
const NETWORK_BITS = 64;

/** The bits before the address of an IPv4 address within IPv6. */
const MAPPED_BITS = 96;

/** Addresses that begin with the same bits. */
export interface AddressRange {
  /** The first address: 4 bytes, or 16; the bits behind `bits` are 0. */
  readonly bytes: Uint8Array;
  /** How many bits all of them have in common: 0 to 32, or to 128. */
  readonly bits: number;
}

/** Four numbers up to 255, without zeros in front. Not `node:net`: see `node.ts`. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** What an IPv6 address is written with; whether it is one, a URL decides. */
const IPV6_CHARS = /^[\da-f:.]{2,45}$/i;

/**
 * The bytes of an IP address as it is written: an IPv4 address within IPv6 has 16.
 *
 * @param text Without brackets.
 * @returns 4 bytes, or 16; undefined when it is no address, or one with a zone.
 */
export function ipBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (IPV4.test(text)) return Uint8Array.from(text.split("."), Number);
  const url = `http://[${text}]`;
  if (!IPV6_CHARS.test(text) || !URL.canParse(url)) return undefined;
  // A URL writes every address in one way: groups of hexadecimal digits, with at most one `::`.
  const canonical = new URL(url).hostname.slice(1, -1);
  const [left = "", right] = canonical.split("::");
  const head = parseGroups(left);
  const tail = parseGroups(right ?? "");
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  const all = right === undefined ? head : [...head, ...zeros, ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/**
 * The bytes of the host that an IP address stands for: an IPv4 address within IPv6 has 4.
 *
 * @param text Without brackets; IPv6 perhaps with a zone.
 * @returns 4 bytes, or 16 for IPv6; undefined when it is no address.
 */
export function addressBytes(text: string): Uint8Array | undefined {
  const bytes = rawBytes(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/**
 * Writes an address in the one form that there is of it: dotted, or as RFC 5952 has it.
 *
 * @param bytes 4 or 16.
 */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = groupsOf(bytes).join(":");
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

/**
 * Reads a range, strictly: no leading zeros, nothing left out, no wildcards. Bits of the address
 * behind the prefix are ignored, as routers and firewalls do: `10.1.2.3/8` is `10.0.0.0/8`.
 *
 * @param text `10.0.0.0/8`, or a bare address.
 * @param options `bareIpv6Bits`: what a bare IPv6 address stands for; default 128, itself alone.
 * @returns Undefined when it is none.
 */
export function parseRange(
  text: string,
  { bareIpv6Bits = 128 }: { readonly bareIpv6Bits?: number } = {},
): AddressRange | undefined {
  const slash = text.indexOf("/");
  const raw = rawBytes(slash < 0 ? text : text.slice(0, slash));
  if (raw === undefined) return undefined;
  const width = 8 * raw.length;
  if (slash < 0) {
    if (isMapped(raw)) return { bytes: raw.subarray(12), bits: 32 };
    return rangeOf(raw, width === 32 ? 32 : bareIpv6Bits);
  }
  const digits = text.slice(slash + 1);
  const bits = /^(?:0|[1-9]\d{0,2})$/.test(digits) ? Number(digits) : NaN;
  if (!(bits <= width)) return undefined;
  if (isMapped(raw) && bits >= MAPPED_BITS) return rangeOf(raw.subarray(12), bits - MAPPED_BITS);
  return rangeOf(raw, bits);
}

/** A range that one bare address means where a whole machine or household is meant. */
export function parseNetwork(text: string): AddressRange | undefined {
  return parseRange(text, { bareIpv6Bits: NETWORK_BITS });
}

/**
 * Who counts as one: an IPv4 address, or the /64 of an IPv6 one.
 *
 * @param text An address in any form, or what this has given before.
 * @returns As {@linkcode rangeKey}; what is no address as it is.
 */
export function networkOf(text: string): string {
  // Nearly always, and for every connection.
  if (!text.includes(":")) return text;
  const network = parseNetwork(text);
  return network === undefined ? text : rangeKey(network);
}

/**
 * Whether an address is in a range.
 *
 * @param address From {@linkcode addressBytes}. IPv4 is in no range of IPv6, and the other way
 * round.
 */
export function contains({ bytes, bits }: AddressRange, address: Uint8Array): boolean {
  if (address.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== bytes[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (address[whole]! & maskOf(rest)) === bytes[whole];
}

/** Writes a range in the one form that there is of it; an IPv4 address alone without `/32`. */
export function rangeText({ bytes, bits }: AddressRange): string {
  return bits === 32 && bytes.length === 4 ? addressText(bytes) : `${addressText(bytes)}/${bits}`;
}

/**
 * A range as a key of a map or a database: as {@linkcode rangeText}, but an IPv6 network of 64 bits
 * has its four groups unshortened (`2001:db8:0:1::/64`), as older databases hold it.
 */
export function rangeKey(range: AddressRange): string {
  const { bytes, bits } = range;
  if (bytes.length === 4 || bits !== NETWORK_BITS) return rangeText(range);
  return `${groupsOf(bytes).slice(0, 4).join(":")}::/64`;
}

/**
 * The addresses that begin with the same bits as one.
 *
 * @param address 4 or 16 bytes.
 * @param bits 0 to 8 times as many.
 */
export function rangeOf(address: Uint8Array, bits: number): AddressRange {
  const bytes = address.slice();
  const whole = bits >> 3;
  if (whole < bytes.length) {
    bytes[whole]! &= maskOf(bits & 7);
    bytes.fill(0, whole + 1);
  }
  return { bytes, bits };
}

/** The first bits of a byte: 0 to 7. */
function maskOf(bits: number): number {
  return (0xff00 >> bits) & 0xff;
}

function rawBytes(text: string): Uint8Array | undefined {
  if (text.length > MAX_ADDRESS_CHARS) return undefined;
  const zone = text.indexOf("%");
  if (zone < 0) return ipBytes(text);
  const isZone = zone < text.length - 1 && text.includes(":");
  return isZone ? ipBytes(text.slice(0, zone)) : undefined;
}

function isMapped(bytes: Uint8Array): boolean {
  if (bytes.length === 4 || bytes[10] !== 0xff || bytes[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return true;
}

function parseGroups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
}

function groupsOf(bytes: Uint8Array): string[] {
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    groups.push(((bytes[i]! << 8) | bytes[i + 1]!).toString(16));
  }
  return groups;
}
