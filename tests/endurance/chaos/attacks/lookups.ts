/**
 * Searches and pages of the past, from many clients that each wait for three answers at a time.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { introduction, stayers } from "../../nuisance.ts";

/** Questions under way at the same time for each client. */
const IN_FLIGHT = 3;

/** See the module. */
export const lookups: Attack = {
  name: "lookups",
  about: "100 clients with three searches or pages of 300,000 messages in flight",
  count: 100,
  testCount: 40,
  finite: false,
  past: 300_000,
  testPast: 20_000,
  async run(run) {
    let asked = 0;
    let answers = 0;
    const connections = await stayers(run, async (peer, number) => {
      let isIn = false;
      const ask = () => {
        asked++;
        return peer.send(`${JSON.stringify(question(run.random))}\n`);
      };
      let rest = "";
      peer.listen((text) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          if (line.startsWith('{"type":"welcome"') && !isIn) {
            isIn = true;
            for (let i = 0; i < IN_FLIGHT; i++) ask();
          } else if (/^\{"type":"(?:results|history|error)"/.test(line)) {
            answers++;
            ask();
          }
        }
      });
      await peer.send(hello(run, number));
      await peer.ended;
    });
    return { connections, asked, answers };
  },
};

/** Odd numbers speak json. */
function hello(run: AttackRun, number: number): string {
  return introduction(run, "reader", 2 * number + 1);
}

/** What is nowhere, what is everywhere, what is too short for an index, and pages of any place. */
function question(random: Random): Readonly<Record<string, string | number>> {
  const limit = random.pick([1, 50, 500]);
  switch (random.below(6)) {
    case 0:
      return { type: "search", query: `absent${random.below(1_000_000)}`, limit };
    case 1:
      return { type: "search", query: String.fromCharCode(0x4e00 + random.below(500)), limit };
    case 2:
      return { type: "search", query: random.pick(["zq", "a", "qx j", "e t a o i n"]), limit };
    case 3:
      return { type: "search", query: `word${random.below(999)} word${random.below(999)}`, limit };
    case 4:
      return { type: "history", before: 1 + random.below(300_000), limit: 500 };
    default:
      return { type: "search", query: "the of and to in that it is was for", limit };
  }
}
