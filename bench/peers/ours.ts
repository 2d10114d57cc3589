/**
 * `chat serve`, as its users run it, but with flood control off.
 *
 * @module
 */

import { type Peer, type RunningPeer, startListening } from "./peer.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** `chat serve`. */
export const ours: Peer = {
  name: "ours",
  wire: "plain",
  about: "chat serve --rate 0",
  version,
  start,
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

function start(options: { readonly maxClients: number }): Promise<RunningPeer> {
  return startListening([
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--allow-net",
    "--allow-sys=networkInterfaces",
    MAIN,
    "serve",
    "--port",
    "0",
    "--host",
    "127.0.0.1",
    "--rate",
    "0",
    "--max-clients",
    String(options.maxClients),
  ]);
}
