/**
 * Nothing said is lost, doubled or out of order when the server is killed and connections are cut.
 * The large form is `deno task kill`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { NatsServer, needsNats } from "../../helpers/nats.ts";
import { type PipedRunOptions, runPiped } from "./piped_run.ts";
import { anySeed } from "../random.ts";
import { faultsOf } from "./report.ts";
import { runRoom } from "./room_run.ts";
import { printErr } from "../../../src/print.ts";

const SEED_VARIABLE = "CHAT_KILL_SEED";

/** What eight clients do in a few seconds. */
const SMALL = {
  clients: 8,
  rooms: 5,
  messages: 2_000,
  cuts: { probability: 0.7, maxBytes: 150_000, muteProbability: 0 },
  stallMs: 30_000,
};

const PIPED: Omit<PipedRunOptions, "seed" | "db"> = {
  lines: 5_000,
  // A busy machine may take long to start the server again.
  timeoutSeconds: 30,
  limitMs: 60_000,
};

/** Runs a test with a seed and a database of its own; a failure says how to repeat it. */
async function withSeed(
  run: (seed: number, db: string) => Promise<{ readonly messages: number; faults: string[] }>,
  messages: number,
): Promise<void> {
  const seed = Number(Deno.env.get(SEED_VARIABLE) ?? anySeed());
  const command = `${SEED_VARIABLE}=${seed} deno test --no-prompt --allow-net --allow-run ` +
    "--allow-read --allow-write --allow-env --allow-sys tests/endurance/kill/kill_test.ts";
  printErr(`\nseed ${seed}; the same decisions again: ${command}\n`);
  const directory = await Deno.makeTempDir({ prefix: "chat-kill-" });
  try {
    const result = await run(seed, `${directory}/room.db`);
    assertEquals(result, { messages, faults: [] });
  } catch (error) {
    throw new Error(`With seed ${seed}: ${(error as Error).message}\nAgain: ${command}`, {
      cause: error,
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("The server is killed five times and connections are cut: all clients in five rooms and the database hold the same", async () => {
  await withSeed(async (seed, db) => {
    const result = await runRoom({ ...SMALL, seed, db, kills: 5 });
    return { messages: result.messages, faults: faultsOf(result) };
  }, SMALL.messages);
});

Deno.test({
  name:
    "Two servers on one NATS are killed in turn, clients move between them, and both databases hold the same",
  ignore: !await needsNats(),
  async fn() {
    await using nats = await NatsServer.start();
    await withSeed(async (seed, db) => {
      const result = await runRoom({ ...SMALL, seed, db, kills: 5, nats: [nats.url] });
      return { messages: result.messages, faults: faultsOf(result) };
    }, SMALL.messages);
  },
});

Deno.test("Who is away for longer than the log reaches back gets the rest from the database", async () => {
  const messages = 1_000;
  await withSeed(async (seed, db) => {
    const cuts = { ...SMALL.cuts, maxBytes: 6_000_000 };
    const result = await runRoom({
      ...SMALL,
      seed,
      db,
      rooms: 1,
      messages,
      longShare: 0.9,
      kills: 2,
      cuts,
    });
    return { messages: result.messages, faults: faultsOf(result) };
  }, messages);
});

Deno.test("Connections are cut and the rooms are in memory: all clients hold the same", async () => {
  await withSeed(async (seed) => {
    const cuts = { ...SMALL.cuts, probability: 0.8, maxBytes: 300_000 };
    const result = await runRoom({ ...SMALL, seed, cuts, kills: 0, maxLead: 5_000 });
    return { messages: result.messages, faults: faultsOf(result) };
  }, SMALL.messages);
});

Deno.test("A pipe delivers every line once and in order over a killed server", async () => {
  await withSeed(async (seed, db) => {
    const result = await runPiped({ ...PIPED, seed, db });
    return { messages: result.messages, faults: faultsOf(result) };
  }, PIPED.lines);
});
