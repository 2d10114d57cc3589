/**
 * `bench/RESULTS.md`: every figure.
 *
 * @module
 */

import { machineText } from "../machine.ts";
import { inOrder, layoutOf } from "./layout.ts";
import { plotPath, PLOTS, renderPlot } from "./plots.ts";
import type { ScenarioRecord } from "./record.ts";
import { renderGoals } from "./goals.ts";
import { renderRows } from "../table.ts";
import { renderSection } from "./section.ts";

/** Everything that was kept, as one document. */
export function renderResults(records: ReadonlyMap<string, ScenarioRecord>): string {
  const names = inOrder(records.keys());
  const found = names.flatMap((name) => records.get(name) ?? []);
  let text = `<!-- deno-fmt-ignore-file -->
<!-- Made by deno task bench:report from bench/results/*.json: changes here would be lost. -->

# Results

How these figures came about, and what they do and do not say, is told in
[docs/performance.md](../docs/performance.md). Server and load generator share the cores of one
machine. Each figure is a median with its minimum and maximum; each ratio was taken within a round
and is a median of rounds. A peer that was not there when a scenario was measured is a named gap.

`;
  const machines = new Set(found.map(({ machine }) => machineText(machine)));
  for (const machine of machines) text += `Machine: ${machine}\n`;
  text += `\n## Goals\n\n${renderGoals(records)}`;
  text += `\n## Peers\n\n${renderPeerList(found)}`;
  for (const record of found) {
    const { scenario, about, samples } = record;
    text += `\n## ${layoutOf(scenario, samples).title}\n\n\`${scenario}\`: ${about}.\n\n`;
    for (const plot of PLOTS) {
      if (plot.name !== scenario || renderPlot(plot, records) === null) continue;
      text += `![${plot.title}](../${plotPath(plot)})\n\n`;
    }
    text += renderSection(record);
    if (machines.size > 1) text += `\nMachine: ${machineText(record.machine)}\n`;
  }
  return text;
}

/** Who took part, how each was started and in which versions. */
function renderPeerList(records: readonly ScenarioRecord[]): string {
  const peers = new Map<string, { readonly abouts: Set<string>; readonly versions: Set<string> }>();
  for (const { name, about, version } of records.flatMap((record) => record.peers)) {
    const known = peers.get(name) ?? { abouts: new Set(), versions: new Set() };
    peers.set(name, known);
    known.abouts.add(about);
    known.versions.add(version ?? "not here");
  }
  const rows = [...peers].map(([name, { abouts, versions }]) => [
    name,
    [...versions].join("; "),
    [...abouts].join("; "),
  ]);
  return renderRows(["peer", "version", "what it is and how it was started"], rows);
}
