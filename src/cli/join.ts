/**
 * The subcommand `chat join`: its argument and flags, and what becomes of them.
 *
 * @module
 */

import { JOIN_DEFAULTS, type JoinOptions } from "../client/options.ts";
import { LOBBY } from "../protocol/messages.ts";
import { formatAddress, isHost, parsePlace, type Place } from "./address.ts";
import { JOIN_SUMMARY } from "./program_flags.ts";
import { EXIT_OK, UsageError } from "./exit.ts";
import type { CommandSpec, Wrong } from "./flags.ts";
import { parseCommand, type ReadEnv } from "./parse_flags.ts";
import { filePath, orWord, seconds, wholeNumber, wishedName } from "./values.ts";
import { printOut } from "../print.ts";
import { readEnv } from "./environment.ts";
import { commandHelp } from "./help.ts";

/** The flags of `chat join`. */
export const JOIN_FLAGS = {
  name: {
    kind: "value",
    placeholder: "NAME",
    help: "Your name; on a terminal you are asked for it",
    env: "CHAT_NAME",
    ...wishedName,
  },
  "password-file": {
    kind: "value",
    placeholder: "FILE",
    help: "File whose first line is the server's password (or CHAT_PASSWORD)",
    ...filePath,
  },
  "key-file": {
    kind: "value",
    placeholder: "FILE",
    help: "File whose first line is the key of a private room (or CHAT_KEY)",
    ...filePath,
  },
  tls: { kind: "switch", help: "Use TLS" },
  ca: {
    kind: "value",
    placeholder: "FILE",
    help: "Use TLS and also trust the certificates in this file (PEM)",
    ...filePath,
  },
  timeout: {
    kind: "value",
    placeholder: "SECONDS",
    help: "Seconds to wait for a connection",
    default: String(JOIN_DEFAULTS.timeoutMs / 1_000),
    ...seconds(0.1, 600),
  },
  history: {
    kind: "value",
    placeholder: "N",
    help: "Number of past messages to begin with, or all",
    default: String(JOIN_DEFAULTS.history),
    ...orWord(wholeNumber(0, 10_000), "all"),
  },
  exit: { kind: "switch", help: "Print them, then exit" },
  "all-rooms": { kind: "switch", help: "With --exit: print those of all listed rooms" },
  json: { kind: "switch", help: "Print each event as one JSON object per line" },
  plain: { kind: "switch", help: "No editor and no colours, even on a terminal" },
  "no-color": { kind: "switch", help: "No colours; NO_COLOR does the same" },
  "no-bell": { kind: "switch", help: "Do not ring for your name and direct messages" },
} as const;

/** Elsewhere the port and the room are a word or a flag of their own. */
function meant(wrong: Wrong): string | undefined {
  if (wrong.kind === "flag") {
    if (["r", "room", "rooms"].includes(wrong.name)) {
      const room = isRoom(wrong.value) ? wrong.value.replace(/^#/, "") : "ROOM";
      return `The room stands behind the address: chat join HOST:PORT/${room}`;
    }
    if (!["p", "P", "port"].includes(wrong.name)) return undefined;
    const port = isPort(wrong.value) ? wrong.value : "PORT";
    return `The port stands behind the address: chat join HOST:${port}`;
  }
  const [host = "", port, ...more] = wrong.words;
  if (more.length > 0 || !isHost(host) || !isPort(port)) return undefined;
  return `Did you mean ${formatAddress(host, Number(port))}?`;
}

function isRoom(text: string | undefined): text is string {
  return text !== undefined && /^#?[\p{L}\p{N}_.-]+$/u.test(text);
}

function isPort(text: string | undefined): text is string {
  return text !== undefined && wholeNumber(1, 65_535).parse(text) !== undefined;
}

/** `chat join`, for parsing and help. */
export const JOIN: CommandSpec<typeof JOIN_FLAGS> = {
  name: JOIN_SUMMARY.name,
  summary: JOIN_SUMMARY.summary,
  argument: {
    placeholder: "[HOST[:PORT][,HOST…][/ROOM]]",
    help: "Address of the server, or of several that are tried in turn, and rooms " +
      `(or CHAT_SERVER; default ${JOIN_DEFAULTS.host}:${JOIN_DEFAULTS.port}/lobby)`,
  },
  meant,
  flags: JOIN_FLAGS,
  examples: [
    { line: "chat join 192.168.1.5 --name ada", purpose: "a server on another machine" },
    { line: "chat join 192.168.1.5/ops/dev --name ada", purpose: "two of its rooms" },
    { line: "make 2>&1 | chat join --name ci", purpose: "every line of input is said" },
  ],
};

/**
 * Reads the arguments of `chat join`.
 *
 * @param args What stands after `join`.
 * @param readEnv Reads the environment.
 * @returns The options, or `undefined` when the help is asked for.
 * @throws {UsageError} When anything is wrong with them.
 */
export function parseJoin(args: readonly string[], readEnv: ReadEnv): JoinOptions | undefined {
  const parsed = parseCommand(JOIN, args, readEnv);
  if (parsed === undefined) return undefined;
  const { values, argument } = parsed;
  const { host, port, others, rooms } = argument === undefined
    ? usualPlace(readEnv)
    : parsePlace(argument, JOIN_DEFAULTS);
  if (values["all-rooms"] && !values.exit) {
    throw new UsageError("The flag --all-rooms needs --exit: it prints what all rooms hold");
  }
  if (values["all-rooms"] && rooms.length > 0) {
    throw new UsageError(
      `Give either --all-rooms or rooms in the address: received /${rooms.join("/")}`,
    );
  }
  const key = readEnv("CHAT_KEY") ?? "";
  const keyFile = values["key-file"];
  const password = readEnv("CHAT_PASSWORD");
  const passwordFile = values["password-file"];
  return {
    host,
    port,
    ...(others === undefined ? {} : { others }),
    rooms: (rooms.length === 0 ? [LOBBY] : rooms).map((room) => (
      key === "" ? { room } : { room, key }
    )),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(password === undefined || password === "" ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(values.ca !== undefined ? { tls: { caFile: values.ca } } : values.tls ? { tls: {} } : {}),
    timeoutMs: values.timeout,
    history: values.history,
    exit: values.exit,
    allRooms: values["all-rooms"],
    json: values.json,
    plain: values.plain || readEnv("TERM") === "dumb",
    noColor: values["no-color"],
    noBell: values["no-bell"],
  };
}

/** Where `chat join` alone goes. */
function usualPlace(readEnv: ReadEnv): Place {
  const text = readEnv("CHAT_SERVER") ?? "";
  if (text === "") return { ...JOIN_DEFAULTS, rooms: [] };
  try {
    return parsePlace(text, JOIN_DEFAULTS);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message} (from CHAT_SERVER)`);
    throw error;
  }
}

/**
 * Runs a client until it leaves, or shows how to.
 *
 * @param args What stands after `join`.
 * @returns The exit code.
 * @throws {UsageError} When anything is wrong with the arguments.
 */
export async function join(args: readonly string[]): Promise<number> {
  const options = parseJoin(args, readEnv);
  if (options === undefined) {
    printOut(commandHelp(JOIN));
    return EXIT_OK;
  }
  const { runClient }: typeof import("../client/run.ts") = await import(
    import.meta.resolve("../client/run.ts")
  );
  return await runClient(options);
}
