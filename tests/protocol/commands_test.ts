import { assert, assertEquals, assertMatch } from "@std/assert";
import { COMMANDS, type CommandSpec, usage } from "../../src/protocol/commands.ts";

const ALL: readonly CommandSpec[] = COMMANDS;

Deno.test("Every command has a name of its own and a line of help", () => {
  assertEquals(new Set(ALL.map(({ name }) => name)).size, ALL.length);
  for (const { name, help } of ALL) {
    assertMatch(name, /^[a-z]+$/);
    assert(/^[a-z].{5,}[^.]$/.test(help) && !help.includes("\n"), name);
  }
});

Deno.test("As many words are needed as a command's arguments are not optional", () => {
  for (const { name, args, needs } of ALL) {
    const required = args.split(" ").filter((word) => word !== "" && !word.startsWith("["));
    assertEquals(needs, required.length, name);
  }
});

Deno.test("A command that takes a member begins with a name", () => {
  for (const { args, takesMember } of ALL) if (takesMember) assertMatch(args, /^\[?NAME\b/);
});

Deno.test("A command that takes a room begins with one", () => {
  for (const { args, takesRoom } of ALL) if (takesRoom) assertMatch(args, /^\[?ROOM\b/);
});

Deno.test("The usage of a command is how it is typed", () => {
  assertEquals(usage({ name: "msg", args: "NAME TEXT" }), "/msg NAME TEXT");
  assertEquals(usage({ name: "who", args: "" }), "/who");
});
