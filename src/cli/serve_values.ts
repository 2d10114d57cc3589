/**
 * The kinds of values that only the server's flags take: apart from the others, so that a client
 * loads nothing of the server.
 *
 * @module
 */

import { NAME_RULE } from "../protocol/limits.ts";
import { LOBBY } from "../protocol/messages.ts";
import { roomName } from "../protocol/names.ts";
import { type AddressRange, ipBytes, parseRange } from "../net/address_range.ts";
import type { Retain } from "../store/sqlite/retention.ts";
import type { MetricsAddress } from "../server/options.ts";
import { formatAddress, isHost } from "./address.ts";
import type { Value } from "./flags.ts";
import { listenHost } from "./values.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How much of the past to keep: a number of events, or of days. */
export const retention: Value<Retain> = {
  allowed: "a number of events from 1, such as 100000, or of days from 1d, such as 90d",
  parse(text) {
    const [, digits, unit] = /^(\d{1,12})(d?)$/.exec(text) ?? [];
    const number = Number(digits);
    if (!(number >= 1)) return undefined;
    return unit === "d" ? { maxAgeMs: number * DAY_MS } : { maxEvents: number };
  },
};

/** Labels of letters, digits, `-` and `_`, as resolvers take them; the first may be a wildcard. */
const HOST_NAME =
  /^(?:\*\.)?(?!.{254})[a-z\d_](?:[a-z\d_-]{0,62})(?:\.[a-z\d_](?:[a-z\d_-]{0,62}))*$/i;

/** What a certificate is to be for. */
export const tlsNames: Value<readonly string[]> = {
  allowed: "host names or IP addresses with commas between them, such as lab-pc.local,192.168.1.5",
  parse(text) {
    const names = text.split(",").map((name) => name.trim());
    return names.every((name) => ipBytes(name) !== undefined || isHostName(name))
      ? names
      : undefined;
  },
};

/** A name that ends in digits would be taken for an address (RFC 1123, section 2.1). */
function isHostName(name: string): boolean {
  return HOST_NAME.test(name) && !/(?:^|\.)\d+$/.test(name);
}

/** Names of this server in a browser's address bar. */
export const hostNames: Value<readonly string[]> = {
  allowed: "a name without scheme and port, such as chat.example.org",
  parse(text) {
    const names = text.toLowerCase().split(",").map((name) => name.trim());
    return names.every((name) => isHostName(name) && !name.startsWith("*")) ? names : undefined;
  },
};

/** What the server calls itself: one word, and none that IRC clients take for a nick's address. */
export const serverName: Value<string> = {
  allowed: "1 to 63 letters, digits, dots, hyphens and underscores, such as chat.example.org",
  parse: (text) => /^[\w.-]{1,63}$/.test(text) ? text : undefined,
};

/** Names in a path at most. */
const MAX_STEPS = 8;

/** Where the page stands: without the last slash, and empty for the root. */
export const pagePath: Value<string> = {
  allowed: "a path of letters, digits and -._~, such as /chat",
  parse: (text) => text.startsWith("/") ? pathOf(text) : undefined,
};

/** A path without its last slash; undefined where it has other names than {@linkcode isStep}. */
function pathOf(text: string): string | undefined {
  const path = text.replace(/\/$/, "");
  const [root, ...steps] = path.split("/");
  return root === "" && steps.length <= MAX_STEPS && steps.every(isStep) ? path : undefined;
}

/** A name in a path: neither `.` nor `..`, and nothing that would have to be encoded. */
function isStep(text: string): boolean {
  return /^[\w.~-]+$/.test(text) && text !== "." && text !== "..";
}

/** Where pages of other servers are, as browsers call it: without the last slash. */
export const pageAddresses: Value<readonly string[]> = {
  allowed: "the address of a page, such as https://chat2.example.org or http://10.0.0.2:8080/chat",
  parse(text) {
    const pages = text.split(",").map((address) => pageAddress(address.trim()));
    return pages.every((page) => page !== undefined) ? pages : undefined;
  },
};

/** Scheme, host, port and path; undefined where there is more, or less. */
function pageAddress(address: string): string | undefined {
  const [, site = "", path = ""] = /^(https?:\/\/[^/?#@\s]+)(\/.*)?$/i.exec(address) ?? [];
  const origin = URL.parse(site)?.origin;
  const under = pathOf(path);
  return origin === undefined || under === undefined ? undefined : origin + under;
}

/** Names of rooms, folded; the lobby is always there. */
export const roomNames: Value<readonly string[]> = {
  allowed: `a name of ${NAME_RULE}`,
  parse(text) {
    const names = text.split(",").map(roomName);
    return names.every((parsed) => "name" in parsed)
      ? names.map(({ name }) => name).filter((name) => name !== LOBBY)
      : undefined;
  },
};

/** Where NATS is: nodes of one cluster. A password would be seen by everyone on the machine. */
export const natsServers: Value<readonly string[]> = {
  allowed: "addresses with commas between them, such as nats://10.0.0.1:4222,nats://10.0.0.2:4222",
  parse(text) {
    const servers = text.split(",").map((server) => natsServer(server.trim()));
    return servers.every((server) => server !== undefined) ? servers : undefined;
  },
};

/** An address in full; undefined: it is none. */
function natsServer(text: string): string | undefined {
  const [, scheme = "nats", , inBrackets, plain, digits = "4222"] =
    /^(?:(nats|tls):\/\/)?(\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = inBrackets ?? plain ?? "";
  const port = Number(digits);
  if (!isHost(host) || port < 1 || port > 65_535) return undefined;
  return `${scheme}://${formatAddress(host, port)}`;
}

/** Name of a cluster: it becomes part of the names of streams. */
export const clusterName: Value<string> = {
  allowed: "1 to 32 letters a to z, digits, - and _",
  parse: (text) => /^[a-z\d_-]{1,32}$/.test(text) ? text : undefined,
};

/** IP addresses, each alone or in a range. */
export const addressRanges: Value<readonly AddressRange[]> = {
  allowed: "an IP address such as 10.0.0.2, or a range such as 10.0.0.0/8",
  parse(text) {
    const ranges = text.split(",").map((range) => parseRange(range.trim()));
    return ranges.every((range) => range !== undefined) ? ranges : undefined;
  },
};

/** Where to serve metrics: a port on this machine only, unless a host is given. */
export const metricsAddress: Value<MetricsAddress> = {
  allowed: "a port from 0 to 65535, or HOST:PORT",
  parse(text) {
    const [, host = "127.0.0.1", digits] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
    const port = Number(digits);
    const address = listenHost.parse(host);
    return port <= 65_535 && address !== undefined ? { host: address, port } : undefined;
  },
};
