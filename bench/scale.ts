/**
 * `deno task idle [PEOPLE]`: so many json clients on this machine, as the scenario `scale` has them,
 * and what each costs.
 *
 * @module
 */

import { print, runCommand, say, UsageError } from "./command.ts";
import { describeMachine } from "./machine.ts";
import { DEFAULT_PEOPLE, measureScale } from "./scenarios/scale.ts";
import { columnName, renderValue } from "./table.ts";

const HELP =
  `Lets many json clients come into a server on this machine, and measures what each costs.

  deno task idle [PEOPLE]

PEOPLE is ${DEFAULT_PEOPLE} where nothing is said. Each needs a descriptor in the server and one in a
process of clients; where the machine allows fewer, it says so. Every newcomer is told to everybody,
so twice as many people take four times as long.
`;

async function main([text = String(DEFAULT_PEOPLE), ...more]: readonly string[]): Promise<number> {
  if (text === "--help") {
    await print(HELP);
    return 0;
  }
  const people = Number(text);
  if (!Number.isInteger(people) || people < 2 || more.length > 0) {
    throw new UsageError(
      `PEOPLE must be one number, 2 or more: got "${[text, ...more].join(" ")}".`,
    );
  }
  for (const figure of await measureScale(people, say)) {
    await print(`${columnName(figure)}: ${renderValue(figure.value, figure.unit)}\n`);
  }
  say(describeMachine());
  return 0;
}

await runCommand(() => main(Deno.args));
