/**
 * Finds the bans of addresses and of ranges of them, however many there are.
 *
 * @module
 */

import {
  addressBytes,
  type AddressRange,
  parseRange,
  rangeKey,
  rangeOf,
} from "../net/address_range.ts";

const PREFIX = "address:";

/**
 * The keys of banned ranges, by the length of the range: an address takes one look-up for each
 * length that there is (at most 33 in IPv4, 129 in IPv6), and not one for each ban.
 */
export class AddressBans {
  /** By bits, then by the bytes of the range's first address. */
  readonly #ipv4: (Map<string, string> | undefined)[] = [];
  readonly #ipv6: (Map<string, string> | undefined)[] = [];

  /**
   * Knows one more.
   *
   * @param key Of any ban: one that is of no address is left out.
   */
  add(key: string): void {
    const range = rangeOfKey(key);
    if (range === undefined) return;
    const prefixes = this.#lengths(range.bytes)[range.bits] ??= new Map();
    prefixes.set(asText(range.bytes), key);
  }

  /** Forgets one; harmless for what it does not know. */
  delete(key: string): void {
    const range = rangeOfKey(key);
    if (range === undefined) return;
    const lengths = this.#lengths(range.bytes);
    const prefixes = lengths[range.bits];
    prefixes?.delete(asText(range.bytes));
    if (prefixes?.size === 0) lengths[range.bits] = undefined;
  }

  /**
   * The keys of the ranges that hold an address, the narrowest first. Keys may be deleted meanwhile.
   *
   * @param address As text; what is none is in no range.
   */
  *keysOf(address: string): Generator<string, void> {
    const bytes = addressBytes(address);
    if (bytes === undefined) return;
    const lengths = this.#lengths(bytes);
    for (let bits = lengths.length - 1; bits >= 0; bits--) {
      const key = lengths[bits]?.get(asText(rangeOf(bytes, bits).bytes));
      if (key !== undefined) yield key;
    }
  }

  #lengths(bytes: Uint8Array): (Map<string, string> | undefined)[] {
    return bytes.length === 4 ? this.#ipv4 : this.#ipv6;
  }
}

/** Under which a range is banned. */
export function addressKey(range: AddressRange): string {
  return `${PREFIX}${rangeKey(range)}`;
}

function rangeOfKey(key: string): AddressRange | undefined {
  return key.startsWith(PREFIX) ? parseRange(key.slice(PREFIX.length)) : undefined;
}

function asText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
