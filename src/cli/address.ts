/**
 * Addresses as people type them: `host`, `host:port`, `:port`, `[::1]:port`, `::1`, and rooms
 * behind them: `host:port/ops/dev`. Several servers with the same rooms: `host,other:port/ops`.
 *
 * @module
 */

import { wantedRoom } from "../client/core/client_options.ts";
import { formatAddress, isIpv6, withBrackets } from "../net/address.ts";
import { MAX_ROOMS_A_CLIENT } from "../protocol/limits.ts";
import { excerptIfNeeded } from "../protocol/quote.ts";
import { UsageError } from "./exit.ts";

export { formatAddress };

/** Where a server is. */
export interface Address {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
}

/**
 * Whether a text can be a host: an IPv6 address without brackets, or something without spaces and
 * signs, which only the resolver can judge.
 *
 * @param text Without a port.
 */
export function isHost(text: string): boolean {
  // Compiling the classes of Unicode takes 4 ms of a start, and hardly any host needs them.
  return /^[\w.-]{1,253}$/.test(text) || isIpv6(text) ||
    /^[\p{L}\p{N}\p{M}._-]{1,253}$/u.test(text);
}

function refuse(text: string, why: string): never {
  throw new UsageError(`Cannot use the address ${excerptIfNeeded(text)}: ${why}`);
}

function parsePort(text: string, port: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) {
    refuse(text, "its port must be a whole number from 1 to 65535, as in 192.168.1.5:5001");
  }
  return number;
}

/** Host and port as typed: what is absent is `undefined`. */
function split(text: string): [host: string, port: string | undefined] {
  const inBrackets = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (inBrackets !== null) {
    const host = inBrackets[1] ?? "";
    if (!isIpv6(host)) {
      refuse(text, "brackets are for IPv6 addresses, as in [::1]:5001");
    }
    return [host, inBrackets[2]];
  }
  if (isIpv6(text)) return [text, undefined];
  const colon = text.indexOf(":");
  if (colon !== text.lastIndexOf(":") && !/[[\]]/.test(text)) {
    const meant = withBrackets(text);
    const hint = meant === undefined ? ", as in [::1]:5001" : `. Did you mean ${meant}?`;
    refuse(text, `an IPv6 address with a port needs brackets${hint}`);
  }
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/**
 * Reads an address.
 *
 * @param text `host`, `host:port`, `:port`, `[::1]`, `[::1]:port` or `::1`.
 * @param defaults What holds for a part that is absent.
 * @throws {UsageError} When it is none of these; the message says what to type instead.
 */
export function parseAddress(text: string, defaults: Address): Address {
  if (text === "") refuse(text, "it must be HOST or HOST:PORT, as in 192.168.1.5:5001");
  const [host, port] = split(text);
  if (host === "" && port !== undefined) {
    return { host: defaults.host, port: parsePort(text, port) };
  }
  if (!isHost(host)) {
    refuse(text, "it must be HOST or HOST:PORT, as in 192.168.1.5:5001 or [::1]:5001");
  }
  // The resolver takes a number for an address, such as 0.0.19.137, which nobody means.
  if (port === undefined && /^\d{1,5}$/.test(host)) {
    refuse(
      text,
      "a port needs a host, as in 192.168.1.5:5001, or a colon, for this machine: :5001",
    );
  }
  return { host, port: port === undefined ? defaults.port : parsePort(text, port) };
}

/** Where to go: a server, and rooms on it. */
export interface Place extends Address {
  /** Other servers with the same rooms, in the order in which they are tried; absent: none. */
  readonly others?: readonly Address[];
  /** The rooms by their folded names, each once, at most 20; none: whichever is usual. */
  readonly rooms: readonly string[];
}

/**
 * Reads an address with rooms.
 *
 * @param text What {@linkcode parseAddress} reads, several of them with commas, or nothing, with a
 * slash before each room.
 * @param defaults What holds for a part of the address that is absent.
 * @throws {UsageError} When it is none of these; the message says what to type instead.
 */
export function parsePlace(text: string, defaults: Address): Place {
  const url = /^\w+:\/\/([^?]*)/.exec(text);
  if (url !== null) {
    const bare = url[1] === "" ? "HOST:PORT" : excerptIfNeeded(url[1] ?? "");
    refuse(text, `type it without what stands before the host: ${bare}`);
  }
  const [address = "", ...typed] = text.replace(/\/$/, "").split("/");
  const [{ host, port }, ...others] = address === "" && typed.length > 0
    ? [defaults]
    : parseAddresses(address, defaults);
  const rooms = [...new Set(typed.map((room) => readRoom(text, room)))];
  if (rooms.length > MAX_ROOMS_A_CLIENT) {
    refuse(text, `it has ${rooms.length} rooms, and one client can be in ${MAX_ROOMS_A_CLIENT}`);
  }
  return { host, port, ...(others.length === 0 ? {} : { others }), rooms };
}

/** One address, or several with commas between them. */
function parseAddresses(text: string, defaults: Address): [Address, ...Address[]] {
  const [first = "", ...more] = text.split(",");
  return [
    parseAddress(first, defaults),
    ...more.map((address) => parseAddress(address.trim(), defaults)),
  ];
}

function readRoom(text: string, room: string): string {
  try {
    return wantedRoom({ room }).room;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(
      text,
      `${error.message} An address with a room is HOST:PORT/ROOM, as in 192.168.1.5:5001/ops`,
    );
  }
}
