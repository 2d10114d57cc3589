/**
 * The table of the flags of `chat serve`; `serve.ts` reads them.
 *
 * @module
 */

import { MAX_LINE_CHARS, MAX_TEXT_CHARS } from "../protocol/limits.ts";
import { SERVE_DEFAULTS } from "../server/options.ts";
import {
  addressRanges,
  hostNames,
  metricsAddress,
  retention,
  roomNames,
  serverName,
  tlsNames,
} from "./serve_values.ts";
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
    help: "Address to listen on; :: includes IPv6, 127.0.0.1 is this machine only",
    default: SERVE_DEFAULTS.host,
    ...listenHost,
  },
  motd: {
    kind: "value",
    placeholder: "TEXT",
    help: "Message shown to everyone who joins",
    ...text,
  },
  "server-name": {
    kind: "value",
    placeholder: "NAME",
    help: "Name of the server for IRC clients; default: the machine's name",
    ...serverName,
  },
  history: {
    kind: "value",
    placeholder: "N",
    help: "Number of messages shown to everyone who joins",
    default: String(SERVE_DEFAULTS.history),
    ...wholeNumber(0, 10_000),
  },
  room: {
    kind: "value",
    placeholder: "NAME",
    help: "Permanent room beside the lobby; repeatable",
    repeated: true,
    ...roomNames,
  },
  rooms: {
    kind: "value",
    placeholder: "N",
    help: "Maximum number of rooms; 1: the lobby only",
    default: String(SERVE_DEFAULTS.maxRooms),
    ...wholeNumber(1, 100_000),
  },
  "new-rooms": {
    kind: "value",
    placeholder: "N",
    help: "Rooms that one IP address may make per hour; 0: no limit",
    default: String(SERVE_DEFAULTS.newRoomsPerHour),
    ...wholeNumber(0, 1_000),
  },
  "max-clients": {
    kind: "value",
    placeholder: "N",
    help: "Maximum number of connections",
    default: String(SERVE_DEFAULTS.maxClients),
    ...wholeNumber(1, 100_000),
  },
  "max-per-address": {
    kind: "value",
    placeholder: "N",
    help: "Maximum connections per IP address; 0: no limit",
    default: String(SERVE_DEFAULTS.maxPerAddress),
    ...wholeNumber(0, 100_000),
  },
  joins: {
    kind: "value",
    placeholder: "N",
    help: "Joins per second from one IP address; 0: no limit",
    default: String(SERVE_DEFAULTS.joinsPerSecond),
    ...wholeNumber(0, 100_000),
  },
  rate: {
    kind: "value",
    placeholder: "N",
    help: "Lines per second from one client; 0: no limit",
    default: String(SERVE_DEFAULTS.rate),
    ...wholeNumber(0, 1_000_000),
  },
  "password-file": {
    kind: "value",
    placeholder: "FILE",
    help: "File whose first line is the password (or CHAT_PASSWORD)",
    ...filePath,
  },
  "operator-password-file": {
    kind: "value",
    placeholder: "FILE",
    help: "File whose first line is the password for /op",
    ...filePath,
  },
  "tls-cert": {
    kind: "value",
    placeholder: "FILE",
    help: "Use TLS with this certificate (PEM)",
    ...filePath,
  },
  "tls-key": {
    kind: "value",
    placeholder: "FILE",
    help: "Private key of the certificate (PEM)",
    ...filePath,
  },
  "tls-self-signed": {
    kind: "value",
    placeholder: "NAMES",
    help: "Use TLS; create certificate and key for these names if they do not exist",
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
    help: "Serve a page for browsers on port 8080, or on PORT",
    bare: "8080",
    ...wholeNumber(0, 65_535),
  },
  "web-host": {
    kind: "value",
    placeholder: "NAME",
    help: "Host name that browsers may use; repeatable",
    repeated: true,
    ...hostNames,
  },
  "trusted-proxy": {
    kind: "value",
    placeholder: "ADDRESS[/BITS]",
    help: "Proxy that passes on client addresses (PROXY protocol, X-Forwarded-For); repeatable",
    repeated: true,
    ...addressRanges,
  },
  "name-timeout": {
    kind: "value",
    placeholder: "SECONDS",
    help: "Seconds a new connection has to give a name",
    default: String(SERVE_DEFAULTS.nameTimeoutMs / 1_000),
    ...seconds(1, 3_600),
  },
  "idle-timeout": {
    kind: "value",
    placeholder: "SECONDS",
    help: "Seconds a plain client may send nothing; 0: no limit",
    default: String(SERVE_DEFAULTS.idleMs / 1_000),
    ...seconds(0, 604_800),
  },
  "max-line": {
    kind: "value",
    placeholder: "N",
    help: "Maximum characters in a line",
    default: String(SERVE_DEFAULTS.maxLineChars),
    ...wholeNumber(1_024, MAX_LINE_CHARS),
  },
  "max-text": {
    kind: "value",
    placeholder: "N",
    help: "Maximum characters in a message",
    default: String(SERVE_DEFAULTS.maxTextChars),
    ...wholeNumber(1, MAX_TEXT_CHARS),
  },
  renames: {
    kind: "value",
    placeholder: "N",
    help: "Name changes per minute for one client; 0: no limit",
    default: String(SERVE_DEFAULTS.renamesPerMinute),
    ...wholeNumber(0, 1_000),
  },
  outbox: {
    kind: "value",
    placeholder: "KIB",
    help: "Send-buffer limit per client",
    default: String(SERVE_DEFAULTS.queueBytes / 1_024),
    ...wholeNumber(64, 1_048_576),
  },
  window: {
    kind: "value",
    placeholder: "MIB",
    help: "Backlog kept for slow readers",
    default: String(SERVE_DEFAULTS.windowBytes / 1_048_576),
    ...wholeNumber(1, 1_024),
  },
  db: {
    kind: "value",
    placeholder: "FILE",
    help: "Store the rooms in this SQLite database",
    ...filePath,
  },
  durability: {
    kind: "value",
    placeholder: "WHAT",
    help: "What messages survive: process (a crash of the program) or power (a power failure, too)",
    default: SERVE_DEFAULTS.durability,
    ...oneOf(["process", "power"]),
  },
  retain: {
    kind: "value",
    placeholder: "HOW",
    help: "Keep the newest events of each room (100000) or days (90d); default: all",
    ...retention,
  },
  "log-format": {
    kind: "value",
    placeholder: "FORMAT",
    help: "Format of the log: text or json (one object a line)",
    default: SERVE_DEFAULTS.logFormat,
    ...oneOf(["text", "json"]),
  },
  "log-level": {
    kind: "value",
    placeholder: "LEVEL",
    help: "Lowest level to log: debug, info, warn or error",
    default: SERVE_DEFAULTS.logLevel,
    ...oneOf(["debug", "info", "warn", "error"]),
  },
} as const;
