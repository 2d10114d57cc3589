/**
 * What a server says on standard output when it listens: how others come in.
 *
 * @module
 */

import { formatAddress } from "../net/address.ts";
import { quoteIfNeeded } from "../protocol/quote.ts";
import type { TlsSign } from "./tls/door.ts";

/** What {@linkcode banner} tells of. */
export interface BannerOptions {
  /** The address listened on, without brackets. */
  readonly host: string;
  /** The port listened on. */
  readonly port: number;
  /**
   * Addresses of this machine that others may reach, as {@linkcode machineAddresses} finds them.
   */
  readonly addresses: readonly string[];
  /** Version of this program. */
  readonly version: string;
  /** The port speaks TLS, to those who dial a name of its certificate. */
  readonly tls?: TlsSign | undefined;
  /** The page for browsers, where there is one. */
  readonly web?: WebDoor | undefined;
  /** What stands for `chat join` in a clone, see {@linkcode joinInClone}. */
  readonly clone?: string | undefined;
  /** Draws an address for phones, as rows; default: none is drawn. */
  readonly draw?: ((address: string) => readonly string[]) | undefined;
}

/** How browsers would come in. */
const NO_PAGE = "To let browsers in, start it with --web.";

/** Where browsers come in, on the same host. */
export interface WebDoor {
  /** The port listened on. */
  readonly port: number;
  /** Names under which browsers reach it, beside addresses. */
  readonly names: readonly string[];
  /** The path of the page, without the last slash; default: the root. */
  readonly path?: string;
}

/** One way in. */
interface Way {
  /** What one types. */
  readonly line: string;
  /** It leads in only from here. */
  readonly isHere: boolean;
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
export function banner(options: BannerOptions): string {
  const { host, port, addresses, version, tls, web, clone, draw } = options;
  const ways = tls === undefined
    ? plainWays(doors(host, addresses), port)
    : tlsWays(doors(host, addresses), port, tls);
  return [
    `chat ${version} is listening on ${formatAddress(host, port)}`,
    "",
    "To come in, type one of these in a terminal:",
    ...ways.map(({ line, isHere }) => `  ${line}${isHere ? "  (on this machine)" : ""}`),
    ...(clone === undefined ? [] : [`In a clone, chat join is: ${clone}`]),
    ...(web === undefined ? [NO_PAGE] : pages(web, doors(host, addresses), { tls, draw })),
    "",
    ...(tls?.caFile === undefined ? [] : [
      `Clients need a copy of ${quoteIfNeeded(tls.caFile)}. It is no secret; the key is.`,
      "",
    ]),
    "Ctrl-C stops the server.",
    "",
  ].join("\n");
}

function plainWays({ others, here }: Doors, port: number): Way[] {
  const all = [...others, ...(here === undefined ? [] : [here])];
  const joins = all.map((address) => `chat join ${formatAddress(address, port)}`);
  const width = Math.max(...joins.map((join) => join.length));
  return all.map((address, i) => ({
    line: `${(joins[i] ?? "").padEnd(width)}  or  nc ${address} ${port}`,
    isHere: address === here,
  }));
}

/** What to open in a browser. */
function pages(
  web: WebDoor,
  { others, here }: Doors,
  { tls, draw }: Pick<BannerOptions, "tls" | "draw">,
): string[] {
  const scheme = tls === undefined ? "http" : "https";
  const known = tls === undefined
    ? [...others, ...(here === undefined ? [] : [here])]
    : tlsNames({ others, here }, tls);
  const all = [...new Set([...web.names, ...known])];
  const addressOf = (name: string) =>
    `${scheme}://${formatAddress(name, web.port)}${web.path ?? ""}/`;
  // A phone is another machine.
  const first = all.find((name) => !isLoopback(name));
  const drawn = first === undefined ? [] : draw?.(addressOf(first)) ?? [];
  return [
    "",
    "Or open one of these in a browser:",
    ...all.map((name) => {
      const note = isLoopback(name) ? "  (on this machine)" : "";
      return `  ${addressOf(name)}${note}`;
    }),
    ...drawn,
  ];
}

function tlsWays(all: Doors, port: number, sign: TlsSign): Way[] {
  const trust = sign.caFile === undefined ? "" : ` --ca ${quoteIfNeeded(sign.caFile)}`;
  return tlsNames(all, sign).map((name) => ({
    line: `chat join ${formatAddress(name, port)} --tls${trust}`,
    isHere: isLoopback(name),
  }));
}

/**
 * Only names that the certificate is for lead in; where it tells none, the addresses are a guess.
 */
function tlsNames({ others, here }: Doors, { names }: TlsSign): readonly string[] {
  const remote = names.filter((name) => !isLoopback(name));
  const local = names.filter(isLoopback);
  const home = here !== undefined && local.includes(here) ? here : local[0];
  const all = names.length === 0 ? [...others, ...(here === undefined ? [] : [here])] : [
    // A server that listens on this machine only is reached under no other name.
    ...(others.length === 0 && here !== undefined ? [] : remote),
    ...(home === undefined || here === undefined ? [] : [home]),
  ];
  return all.length === 0 ? names : all;
}

/**
 * Reaches no other machine (loopback), or only with a zone that differs from machine to machine.
 */
function isLocal(address: string): boolean {
  return isLoopback(address) || address.startsWith("169.254.") || /^fe[89ab]/i.test(address);
}

/**
 * The addresses under which other machines may reach this one: IPv4 first.
 *
 * @returns None when that may not be asked (`--allow-sys=networkInterfaces`) or cannot be found
 * out.
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
