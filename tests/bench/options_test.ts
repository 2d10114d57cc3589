/**
 * The command line of `deno task bench`.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../bench/command.ts";
import { helpText, parseOptions } from "../../bench/options.ts";
import { PEERS } from "../../bench/peers/all.ts";
import { SCENARIOS } from "../../bench/scenarios/all.ts";

Deno.test("deno task bench without arguments measures everything and keeps it", () => {
  const options = parseOptions([]);
  assertEquals(options.scenarios, SCENARIOS);
  assertEquals(options.peers, PEERS);
  assertEquals(options.rounds, 5);
  assertEquals(options.write, true);
});

Deno.test("deno task bench with arguments keeps the results only when told to", () => {
  assertEquals(parseOptions(["idle"]).write, false);
  assertEquals(parseOptions(["--rounds", "1"]).write, false);
  const options = parseOptions(["idle", "--write", "--peers", "naive,ours", "--rounds=2"]);
  assertEquals(options.write, true);
  assertEquals(options.rounds, 2);
  assertEquals(options.scenarios.map(({ name }) => name), ["idle"]);
  assertEquals(options.peers.map(({ name }) => name), ["ours", "naive"]);
});

Deno.test("deno task bench refuses what it does not know, with the value received", () => {
  const wrong = [
    [["sleep"], `"sleep"`],
    [["--peers", "ours,irc"], `"irc"`],
    [["--round", "3"], "--round"],
    [["--rounds", "0"], `"0"`],
    [["--rounds", "many"], `"many"`],
    [["--rounds", "101"], `"101"`],
  ] as const;
  for (const [args, text] of wrong) assertThrows(() => parseOptions([...args]), UsageError, text);
});

Deno.test("deno task bench --help names every scenario and every peer", () => {
  assertEquals(parseOptions(["--help"]).help, true);
  for (const { name } of [...SCENARIOS, ...PEERS]) assertStringIncludes(helpText(), name);
});
