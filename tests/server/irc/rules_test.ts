import { assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { guest } from "./guest.ts";

Deno.test("AWAY, SETNAME and MODE +B are refused while a server runs that does not know them", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { caps: "setname" });
  const { state } = room.server;
  const { rules } = state;
  state.rules = 1;
  for (const line of ["AWAY :lunch", "SETNAME :Ada L.", "MODE ada +B"]) {
    const replies = await ada.replies(line);
    assertEquals(replies.length, 1, line);
    assertMatch(replies[0]!, /Cannot do that yet: not all servers/);
  }
  assertEquals(await ada.replies("AWAY"), ["305 ada :You are no longer marked as being away"]);
  state.rules = rules;
  assertMatch((await ada.replies("AWAY :lunch"))[0]!, /^306 /);
});
