/**
 * The flags of `chat serve`.
 *
 * @module
 */

import { MAX_LINE_CHARS, MAX_TEXT_CHARS } from "../protocol/limits.ts";
import { SERVE_DEFAULTS, type ServeOptions } from "../server/options.ts";
import { SERVE_SUMMARY } from "./subcommands.ts";
import { UsageError } from "./exit.ts";
import type { CommandSpec, Wrong } from "./flags.ts";
import { parseCommand, type ReadEnv } from "./parse_flags.ts";
import { addressRanges, hostNames, metricsAddress, retention, tlsNames } from "./serve_values.ts";
import { excerptIfNeeded } from "../protocol/quote.ts";
import { filePath, listenHost, oneOf, seconds, text, wholeNumber } from "./values.ts";

/** The flags of `chat serve`. */
export const SERVE_FLAGS = {
  port: {
    kind: "value",
    placeholder: "PORT",
    help: "TCP port; 0 takes any free one",
    default: String(SERVE_DEFAULTS.port),
    ...wholeNumber(0, 65_535),
  },
  host: {
    kind: "value",
    placeholder: "HOST",
    help: "Address to listen on; :: is IPv6 as well, 127.0.0.1 is only for this machine",
    default: SERVE_DEFAULTS.host,
    ...listenHost,
  },
  motd: {
    kind: "value",
    placeholder: "TEXT",
    help: "What everybody who comes is told",
    ...text,
  },
  history: {
    kind: "value",
    placeholder: "N",
    help: "Messages of the past shown on joining",
    default: String(SERVE_DEFAULTS.history),
    ...wholeNumber(0, 10_000),
  },
  "max-clients": {
    kind: "value",
    placeholder: "N",
    help: "Clients at the same time",
    default: String(SERVE_DEFAULTS.maxClients),
    ...wholeNumber(1, 100_000),
  },
  "max-per-address": {
    kind: "value",
    placeholder: "N",
    help: "The same from one address; 0 is no limit",
    default: String(SERVE_DEFAULTS.maxPerAddress),
    ...wholeNumber(0, 100_000),
  },
  joins: {
    kind: "value",
    placeholder: "N",
    help: "People who may join in a second from one address; 0 is no limit",
    default: String(SERVE_DEFAULTS.joinsPerSecond),
    ...wholeNumber(0, 100_000),
  },
  rate: {
    kind: "value",
    placeholder: "N",
    help: "Lines a second per client; 0 is no limit",
    default: String(SERVE_DEFAULTS.rate),
    ...wholeNumber(0, 1_000_000),
  },
  "password-file": {
    kind: "value",
    placeholder: "FILE",
    help: "Only who knows its first line comes in (or CHAT_PASSWORD)",
    ...filePath,
  },
  "operator-password-file": {
    kind: "value",
    placeholder: "FILE",
    help: "Who knows its first line can kick, ban and mute, after /op",
    ...filePath,
  },
  "tls-cert": {
    kind: "value",
    placeholder: "FILE",
    help: "Speak TLS with this certificate (PEM)",
    ...filePath,
  },
  "tls-key": {
    kind: "value",
    placeholder: "FILE",
    help: "The key that belongs to it (PEM)",
    ...filePath,
  },
  "tls-self-signed": {
    kind: "value",
    placeholder: "NAMES",
    help: "Speak TLS; make both for these names and addresses if not there",
    ...tlsNames,
  },
  metrics: {
    kind: "value",
    placeholder: "[HOST:]PORT",
    help: "Serve counters for Prometheus at /metrics",
    ...metricsAddress,
  },
  web: {
    kind: "value",
    placeholder: "[PORT]",
    help: "Serve a page for browsers, on port 8080 or another one",
    bare: "8080",
    ...wholeNumber(0, 65_535),
  },
  "web-host": {
    kind: "value",
    placeholder: "NAME",
    help: "A name by which browsers reach it; once for each",
    repeated: true,
    ...hostNames,
  },
  "trusted-proxy": {
    kind: "value",
    placeholder: "ADDRESS[/BITS]",
    help: "Trust this proxy to say who its clients are (PROXY protocol, X-Forwarded-For)",
    repeated: true,
    ...addressRanges,
  },
  "name-timeout": {
    kind: "value",
    placeholder: "SECONDS",
    help: "Time to give a name",
    default: String(SERVE_DEFAULTS.nameTimeoutMs / 1_000),
    ...seconds(1, 3_600),
  },
  "idle-timeout": {
    kind: "value",
    placeholder: "SECONDS",
    help: "A plain client may be silent for so long; 0 is no limit",
    default: String(SERVE_DEFAULTS.idleMs / 1_000),
    ...seconds(0, 604_800),
  },
  "max-line": {
    kind: "value",
    placeholder: "N",
    help: "Characters of one line of a client",
    default: String(SERVE_DEFAULTS.maxLineChars),
    ...wholeNumber(1_024, MAX_LINE_CHARS),
  },
  "max-text": {
    kind: "value",
    placeholder: "N",
    help: "Characters that can be said at once",
    default: String(SERVE_DEFAULTS.maxTextChars),
    ...wholeNumber(1, MAX_TEXT_CHARS),
  },
  renames: {
    kind: "value",
    placeholder: "N",
    help: "Names that a client may take in a minute; 0 is no limit",
    default: String(SERVE_DEFAULTS.renamesPerMinute),
    ...wholeNumber(0, 1_000),
  },
  outbox: {
    kind: "value",
    placeholder: "KIB",
    help: "What may wait for one client alone",
    default: String(SERVE_DEFAULTS.queueBytes / 1_024),
    ...wholeNumber(64, 1_048_576),
  },
  window: {
    kind: "value",
    placeholder: "MIB",
    help: "How far a reader may be behind",
    default: String(SERVE_DEFAULTS.windowBytes / 1_048_576),
    ...wholeNumber(1, 1_024),
  },
  db: {
    kind: "value",
    placeholder: "FILE",
    help: "Keep everything in this database, over restarts",
    ...filePath,
  },
  durability: {
    kind: "value",
    placeholder: "WHAT",
    help: "Commits survive the end of the process, or a power cut, too",
    default: SERVE_DEFAULTS.durability,
    ...oneOf(["process", "power"]),
  },
  retain: {
    kind: "value",
    placeholder: "HOW",
    help: "Keep so many events (100000) or days (90d); else all",
    ...retention,
  },
  "log-format": {
    kind: "value",
    placeholder: "FORMAT",
    help: "Log as text or as json lines",
    default: SERVE_DEFAULTS.logFormat,
    ...oneOf(["text", "json"]),
  },
  "log-level": {
    kind: "value",
    placeholder: "LEVEL",
    help: "Log debug, info, warn or error upwards",
    default: SERVE_DEFAULTS.logLevel,
    ...oneOf(["debug", "info", "warn", "error"]),
  },
} as const;

