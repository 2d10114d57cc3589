/**
 * The report on disk: made from what is kept in `bench/results/`, and nothing else.
 *
 * @module
 */

import { fillDocument } from "./document.ts";
import { plotPath, PLOTS, renderPlot } from "./plots.ts";
import { readRecords } from "./record.ts";
import { renderResults } from "./results.ts";

/** The root of the project. */
const ROOT = new URL("../../", import.meta.url);

/** Where all figures are, from the root. */
const RESULTS = "bench/RESULTS.md";

/** The page that explains them, from the root. */
const DOCUMENT = "docs/performance.md";

/**
 * Makes every file of the report.
 *
 * @returns Their texts by their paths from the root.
 */
async function renderReport(): Promise<Map<string, string>> {
  const records = await readRecords();
  const files = new Map<string, string>();
  files.set(RESULTS, renderResults(records));
  for (const plot of PLOTS) {
    const svg = renderPlot(plot, records);
    if (svg !== null) files.set(plotPath(plot), svg);
  }
  const document = await Deno.readTextFile(new URL(DOCUMENT, ROOT));
  files.set(DOCUMENT, fillDocument(document, records));
  return files;
}

/** Writes every file of the report that is not as it should be; tells which. */
export async function writeReport(): Promise<string[]> {
  const stale = await staleFiles();
  for (const [path, text] of stale) await Deno.writeTextFile(new URL(path, ROOT), text);
  return [...stale.keys()];
}

/** The files that do not hold what was measured, with what they should hold. */
export async function staleFiles(): Promise<Map<string, string>> {
  const stale = await renderReport();
  for (const [path, text] of stale) {
    if (await readOrNothing(path) === text) stale.delete(path);
  }
  return stale;
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(path, ROOT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
