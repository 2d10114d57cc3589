import { assert, assertEquals } from "@std/assert";
import { Members } from "../../src/room/members.ts";

function membersOf(...names: string[]): Members {
  const members = new Members();
  for (const name of names) assert(members.add(name, null) !== null, name);
  return members;
}

Deno.test("Members lets nobody in under a name that looks like another's", () => {
  const members = membersOf("Bob", "lan");
  for (const alike of ["bob", "BOB", "B0b", "ｂｏｂ", "Ian", "1an"]) {
    assertEquals(members.add(alike, null), null, alike);
  }
  assert(members.add("Rob", null) !== null);
  assertEquals(members.get("BOB")?.name, "Bob");
});

Deno.test("Members frees both keys of a name when its owner leaves or renames", () => {
  const members = membersOf("Bob");
  const bob = members.get("bob")!;
  assert(members.rename(bob, "Eve"));
  assert(members.isFree("b0b"));
  assertEquals(members.get("eve")?.name, "Eve");
  members.remove(bob);
  members.remove(bob);
  assertEquals(members.size, 0);
  assert(members.isFree("Eve"));
});

Deno.test("Members lets somebody change the case of the own name", () => {
  const members = membersOf("bob", "eve");
  assert(members.rename(members.get("bob")!, "Bob"));
  assert(!members.rename(members.get("bob")!, "EVE"));
  assertEquals(members.get("bob")?.name, "Bob");
});
