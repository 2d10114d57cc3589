import { assertEquals } from "@std/assert";
import { Roster } from "../../src/room/roster.ts";

interface One {
  name: string;
  fold: string;
}

function rosterOf(...names: string[]): { roster: Roster<One>; all: One[] } {
  const roster = new Roster<One>();
  const all = names.map((name) => ({ name, fold: name.toLowerCase() }));
  for (const one of all) roster.add(one);
  return { roster, all };
}

Deno.test("Roster.page() goes through all names in order, also when one has left or is renamed", () => {
  const { roster, all } = rosterOf("dan", "Ada", "eve", "bob");
  assertEquals(roster.page(undefined, 2), { names: ["Ada", "bob"], more: true });
  roster.delete(all[3]!);
  assertEquals(roster.page("bob", 2), { names: ["dan", "eve"], more: false });
  assertEquals(roster.page("zoe", 2), { names: [], more: false });
  Object.assign(all[0]!, { name: "Zed", fold: "zed" });
  roster.renamed();
  assertEquals(roster.page(undefined, 5).names, ["Ada", "eve", "Zed"]);
});

Deno.test("Roster.names() always holds who asks", () => {
  const { roster, all } = rosterOf("a1", "b2", "c3", "d4");
  assertEquals(roster.names(2, all[3]!), ["d4", "a1"]);
  assertEquals([...roster].map(({ name }) => name), ["a1", "b2", "c3", "d4"]);
});
