import { assertEquals } from "@std/assert";
import { commonBeginning } from "../../../src/client/terminal/tab.ts";
import { complete, roomArgument } from "../../../src/client/view/completion.ts";
import { COMMANDS } from "../../../src/protocol/commands.ts";

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
    ["/join o", ["#ops ", "#open-talk "]],
    ["/join #OP", ["#ops ", "#open-talk "]],
    ["/leave L", ["#lobby "]],
    ["/join ops k", []],
    ["/join ops a", []],
    ["/join ops ", []],
    ["see #op", ["#ops ", "#open-talk "]],
    ["#l", ["#lobby "]],
    ["ｂｏ", ["bob: "]],
    ["nobody", []],
    ["/nonsense", []],
  ] as const
) {
  Deno.test(`Completing ${JSON.stringify(before)} offers ${JSON.stringify(candidates)}`, () => {
    assertEquals(
      complete(before, {
        names: ["ada", "Adam", "bob", "東京"],
        rooms: ["lobby", "ops", "open-talk"],
      }).candidates,
      candidates,
    );
  });
}

Deno.test("What candidates have in common does not depend on case", () => {
  assertEquals(commonBeginning(["ada: ", "Adam: "]), "ada");
  assertEquals(commonBeginning(["@bob "]), "@bob ");
  assertEquals(commonBeginning([]), "");
});

/** Those that people at `nc` have are not for such a client. */
const OURS = COMMANDS.filter(({ who }) => who !== "plain");

Deno.test("Every command can be completed, those of the client only there", () => {
  const all = OURS.map(({ name }) => name).sort();
  assertEquals(complete("/", { names: [] }).candidates.map((one) => one.trim().slice(1)), all);
  const here = complete("/", { names: [], hidden: ["client"] }).candidates.map((one) =>
    one.trim().slice(1)
  );
  assertEquals(here, all.filter((name) => name !== "quiet"));
});

Deno.test("A space follows a command that takes something", () => {
  for (const { name, args } of OURS) {
    const [first] = complete(`/${name}`, { names: [] }).candidates;
    assertEquals(first, args === "" ? `/${name}` : `/${name} `);
  }
});

Deno.test("The name of a room is known as one behind its commands, and behind a #", () => {
  const typed = ["/join op", "/leave #o", "/join ", "see #o", "/msg op", "op", "/join ops k"];
  assertEquals(typed.map(roomArgument), ["op", "#o", "", "#o", undefined, undefined, undefined]);
});
