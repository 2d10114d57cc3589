import { assertEquals } from "@std/assert";
import { ListedRooms } from "../../../src/client/view/listed_rooms.ts";

function page(names: readonly string[], more: boolean) {
  return { rooms: names.map((room) => ({ room, count: 1 })), more };
}

Deno.test("where all rooms are on the first page, nothing more is asked for", () => {
  const listed = new ListedRooms();
  assertEquals(listed.missing("z"), "");
  listed.add(page(["lobby", "ops"], false));
  assertEquals([listed.missing("z"), listed.missing("")], [undefined, undefined]);
  assertEquals(listed.names, ["lobby", "ops"]);
});

Deno.test("what begins behind the end of the first page is asked for, once", () => {
  const listed = new ListedRooms();
  listed.add(page(["lobby", "opera", "ops1"], true));
  // The page reaches behind all that begin so.
  assertEquals([listed.missing("lo"), listed.missing("#OPE")], [undefined, undefined]);
  const after = listed.missing("#Ops")!;
  assertEquals([after < "ops", after > "opr", after > "oprz"], [true, true, true]);
  listed.add(page(["ops", "ops1", "ops2", "zoo"], true), after);
  assertEquals(listed.missing("ops"), undefined);
  assertEquals(listed.missing("ops9"), undefined);
  assertEquals(listed.names, ["lobby", "opera", "ops1", "ops", "ops2", "zoo"]);
  const later = listed.missing("zo")!;
  listed.add(page(["zoo1", "zoo2"], true), later);
  // More than a page begins so: a longer beginning is another question.
  assertEquals(listed.missing("zo"), undefined);
  assertEquals(listed.missing("zoo9") !== undefined, true);
  assertEquals([listed.missing(""), listed.missing("x".repeat(999))], [undefined, undefined]);
  listed.forget();
  assertEquals([listed.names, listed.missing("a")], [[], ""]);
});
