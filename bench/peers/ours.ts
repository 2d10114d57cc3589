/**
 * `chat serve`, as its users run it, but with flood control off: for people's lines, for programs'
 * lines, and with a database.
 *
 * @module
 */

import { Scratch } from "../scenarios/scratch.ts";
import type { StartOptions } from "../process.ts";
import { type Peer, type RunningPeer, startListening } from "./peer.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** As `deno task serve` has them. */
const PERMISSIONS = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-sys=networkInterfaces",
  "--allow-env=CHAT_PASSWORD,CHAT_DEBUG",
];

/** `chat serve`, and clients that speak plain. */
export const ours: Peer = {
  name: "ours",
  wire: "plain",
  about: "`chat serve --rate 0`, the plain dialect",
  version,
  start: ({ maxClients }) => serve(maxClients),
};

/** The same server, and clients that speak json. */
export const oursJson: Peer = {
  name: "ours-json",
  wire: "json",
  about: "the same server, the json dialect: each line has a number, a time and a name in it",
  version,
  start: ({ maxClients }) => serve(maxClients),
};

/** The same with a database. */
export const oursDb: Peer = {
  name: "ours-db",
  wire: "plain",
  about: "`chat serve --rate 0 --db FILE`: each message is committed before anyone sees it",
  version,
  start({ maxClients }) {
    const scratch = new Scratch();
    const cleanUp = () => scratch[Symbol.dispose]();
    return serve(maxClients, ["--db", scratch.file("chat.db")], { cleanUp });
  },
};

async function version(): Promise<string | null> {
  try {
    await Deno.stat(MAIN);
  } catch {
    return null;
  }
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", MAIN, "--version"],
    stderr: "null",
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

function serve(
  maxClients: number,
  more: readonly string[] = [],
  options: StartOptions = {},
): Promise<RunningPeer> {
  const flags = ["--port", "0", "--host", "127.0.0.1", "--rate", "0"];
  flags.push("--max-clients", String(maxClients), ...more);
  return startListening(
    [Deno.execPath(), "run", "--no-prompt", ...PERMISSIONS, MAIN, "serve", ...flags],
    options,
  );
}
