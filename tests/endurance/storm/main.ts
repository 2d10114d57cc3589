/**
 * A storm in its large form: is anything that was said lost, doubled, out of order, or not the same
 * for all, when nodes of NATS and servers are killed, ended and stopped? Prints what happened, and
 * exits 1 when anything was. Needs a nats-server 2.12 or newer, named by CHAT_TEST_NATS or in the
 * PATH.
 *
 * `deno task storm [--seed N] [--minutes 10]`
 *
 * @module
 */

import { printErr, printOut } from "../../../src/print.ts";
import { describeMachine } from "../../../bench/machine.ts";
import { needsNats } from "../../helpers/nats.ts";
import { exitCodeOf, readCommandLine, seedOf, UsageError, wholeNumber } from "../cli.ts";
import { faultsOf } from "../kill/report.ts";
import { runStorm } from "./storm_run.ts";

const COMMAND = "deno task storm";

const CLIENTS = 8;
const ROOMS = 5;

/** What they say a minute where nothing happens: see `storm_run.ts`. */
const MESSAGES_A_MINUTE = 400 * 60;

async function main(): Promise<number> {
  const { words, flags } = readCommandLine(["seed", "minutes"]);
  if (words.length > 0) throw new UsageError(`Unexpected argument ${words[0]}.`);
  const seed = seedOf(flags["seed"]);
  const minutes = wholeNumber(flags["minutes"], "minutes", { min: 1, max: 1_440, otherwise: 10 });
  if (!await needsNats("2.12")) return 1;
  const again = `${COMMAND} --seed ${seed} --minutes ${minutes}`;
  printOut(`Seed ${seed}. The same decisions again:\n  ${again}\n\n`);
  const directory = await Deno.makeTempDir({ prefix: "chat-storm-" });
  try {
    const result = await runStorm({
      seed,
      directory,
      clients: CLIENTS,
      rooms: ROOMS,
      messages: minutes * MESSAGES_A_MINUTE,
      cuts: { probability: 0.5, maxBytes: 1_000_000, muteProbability: 0.03 },
      // All of NATS away, an election, and a client that waits for its next try.
      stallMs: 90_000,
      note: (text) => printErr(`${text}\n`),
    });
    const { messages, mishaps, cuts, lost, doubled, outOfOrder, gaps, seconds } = result;
    printOut(
      `${CLIENTS} clients, ${ROOMS} rooms, ${messages} messages, ${mishaps} mishaps, ${cuts} cuts, ` +
        `${lost} lost, ${doubled} doubled, ${outOfOrder} out of order, ${gaps} numbers left out, ` +
        `${seconds.toFixed(1)} s\n`,
    );
    const faults = faultsOf(result);
    for (const fault of faults) printOut(`  WRONG: ${fault}\n`);
    printOut(`\n${describeMachine()}`);
    if (faults.length > 0) printErr(`NOT as it must be. Again with:\n  ${again}\n`);
    return faults.length > 0 ? 1 : 0;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.exit(await exitCodeOf(main));
