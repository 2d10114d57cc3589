/**
 * The kill test in its large form: is anything that was said lost, doubled or out of order when the
 * server is killed and connections are cut? Prints what happened, and exits 1 when anything was.
 *
 * `deno task kill [database] [memory] [cluster] [piped] [--seed N] [--rooms 5] [--messages 100000]
 * [--kills 50]`
 *
 * @module
 */

import { printErr, printOut } from "../../../src/print.ts";
import { NatsCluster, needsNats } from "../../helpers/nats.ts";
import { runPiped } from "./piped_run.ts";
import { exitCodeOf, readCommandLine, seedOf, UsageError, wholeNumber } from "../cli.ts";
import { faultsOf, renderPiped, renderRoom } from "./report.ts";
import { runRoom } from "./room_run.ts";
import { describeMachine } from "../../../bench/machine.ts";

const COMMAND = "deno task kill";

const CLIENTS = 8;

/** Connections live for up to so many bytes from the server: some 25,000 messages. */
const CUT_BYTES = 4_000_000;

/** Half of the window of a server without a database, so that it still has what somebody missed. */
const MAX_LEAD = 5_000;

/** This part of the messages is as long as a message may be. */
const LONG_SHARE = 0.01;

/** A client that notices nothing for 10 s and then waits for up to 5 s is no hang. */
const STALL_MS = 60_000;

interface Options {
  readonly parts: readonly string[];
  readonly seed: number;
  readonly rooms: number;
  readonly messages: number;
  readonly kills: number;
}

const PARTS: Readonly<Record<string, (options: Options, db: string) => Promise<boolean>>> = {
  database(options, db) {
    return runClients("database", options, { db, kills: options.kills });
  },
  memory(options) {
    return runClients("memory", options, { maxLead: MAX_LEAD, kills: 0 });
  },
  async cluster(options, db) {
    if (!await needsNats("2.12")) return false;
    await using nats = await NatsCluster.start();
    return await runClients("cluster", options, { db, kills: options.kills, nats: nats.urls });
  },
  async piped({ seed, messages }, db) {
    const result = await runPiped({
      seed,
      lines: messages,
      db,
      timeoutSeconds: 5,
      limitMs: STALL_MS,
    });
    printOut(renderPiped(result));
    return faultsOf(result).length === 0;
  },
};

async function runClients(
  name: string,
  { seed, rooms, messages }: Options,
  how: {
    readonly db?: string;
    readonly maxLead?: number;
    readonly kills: number;
    readonly nats?: readonly string[];
  },
): Promise<boolean> {
  const result = await runRoom({
    seed,
    clients: CLIENTS,
    rooms,
    messages,
    cuts: {
      // Without kills, a connection that never breaks would end its client's share of bad luck.
      probability: how.kills > 0 ? 0.7 : 1,
      maxBytes: CUT_BYTES,
      muteProbability: 0.03,
    },
    longShare: LONG_SHARE,
    stallMs: STALL_MS,
    note: (text) => printErr(`${name}: ${text}\n`),
    ...how,
  });
  printOut(renderRoom(name, { clients: CLIENTS, rooms }, result));
  return faultsOf(result).length === 0;
}

function readOptions(): Options {
  const { words: parts, flags } = readCommandLine(["seed", "rooms", "messages", "kills"]);
  const stranger = parts.find((part) => !Object.hasOwn(PARTS, part));
  if (stranger !== undefined) {
    throw new UsageError(`Unknown part "${stranger}": use ${Object.keys(PARTS).join(", ")}.`);
  }
  return {
    parts: parts.length > 0 ? parts : Object.keys(PARTS),
    seed: seedOf(flags["seed"]),
    rooms: wholeNumber(flags["rooms"], "rooms", { min: 1, max: 20, otherwise: 5 }),
    messages: wholeNumber(flags["messages"], "messages", {
      min: 100,
      max: 10_000_000,
      otherwise: 100_000,
    }),
    kills: wholeNumber(flags["kills"], "kills", { min: 1, max: 10_000, otherwise: 50 }),
  };
}

async function main(): Promise<number> {
  const options = readOptions();
  const { seed, rooms, messages, kills } = options;
  const again = `--seed ${seed} --rooms ${rooms} --messages ${messages} --kills ${kills}`;
  printOut(`Seed ${seed}. The same decisions again:\n  ${COMMAND} ${again}\n\n`);
  let fine = true;
  for (const part of options.parts) {
    const directory = await Deno.makeTempDir({ prefix: "chat-kill-" });
    try {
      fine = await PARTS[part]!(options, `${directory}/room.db`) && fine;
    } catch (error) {
      fine = false;
      printErr(`${part} FAILED: ${(error as Error).message}\n`);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  }
  printOut(`\n${describeMachine()}`);
  if (!fine) printErr(`NOT as it must be. Again with:\n  ${COMMAND} ${again}\n`);
  return fine ? 0 : 1;
}

Deno.exit(await exitCodeOf(main));
