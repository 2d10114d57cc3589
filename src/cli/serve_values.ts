/**
 * The kinds of values that only the server's flags take: apart from the others, so that a client
 * loads nothing of the server.
 *
 * @module
 */

import type { Retain } from "../room/sqlite_retention.ts";
import type { MetricsAddress } from "../server/metrics.ts";
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

/** Names of this server in a browser's address bar, with commas between them. */
export const hostNames: Value<readonly string[]> = {
  allowed: "a name without scheme and port, such as chat.example.org",
  parse(text) {
    const names = text.toLowerCase().split(",").map((name) => name.trim());
    const label = "[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?";
    const valid = new RegExp(`^${label}(?:\\.${label})*$`);
    return names.every((name) => valid.test(name) && name.length <= 253) ? names : undefined;
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