/** Elsewhere the port is an argument, or has a letter. */
function meant(wrong: Wrong): string | undefined {
  const isShort = wrong.kind === "flag" && ["p", "P"].includes(wrong.name);
  if (wrong.kind === "flag" && !isShort) return undefined;
  const [port = "", ...more] = wrong.kind === "arguments" ? wrong.words : [wrong.value];
  if (more.length > 0 || SERVE_FLAGS.port.parse(port) === undefined) {
    return isShort ? "Did you mean --port?" : undefined;
  }
  return `Did you mean --port ${port}?`;
}

/** `chat serve`, for parsing and help. */
export const SERVE: CommandSpec<typeof SERVE_FLAGS> = {
  name: SERVE_SUMMARY.name,
  summary: SERVE_SUMMARY.summary,
  meant,
  flags: SERVE_FLAGS,
  examples: [
    { line: "chat serve", purpose: "on port 5001 of every network" },
    { line: "chat serve --host 127.0.0.1 --port 0", purpose: "only here, on any free port" },
    { line: "chat serve --tls-self-signed lab-pc.local", purpose: "with TLS, no authority needed" },
  ],
};

/**
 * Reads the arguments of `chat serve`.
 *
 * @param args What stands after `serve`.
 * @param readEnv Reads the environment.
 * @returns The options, or `undefined` when the help is asked for.
 * @throws {UsageError} When anything is wrong with them.
 */
export function parseServe(args: readonly string[], readEnv: ReadEnv): ServeOptions | undefined {
  const parsed = parseCommand(SERVE, args, readEnv);
  if (parsed === undefined) return undefined;
  const { values } = parsed;
  if (values["web-host"] !== undefined && values.web === undefined) {
    throw new UsageError("The flag --web-host is for the page of --web: give that, too");
  }
  return {
    port: values.port,
    host: values.host,
    ...(values.motd === undefined ? {} : { motd: values.motd }),
    history: values.history,
    maxClients: values["max-clients"],
    maxPerAddress: values["max-per-address"],
    joinsPerSecond: values.joins,
    rate: values.rate,
    ...passwords(values, readEnv),
    ...tls(values),
    ...(values.metrics === undefined ? {} : { metrics: values.metrics }),
    ...(values.web === undefined ? {} : { web: values.web }),
    ...(values["web-host"] === undefined ? {} : { webHosts: values["web-host"] }),
    ...(values["trusted-proxy"] === undefined ? {} : { trustedProxies: values["trusted-proxy"] }),
    nameTimeoutMs: values["name-timeout"],
    idleMs: values["idle-timeout"],
    maxLineChars: values["max-line"],
    maxTextChars: values["max-text"],
    renamesPerMinute: values.renames,
    queueBytes: values.outbox * 1_024,
    windowBytes: values.window * 1_048_576,
    ...(values.db === undefined ? {} : { db: values.db }),
    durability: values.durability,
    retain: values.retain ?? {},
    logFormat: values["log-format"],
    logLevel: values["log-level"],
    ...((readEnv("CHAT_DEBUG") ?? "") === "" ? {} : { watchTurns: true }),
  };
}

/** A certificate and its key come together. */
function tls(values: {
  readonly "tls-cert": string | undefined;
  readonly "tls-key": string | undefined;
  readonly "tls-self-signed": readonly string[] | undefined;
}): Pick<ServeOptions, "tls"> {
  const { "tls-cert": certFile, "tls-key": keyFile, "tls-self-signed": names } = values;
  if (certFile === undefined && keyFile === undefined) {
    return names === undefined ? {} : { tls: { names } };
  }
  if (certFile === undefined || keyFile === undefined) {
    const [given, path] = certFile === undefined ? ["key", keyFile] : ["cert", certFile];
    throw new UsageError(
      `--tls-cert and --tls-key belong together: there is only --tls-${given} ${
        excerptIfNeeded(path ?? "")
      }`,
    );
  }
  return { tls: { certFile, keyFile, ...(names === undefined ? {} : { names }) } };
}

/** Where the passwords are. The room's own may also stand in the environment. */
function passwords(
  values: {
    readonly "password-file": string | undefined;
    readonly "operator-password-file": string | undefined;
  },
  readEnv: ReadEnv,
): Pick<ServeOptions, "password" | "passwordFile" | "operatorPasswordFile"> {
  const password = readEnv("CHAT_PASSWORD");
  const passwordFile = values["password-file"];
  const operatorPasswordFile = values["operator-password-file"];
  return {
    ...(password === undefined || password === "" ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(operatorPasswordFile === undefined ? {} : { operatorPasswordFile }),
  };
}
