/**
 * How long `chat serve` takes until it listens and `chat join` until one can type, beside a Deno
 * script that does nothing.
 *
 * @module
 */

import { have } from "../../tests/helpers/proc.ts";
import { Program, shellLine } from "../../tests/helpers/program.ts";
import { Terminal } from "../../tests/helpers/terminal.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer, PeerName } from "../peers/peer.ts";
import { spreadOf } from "../table.ts";
import type { Figure, Scenario } from "./scenario.ts";

/** Starts that are measured, after one that fills the caches. */
const STARTS = 10;

/** The promises are: within so many times the empty script, and some milliseconds. */
const TIMES_EMPTY = [1.5, 1.3];

const EMPTY_SCRIPT = new URL("../empty_script.ts", import.meta.url).pathname;
const RUN_EMPTY = [Deno.execPath(), "run", "--no-prompt", EMPTY_SCRIPT];

const EMPTY_ON_TERMINAL = "an empty Deno script on a terminal";
const ASKS = "join asks for the name";

/** For the others an empty Deno script means nothing. */
const WRITTEN_FOR_DENO: readonly PeerName[] = ["ours", "ours-db", "naive", "limit"];

/** From starting a program until it says that it listens. */
export const startup: Scenario = {
  name: "startup",
  about: `from starting a program until it says that it listens, the median of ${STARTS} starts; ` +
    "Deno programs in turns with a Deno script that only says that it has started",
  peers: ["ours", "ours-db", "nats", "redis", "ngircd", "naive", "limit"],
  notes: { "ours-db": "a new database each time" },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const isDeno = WRITTEN_FOR_DENO.includes(peer.name);
  const { listening, empty } = await mediansOf({
    listening: () => listeningMs(peer),
    ...(isDeno ? { empty: emptyMs } : {}),
  });
  log(`listens after ${listening?.toFixed(1)} ms`);
  const figures: Figure[] = [figure("listening", listening)];
  if (isDeno) {
    figures.push(figure("an empty Deno script", empty));
    for (const times of TIMES_EMPTY) {
      const over = (listening ?? NaN) - times * (empty ?? NaN);
      figures.push(figure(`listening, over ${times} empty scripts`, over));
    }
  }
  if (peer.name === "ours" && await have("script")) figures.push(...await joining(log));
  return figures;
}

/** What people wait for every time: from the shell's Enter to what they see on their terminal. */
async function joining(log: (text: string) => void): Promise<Figure[]> {
  await using server = await startChat({ maxClients: 10 });
  const address = `127.0.0.1:${server.port}`;
  const medians = await mediansOf({
    [EMPTY_ON_TERMINAL]: () => shownMs(RUN_EMPTY.join(" "), /started/),
    [ASKS]: () => shownMs(shellLine(["join", address]), /Your name: /),
    "join is in the room": () => shownMs(shellLine(["join", address, "--name", "eve"]), /1 here/),
  });
  log(Object.entries(medians).map(([label, ms]) => `${label}: ${ms?.toFixed(0)} ms`).join(", "));
  return [
    ...Object.entries(medians).map(([label, ms]) => figure(label, ms)),
    {
      label: "join asks for the name ÷ an empty script",
      value: (medians[ASKS] ?? NaN) / (medians[EMPTY_ON_TERMINAL] ?? NaN),
      unit: "times",
    },
  ];
}

/** The medians of all, measured in turns of which each second one goes the other way round. */
async function mediansOf(
  measures: Readonly<Record<string, () => Promise<number>>>,
): Promise<Record<string, number | undefined>> {
  const all = Object.entries(measures).map(([label, measure]) => {
    return { label, measure, values: [] as number[] };
  });
  for (let start = 0; start <= STARTS; start++) {
    for (const { measure, values } of start % 2 === 0 ? all.toReversed() : all) {
      values.push(await measure());
    }
  }
  return Object.fromEntries(all.map(({ label, values }) => {
    return [label, spreadOf(values.slice(1)).median];
  }));
}

async function listeningMs(peer: Peer): Promise<number> {
  const startedMs = performance.now();
  await using _ = await peer.start({ maxClients: 10 });
  return performance.now() - startedMs;
}

async function emptyMs(): Promise<number> {
  const startedMs = performance.now();
  await using program = new Program(RUN_EMPTY, { stdin: false });
  await program.stdout.expect("started");
  return performance.now() - startedMs;
}

/** From the start of a command on a terminal until something is seen there. */
async function shownMs(command: string, wanted: RegExp): Promise<number> {
  const startedMs = performance.now();
  await using terminal = new Terminal(command);
  await terminal.shows(wanted);
  return performance.now() - startedMs;
}

function figure(label: string, value = NaN): Figure {
  return { label, value, unit: "milliseconds" };
}
