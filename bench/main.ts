/**
 * `deno task bench [SCENARIO…] [--rounds N] [--peers A,B] [--write]`: measures our server beside
 * others, in alternating rounds of one run, prints the tables, and keeps what is to be published.
 *
 * @module
 */

import { print, runCommand, say } from "./command.ts";
import { commitHere, describeMachine, loadAverage, thisMachine } from "./machine.ts";
import { type BenchOptions, helpText, parseOptions } from "./options.ts";
import { writeReport } from "./report/files.ts";
import { type PeerRecord, type ScenarioRecord, writeRecord } from "./report/record.ts";
import { renderSection } from "./report/section.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { Sample } from "./table.ts";

/** Measures one scenario. A peer that fails once is left out: its other rounds prove little. */
async function measure(
  scenario: Scenario,
  options: BenchOptions,
  versions: ReadonlyMap<string, string | null>,
): Promise<ScenarioRecord> {
  const peers = options.peers.filter((peer) => scenario.peers.includes(peer.name));
  const missing = peers.filter((peer) => versions.get(peer.name) === null).map(({ name }) => name);
  const startedAt = new Date().toISOString();
  const loadBefore = loadAverage();
  const failures = new Map<string, string>();
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    // Each second round goes the other way round, so that nobody is always first.
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      if (missing.includes(peer.name) || failures.has(peer.name)) continue;
      const tell = (text: string) => say(`${scenario.name} ${round + 1} ${peer.name}: ${text}`);
      try {
        samples.push({ round, peer: peer.name, figures: await scenario.run(peer, tell) });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tell(reason);
        failures.set(peer.name, `in round ${round + 1}: ${reason}`);
      }
    }
  }
  return {
    scenario: scenario.name,
    about: scenario.about,
    startedAt,
    commit: await commitHere(),
    rounds: options.rounds,
    machine: thisMachine(),
    loadBefore,
    loadAfter: loadAverage(),
    peers: peers.map(({ name, about }): PeerRecord => {
      const remark = scenario.notes[name];
      const failure = failures.get(name);
      return {
        name,
        about,
        version: versions.get(name) ?? null,
        ...(remark === undefined ? {} : { note: remark }),
        ...(missing.includes(name) ? { gap: "not here" } : {}),
        ...(failure === undefined ? {} : { gap: "FAILED", failure }),
      };
    }),
    samples: samples.filter(({ peer }) => !failures.has(peer)),
  };
}

async function main(): Promise<number> {
  const options = parseOptions(Deno.args);
  if (options.help) {
    await print(helpText());
    return 0;
  }
  const versions = new Map<string, string | null>();
  for (const peer of options.peers) versions.set(peer.name, await peer.version());
  let fine = true;
  for (const scenario of options.scenarios) {
    const record = await measure(scenario, options, versions);
    fine &&= record.peers.every(({ failure }) => failure === undefined);
    await print(`\n## ${scenario.name}: ${scenario.about}\n\n${renderSection(record)}`);
    // At once: whoever interrupts a long run keeps what is done.
    if (options.write) {
      await writeRecord(record);
      await writeReport();
    }
  }
  let text = "\n";
  for (const peer of options.peers) {
    text += `${peer.name} (${versions.get(peer.name) ?? "not here"}): ${peer.about}.\n`;
  }
  await print(text + describeMachine());
  return fine ? 0 : 1;
}

await runCommand(main);
