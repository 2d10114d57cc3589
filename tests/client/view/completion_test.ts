import { assertEquals } from "@std/assert";
import { commonBeginning } from "../../../src/client/terminal/tab.ts";
import { complete, KNOWN_COMMANDS } from "../../../src/client/view/completion.ts";
import { COMMANDS } from "../../../src/server/commands/commands.ts";

for (
  const [before, candidates] of [
    ["a", ["ada: ", "Adam: "]],
    ["ADA", ["ada: ", "Adam: "]],
    ["hi a", ["ada ", "Adam "]],
    ["@b", ["@bob "]],
    ["hi @b", ["@bob "]],
    ["/wh", ["/who"]],
    ["/ms", ["/msg "]],
    ["/msg a", ["ada ", "Adam "]],
    ["/MSG b", ["bob "]],
    ["/msg bob a", ["ada ", "Adam "]],
    ["/me hugs b", ["bob "]],
    ["東", ["東京: "]],
    ["ｂｏ", ["bob: "]],
    ["nobody", []],
    ["/nonsense", []],
  ] as const
) {
  Deno.test(`Completing ${JSON.stringify(before)} offers ${JSON.stringify(candidates)}`, () => {
    assertEquals(complete(before, ["ada", "Adam", "bob", "東京"]).candidates, candidates);
  });
}

Deno.test("What candidates have in common does not depend on case", () => {
  assertEquals(commonBeginning(["ada: ", "Adam: "]), "ada");
  assertEquals(commonBeginning(["@bob "]), "@bob ");
  assertEquals(commonBeginning([]), "");
});

Deno.test("Every command of the server can be completed", () => {
  const known = new Set(KNOWN_COMMANDS.map(({ name }) => name));
  assertEquals(COMMANDS.map(({ name }) => name).filter((name) => !known.has(name)), []);
});
