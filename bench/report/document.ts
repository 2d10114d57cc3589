/**
 * Figures in a document that is otherwise written by hand: what stands between a pair of markers is
 * replaced, so that no number has to be copied.
 *
 * ```md
 * <!-- bench:begin table fanout -->
 * <!-- bench:end -->
 * ```
 *
 * @module
 */

import { renderGoals } from "./goals.ts";
import { findPlot, plotPath, renderPlot } from "./plots.ts";
import type { ScenarioRecord } from "./record.ts";
import { mainTable, measuredLine } from "./section.ts";

const BLOCK = /^<!-- bench:begin (.*) -->\n[^]*?^<!-- bench:end -->$/gm;

/** Tables here are as wide as their text, which the formatter would not allow. */
const UNFORMATTED = {
  start: "<!-- deno-fmt-ignore-start -->",
  end: "<!-- deno-fmt-ignore-end -->",
};

/** What was kept, by the names of the scenarios. */
export type Records = ReadonlyMap<string, ScenarioRecord>;

/**
 * Fills the blocks of a document in `docs/`.
 *
 * @throws {Error} When a block asks for something that nobody makes.
 */
export function fillDocument(text: string, records: Records): string {
  return text.replace(BLOCK, (_block, order: string) => {
    const body = `${UNFORMATTED.start}\n\n${renderBlock(order, records)}\n${UNFORMATTED.end}`;
    return `<!-- bench:begin ${order} -->\n${body}\n<!-- bench:end -->`;
  });
}

function renderBlock(order: string, records: Records): string {
  const [kind, name = ""] = order.split(" ");
  if (kind === "goals") return renderGoals(records);
  if (kind === "plot") return renderPlotLink(name, records);
  if (kind === "table") {
    const record = records.get(name);
    if (record === undefined) return `Not measured yet: \`deno task bench ${name} --write\`.\n`;
    return `${mainTable(record)}\n${measuredLine(record)}\n`;
  }
  throw new Error(`Cannot make the block "${order}": use goals, plot NAME or table SCENARIO.`);
}

function renderPlotLink(name: string, records: Records): string {
  const plot = findPlot(name);
  if (renderPlot(plot, records) === null) return `Not measured yet: ${plot.title}.\n`;
  return `![${plot.title}](${plotPath(plot).replace(/^docs\//, "")})\n`;
}
