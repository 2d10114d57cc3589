/**
 * `chat serve`, as its users run it, but with flood control off and no limit on joins: for people's
 * lines, for programs' lines, and with a database.
 *
 * @module
 */

import { commandLine, run } from "../../tests/helpers/program.ts";
import { Scratch } from "../scratch.ts";
import { type Peer, type PeerOptions, type RunningPeer, startListening } from "./peer.ts";

/** `chat serve`, and clients that speak plain. */
export const ours: Peer = {
  name: "ours",
  wire: "plain",
  about: "`chat serve --rate 0 --joins 0`, the plain dialect",
  version,
  start: startChat,
};

/** The same server, and clients that speak json. */
export const oursJson: Peer = {
  ...ours,
  name: "ours-json",
  wire: "json",
  about: "the same server, the json dialect: each line has a number, a time and a name in it",
};

/** The same with a database. */
export const oursDb: Peer = {
  ...ours,
  name: "ours-db",
  about:
    "`chat serve --rate 0 --joins 0 --db FILE`: each message is committed before anyone sees it",
  start(options) {
    const scratch = new Scratch();
    return startChat({ ...options, db: scratch.file("chat.db"), files: scratch });
  },
};

/** The same, and IRC clients that ask for no capability: lines like those of other IRC servers. */
export const oursIrc: Peer = {
  ...ours,
  name: "ours-irc",
  wire: "irc-chat",
  about: "the same server, IRC clients without capabilities",
};

/** The same, and IRC clients that are told times and ids. */
export const oursIrcTags: Peer = {
  ...oursIrc,
  name: "ours-irc-tags",
  readers: ["irc-chat-both"],
  about: "the same server, readers with `server-time` and `message-tags`: each line has a time " +
    "and an id in it",
};

/** The same, and IRC clients of four kinds, each of which is written lines of its own. */
export const oursIrcFour: Peer = {
  ...oursIrc,
  name: "ours-irc-four",
  readers: ["irc-chat", "irc-chat-time", "irc-chat-msgid", "irc-chat-both"],
  about: "the same server, four kinds of readers in equal parts: without capabilities, with " +
    "`server-time`, with `message-tags`, with both",
};

/** How a server of ours is started. */
export interface ChatOptions extends PeerOptions {
  /** How many rooms it allows, made by anybody; default: as it does by itself. */
  readonly rooms?: number;
  /** The database's file; absent: memory. */
  readonly db?: string;
  /** The NATS that it shares its rooms over; absent: it stands alone. */
  readonly nats?: string;
  /** Removed when it has ended. */
  readonly files?: Disposable;
}

/**
 * Starts `chat serve` on a free port, with the permissions of its task, and waits until it listens.
 *
 * @throws {Error} When it does not; with what it said.
 */
export function startChat(options: ChatOptions): Promise<RunningPeer> {
  const { maxClients, host = "127.0.0.1", hasFloodControl = false, rooms } = options;
  const { db, nats, files } = options;
  return startListening(
    commandLine([
      ...["serve", "--port", "0", "--host", host, "--max-clients", `${maxClients}`],
      ...(hasFloodControl ? [] : ["--rate", "0", "--joins", "0"]),
      ...(rooms === undefined ? [] : ["--rooms", `${rooms}`, "--new-rooms", "0"]),
      ...(db === undefined ? [] : ["--db", db]),
      ...(nats === undefined ? [] : ["--nats", nats]),
    ]),
    files,
  );
}

async function version(): Promise<string | null> {
  const { code, stdout } = await run(commandLine(["--version"]));
  return code === 0 ? stdout.trim() : null;
}
