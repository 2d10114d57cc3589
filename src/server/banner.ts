/**
 * What a server says on standard output when it listens: how others come in.
 *
 * @module
 */

import { formatAddress } from "../net/address.ts";

/** What {@linkcode banner} tells of. */
export interface BannerOptions {
  /** The address listened on, without brackets. */
  readonly host: string;
  /** The port listened on. */
  readonly port: number;
  /** Addresses of this machine that others may reach, as {@linkcode machineAddresses} finds them. */
  readonly addresses: readonly string[];
  /** Version of this program. */
  readonly version: string;
  /** The page for browsers, where there is one. */
  readonly web?: WebDoor | undefined;
}

/** Where browsers come in. */
export interface WebDoor {
  /** The port listened on, on the same host. */
  readonly port: number;
  /** The scheme: `http`, or `https` where the server has a certificate. */
  readonly scheme: "http" | "https";
  /** Names under which browsers reach it, beside addresses. */
  readonly names: readonly string[];
}

/** Which addresses lead in: those for others, and the one for this machine. */
interface Doors {
  readonly others: readonly string[];
  readonly here: string | undefined;
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1" || host.toLowerCase() === "localhost";
}

/** All zeros, in any of the ways to write it. */
function isAnyIpv6(host: string): boolean {
  return host.includes(":") && /^[0:]+$/.test(host);
}

function doors(host: string, addresses: readonly string[]): Doors {
  if (isAnyIpv6(host)) {
    return { others: addresses, here: "::1" };
  }
  if (host === "0.0.0.0") {
    return { others: addresses.filter((address) => !address.includes(":")), here: "127.0.0.1" };
  }
  return isLoopback(host) ? { others: [], here: host } : { others: [host], here: undefined };
}

/**
 * The lines to show at the start. Scripts read the first one:
 * `chat 0.1.0 is listening on 0.0.0.0:5001`.
 *
 * @param options What is listened on, and where others may reach it.
 * @returns Lines, the last one ended.
 */
export function banner({ host, port, addresses, version, web }: BannerOptions): string {
  const { others, here } = doors(host, addresses);
  const ways = [...others, ...(here === undefined ? [] : [here])].map((address) => ({
    join: `chat join ${formatAddress(address, port)}`,
    nc: `nc ${address} ${port}`,
    note: address === here ? "  (on this machine)" : "",
  }));
  const width = Math.max(...ways.map(({ join }) => join.length));
  return [
    `chat ${version} is listening on ${formatAddress(host, port)}`,
    "",
    "To come in, type one of these in a terminal:",
    ...ways.map(({ join, nc, note }) => `  ${join.padEnd(width)}  or  ${nc}${note}`),
    ...(web === undefined ? [] : pages(web, others, here)),
    "",
    "Ctrl-C stops the server.",
    "",
  ].join("\n");
}

/** What to open in a browser. */
function pages(web: WebDoor, others: readonly string[], here: string | undefined): string[] {
  const { scheme, port, names } = web;
  const own = [...names, ...others].map((name) => `  ${scheme}://${formatAddress(name, port)}/`);
  const local = here === undefined
    ? []
    : [`  ${scheme}://${formatAddress(here, port)}/  (on this machine)`];
  return ["", "Or open this in a browser:", ...own, ...local];
}

/** Reaches no other machine (loopback), or only with a zone that differs from machine to machine. */
function isLocal(address: string): boolean {
  return isLoopback(address) || address.startsWith("169.254.") || /^fe[89ab]/i.test(address);
}

/**
 * The addresses under which other machines may reach this one: IPv4 first.
 *
 * @returns None when that may not be asked (`--allow-sys=networkInterfaces`) or cannot be found out.
 */
export function machineAddresses(): string[] {
  let interfaces: Deno.NetworkInterfaceInfo[];
  try {
    interfaces = Deno.networkInterfaces();
  } catch {
    // The banner is a courtesy: a server starts without it.
    return [];
  }
  const found = new Set<string>();
  for (const family of ["IPv4", "IPv6"]) {
    for (const one of interfaces) {
      if (one.family === family && !isLocal(one.address)) found.add(one.address);
    }
  }
  return [...found];
}
