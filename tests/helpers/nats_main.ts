/**
 * The program with `--nats` for every server, each a cluster of its own, for running the end-to-end
 * tests over NATS: `CHAT_TEST_MAIN=tests/helpers/nats_main.ts?nats=nats://HOST:PORT`. Servers with
 * the same database are of the same cluster.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { runProgram } from "../../src/cli/program.ts";

function clusterOf(args: readonly string[]): string {
  const db = args[args.indexOf("--db") + 1];
  const name = args.includes("--db") && db !== undefined ? db : crypto.randomUUID();
  return createHash("sha256").update(name).digest("hex").slice(0, 16);
}

function withNats(args: readonly string[]): string[] {
  const nats = new URL(import.meta.url).searchParams.get("nats");
  if (nats === null || args[0] !== "serve" || args.includes("--help")) return [...args];
  return [...args, "--nats", nats, "--cluster", clusterOf(args)];
}

Deno.exit(await runProgram(withNats(Deno.args)));
