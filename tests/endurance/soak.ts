/**
 * `deno task soak [--minutes 30] [--clients 500] [--seed N]`: clients that come, talk and
 * go for half an hour, and the server's memory each minute. Exit code 1 when the memory at the end
 * is more than 10% away from that of minute 5 (of a sixth of the time, in a shorter run).
 *
 * @module
 */

import { ChatProcess } from "./chaos/chat_process.ts";
import { exitCodeOf, readCommandLine, say, seedOf, wholeNumber } from "./cli.ts";
import { hello, LineSocket } from "../helpers/line_socket.ts";
import { rest } from "./nuisance.ts";
import { Random } from "./random.ts";

/** A visit lasts so long, each power of ten as likely as the next. */
const MIN_VISIT_MS = 2_000;
const MAX_VISIT_MS = 200_000;

/** Between two lines of one visitor, in the mean. */
const SILENCE_MS = 15_000;

/** How far memory may be from that of minute 5. */
const MAX_CHANGE = 0.1;

interface Soak {
  readonly port: number;
  readonly signal: AbortSignal;
  visits: number;
  lines: number;
  said: number;
  lost: number;
}

/** One visitor after the other at one place. */
async function occupy(soak: Soak, place: number, random: Random): Promise<void> {
  // Not all at once.
  await rest(random.below(10_000), soak.signal);
  for (let visit = 1; !soak.signal.aborted; visit++) {
    await visitOnce(soak, `v${place}-${visit}`, random);
    soak.visits++;
  }
}

async function visitOnce(soak: Soak, name: string, random: Random): Promise<void> {
  const isJson = random.chance(0.5);
  const untilMs = performance.now() + random.logUniform(MIN_VISIT_MS, MAX_VISIT_MS);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: soak.port });
  const socket = new LineSocket(conn, () => soak.lines++);
  let pingAtMs = 0;
  await socket.send(isJson ? hello(name) : `${name}\n`);
  while (!soak.signal.aborted && performance.now() < untilMs) {
    await rest(Math.min(random.below(2 * SILENCE_MS), 10_000), soak.signal);
    if (socket.closed) {
      soak.lost++;
      break;
    }
    const text = "x".repeat(random.logUniform(3, 600));
    if (random.chance(0.6)) {
      soak.said++;
      await socket.send(isJson ? `${JSON.stringify({ type: "say", text })}\n` : `${text}\n`);
    } else if (isJson && performance.now() > pingAtMs) {
      pingAtMs = performance.now() + 5_000;
      await socket.send('{"type":"ping"}\n');
    }
  }
  // Some say goodbye, some just go.
  if (random.chance(0.5)) {
    await socket.send(isJson ? '{"type":"quit"}\n' : "/quit\n");
    await Promise.race([socket.ended, rest(2_000, soak.signal)]);
  }
  socket.close();
  await socket.ended;
}

async function main(): Promise<number> {
  const { flags } = readCommandLine(["minutes", "clients", "seed"]);
  const minutes = wholeNumber(flags["minutes"], "minutes", { min: 1, max: 10_000, otherwise: 30 });
  const clients = wholeNumber(flags["clients"], "clients", { min: 1, max: 1_900, otherwise: 500 });
  const seed = seedOf(flags["seed"]);
  say(`${minutes} minutes, ${clients} clients, seed ${seed}`);
  await using server = await ChatProcess.start();
  const over = new AbortController();
  const random = new Random(seed);
  const soak = { port: server.port, signal: over.signal, visits: 0, lines: 0, said: 0, lost: 0 };
  const places: Promise<void>[] = [];
  for (let place = 1; place <= clients; place++) places.push(occupy(soak, place, random.fork()));

  const base = Math.min(5, Math.ceil(minutes / 6));
  let baseBytes = 0, lastBytes = 0;
  say("minute | RSS MiB | descriptors | visits | said | lines heard | lost");
  for (let minute = 1; minute <= minutes; minute++) {
    await rest(60_000, over.signal);
    const { rssBytes, descriptors } = await server.holding();
    lastBytes = rssBytes;
    if (minute === base) baseBytes = rssBytes;
    const mib = (rssBytes / 1_048_576).toFixed(1);
    const { visits, said, lines, lost } = soak;
    say([minute, mib, descriptors, visits, said, lines, lost].join(" | "));
  }
  over.abort();
  await Promise.all(places);
  await server.stop();
  const change = lastBytes / baseBytes - 1;
  say(`RSS at the end against minute ${base}: ${(change * 100).toFixed(1)}%`);
  for (const line of server.strange) say(`standard error: ${line}`);
  return Math.abs(change) <= MAX_CHANGE && soak.lost === 0 && server.strange.length === 0 ? 0 : 1;
}

Deno.exit(await exitCodeOf(main));
