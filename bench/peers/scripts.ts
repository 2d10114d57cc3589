/**
 * Small servers of ours to measure against, which need no package: what would be the first try, and
 * what nobody can beat.
 *
 * @module
 */

import { Scratch } from "../scratch.ts";
import { denoScript, type Peer, type RunningPeer, startListening, versionOf } from "./peer.ts";

/** One write for each client and message, nothing shared. */
export const naive: Peer = {
  name: "naive",
  wire: "plain",
  about: "bench/naive_server.ts: one write for each client and message",
  ...denoScript("../naive_server.ts"),
};

/**
 * Nothing but the reads and writes that the work needs, on lines as long as our plain ones: its
 * senders write them so, since it adds nothing.
 */
export const limit: Peer = {
  name: "limit",
  wire: "raw",
  about: "bench/relay_server.ts: only the reads and writes that the work needs, on lines as long " +
    "as ours in plain",
  ...denoScript("../relay_server.ts"),
};

/** The same on lines as long as our json ones. */
export const limitJson: Peer = {
  ...limit,
  name: "limit-json",
  wire: "raw-json",
  about: "the same program, on lines as long as ours in json",
};

/** The limit without a runtime: what one thread in C needs for the same reads and writes. */
export const limitC: Peer = {
  name: "limit-c",
  wire: "raw",
  about: "bench/relay.c, compiled with `cc -O2`: the same as the limit, without a runtime",
  version: () => versionOf("cc", /^(.*)/),
  start: startRelay,
};

/** The same on lines as long as our json ones. */
export const limitCJson: Peer = {
  ...limitC,
  name: "limit-c-json",
  wire: "raw-json",
  about: "the same program, on lines as long as ours in json",
};

/** Compiles it, since nobody trusts a program that lies about, and starts it. */
async function startRelay(): Promise<RunningPeer> {
  const files = new Scratch();
  const program = files.file("relay");
  const { pathname: source } = new URL("../relay.c", import.meta.url);
  const compiler = new Deno.Command("cc", { args: ["-O2", "-o", program, source] });
  const { success, stderr } = await compiler.output();
  if (success) return await startListening([program], files);
  files[Symbol.dispose]();
  throw new Error(`cc could not compile ${source}: ${new TextDecoder().decode(stderr)}`);
}
