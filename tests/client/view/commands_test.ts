import { assert } from "@std/assert";
import { KNOWN_COMMANDS } from "../../../src/client/view/completion.ts";
import { COMMANDS } from "../../../src/server/commands/commands.ts";
import { OPERATOR_COMMANDS } from "../../../src/server/commands/operators.ts";

Deno.test("Every command of the server can be completed in the terminal", () => {
  const known = KNOWN_COMMANDS.map(({ name }) => name);
  for (const { name } of [...COMMANDS, ...OPERATOR_COMMANDS]) assert(known.includes(name), name);
});

Deno.test("Every command has a line of help", () => {
  for (const { name, help } of [...COMMANDS, ...OPERATOR_COMMANDS]) {
    assert(/^[a-z].{5,}$/.test(help), name);
  }
});
