import { assert, assertEquals } from "@std/assert";
import { commandsFor, usage } from "../../../src/protocol/commands.ts";
import { HANDLERS } from "../../../src/server/commands/commands.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";

Deno.test("Every command of the server has a handler, and every handler a command", () => {
  const names = commandsFor("everyone", "plain", "keepers", "operators").map(({ name }) => name);
  assertEquals(Object.keys(HANDLERS).sort(), names.sort());
});

Deno.test("/help lists each command with its line, those of operators to operators only", async () => {
  await using room = new Harness({ operatorPassword: new Secret("boss"), rate: 0 });
  const bob = await room.plain("bob");
  bob.received();
  await bob.send("/help\n");
  const everyone = bob.received().map((line) => line.slice(2));
  assertEquals(everyone.length, commandsFor("everyone", "plain").length);
  for (const [i, command] of commandsFor("everyone", "plain").entries()) {
    const line = everyone[i] ?? "";
    assert(line.startsWith(`${usage(command)} `) && line.endsWith(`  ${command.help}`), line);
  }
  await bob.send("/op\nboss\n");
  bob.received();
  await bob.send("/help\n");
  assertEquals(
    bob.received().length,
    commandsFor("everyone", "plain", "keepers", "operators").length,
  );
});

Deno.test("A command that lacks a word is answered with how it is typed", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  bob.received();
  await bob.send("/msg eve\n/NICK\n");
  assertEquals(bob.received(), ["* Usage: /msg NAME TEXT", "* Usage: /nick NAME"]);
});
