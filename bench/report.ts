/**
 * `deno task bench:report [--check]`: makes `bench/RESULTS.md`, the plots and the figures of
 * `docs/performance.md` from what is kept in `bench/results/`, without measuring. With `--check` it
 * writes nothing and fails when one of them is not up to date.
 *
 * @module
 */

import { staleFiles, writeReport } from "./report/files.ts";

async function main(args: readonly string[]): Promise<number> {
  const stranger = args.find((arg) => arg !== "--check");
  if (stranger !== undefined) {
    say(`Unknown argument "${stranger}": use --check or nothing.`);
    return 2;
  }
  if (args.length === 0) {
    for (const path of await writeReport()) say(`${path} was made anew.`);
    return 0;
  }
  const stale = [...(await staleFiles()).keys()];
  for (const path of stale) say(`${path} is not up to date: run deno task bench:report.`);
  return stale.length === 0 ? 0 : 1;
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

Deno.exit(await main(Deno.args));
