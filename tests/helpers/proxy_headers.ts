/**
 * Headers of the PROXY protocol, as a proxy writes them.
 *
 * @module
 */

import { addressBytes } from "../../src/net/address_range.ts";

/** Version 1. */
export function headerV1(address: string, port = 4711): Uint8Array {
  const isV6 = address.includes(":");
  const here = isV6 ? "2001:db8::1" : "192.0.2.1";
  const line = `PROXY ${isV6 ? "TCP6" : "TCP4"} ${address} ${here} ${port} 5001\r\n`;
  return new TextEncoder().encode(line);
}

/** What a header of version 2 is to hold. */
export interface HeaderV2 {
  /** Version and command; default PROXY of version 2. */
  readonly command?: number;
  /** Family and protocol; default TCP over IPv4. */
  readonly family?: number;
  /** What stands behind the fixed part. */
  readonly rest?: Uint8Array;
  /** The length that is announced; default that of `rest`. */
  readonly length?: number;
}

/** Version 2, of any content. */
export function rawV2(header: HeaderV2 = {}): Uint8Array {
  const { command = 0x21, family = 0x11, rest = new Uint8Array(0) } = header;
  const { length = rest.length } = header;
  const signature = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10];
  return Uint8Array.from([...signature, command, family, length >> 8, length & 255, ...rest]);
}

/** Version 2 for a client over TCP, with TLVs behind the addresses. */
export function headerV2(address: string, port = 4711, tlvs: readonly number[] = []): Uint8Array {
  const source = [...addressBytes(address)!];
  const here = source.map((_, i) => i === 0 ? 192 : 1);
  const ports = [port >> 8, port & 255, 5001 >> 8, 5001 & 255];
  return rawV2({
    family: source.length === 4 ? 0x11 : 0x21,
    rest: Uint8Array.from([...source, ...here, ...ports, ...tlvs]),
  });
}

/** Bytes one behind the other; text as UTF-8. */
export function join(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const encoder = new TextEncoder();
  return Uint8Array.from(
    parts.flatMap((part) => [...(typeof part === "string" ? encoder.encode(part) : part)]),
  );
}
