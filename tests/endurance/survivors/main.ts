/**
 * `deno task survivors [CONTENDER…] [--seed N] [--trial TEXT]`: the same nuisances for this
 * program, `ncat --chat` and ngircd, while five people talk. Prints the table of
 * `docs/survivors.md`; who is not installed is named as a gap.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import { exitCodeOf, readCommandLine, say, seedOf } from "../cli.ts";
import { Link } from "../link.ts";
import { Random } from "../random.ts";
import { describeMachine } from "../../../bench/machine.ts";
import type { RunningPeer } from "../../../bench/peers/peer.ts";
import { type Contender, CONTENDERS } from "./contender.ts";
import { Scene, type Trial, TRIALS } from "./trials.ts";
import { comeIn, type Testimony, Witnesses } from "./witnesses.ts";

/** How many talk. */
const WITNESSES = 5;

/** Who hears nothing for longer than that thinks that the room is dead. */
const FROZEN_MS = 3_000;

async function judge(contender: Contender, trial: Trial, seed: number): Promise<string> {
  // The link needs a server that goes first: what it sends must not leave this machine.
  await using link = trial.name.includes("link") ? await Link.make() : null;
  await using server = await contender.start();
  await using witnesses = await Witnesses.enter(contender, server, WITNESSES);
  witnesses.talk();
  const scene = new Scene({ contender, server, random: new Random(seed), link });
  const remark = await trial.run(scene);
  if (remark === undefined) return "not tried: no network namespaces here";
  const testimony = await witnesses.finish();
  scene.close();
  // The end of these connections may be the end of the server.
  await pause(1_000);
  const verdict = server.ended
    ? "**the server ends**"
    : await verdictOf(contender, server, testimony);
  return remark === null ? verdict : `${remark}; ${verdict}`;
}

async function verdictOf(
  contender: Contender,
  server: RunningPeer,
  { expected, heard, disordered, latestMs, cutOff }: Testimony,
): Promise<string> {
  const words: string[] = [];
  if (cutOff > 0) words.push(`**${cutOff} of ${WITNESSES} people are cut off**`);
  if (heard < expected) {
    words.push(`**${expected - heard} of ${expected} lines are not heard within 5 s**`);
  } else {
    const late = `up to ${seconds(latestMs)} late`;
    words.push(latestMs > FROZEN_MS ? `**${late}**` : latestMs > 1_000 ? late : "all heard");
  }
  if (disordered > 0) words.push(`**${disordered} lines twice or out of order**`);
  const newcomer = await comeIn(contender, server, "newcomer");
  if (newcomer === null) words.push("**nobody new can come in**");
  newcomer?.close();
  await newcomer?.ended;
  return words.join(", ");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

async function main(): Promise<number> {
  const { words: names, flags } = readCommandLine(["seed", "trial"]);
  const seed = seedOf(flags["seed"]);
  const wanted = CONTENDERS.filter(({ name }) => names.length === 0 || names.includes(name));
  const trials = TRIALS.filter(({ name }) => name.includes(String(flags["trial"] ?? "")));
  const present: Contender[] = [];
  for (const contender of wanted) {
    const version = await contender.version();
    say(`- ${contender.name}: ${version ?? "not installed"}; ${contender.about}.`);
    if (version !== null) present.push(contender);
  }
  say(`\nSeed ${seed}. ${describeMachine()}`);
  say(`\n| | ${present.map(({ name }) => name).join(" | ")} |`);
  say(`| --- |${" --- |".repeat(present.length)}`);
  for (const trial of trials) {
    const cells: string[] = [];
    for (const contender of present) {
      try {
        cells.push(await judge(contender, trial, seed));
      } catch (error) {
        cells.push(`**${(error as Error).message}**`);
      }
    }
    say(`| ${trial.name} | ${cells.join(" | ")} |`);
  }
  return 0;
}

Deno.exit(await exitCodeOf(main));
