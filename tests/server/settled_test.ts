/** A name that is held for the lost connection of who comes back. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { GRACE_MS, TICK_MS } from "../../src/server/grace.ts";
import { Harness } from "./harness.ts";

/** A room in which ada's connection was lost a second ago. */
async function withLostAda(): Promise<{ room: Harness; session: string }> {
  const room = new Harness();
  const { conn, welcome } = await room.json("ada");
  await conn.end({ broken: true });
  // A real clock has fractions.
  await room.clock.advance(999.5);
  return { room, session: welcome.session };
}

Deno.test("a person is told when the own name is free, and gets it then", async () => {
  const { room } = await withLostAda();
  await using _ = room;
  const ada = await room.connect();
  await ada.send("Ada\n");
  assertMatch(
    ada.received()[0]!,
    /^\* The name Ada is taken by a lost connection, and will be free in 16 s\. Wait for it, or try another one, such as Ada2\.$/,
  );
  await room.clock.advance(GRACE_MS - 1_001);
  assertEquals(ada.received(), []);
  await room.clock.advance(1_002);
  assertMatch(ada.received()[0]!, /^Welcome, Ada! Nobody else/);
  await ada.send("hello\n");
  await room.clock.advance(60_000);
  assertEquals(ada.received(), []);
});

Deno.test("who types another name meanwhile gets that one, and keeps it", async () => {
  const { room } = await withLostAda();
  await using _ = room;
  const ada = await room.connect();
  await ada.send("ada\n");
  await ada.send("zoe\n");
  assertMatch(ada.received()[1]!, /^Welcome, zoe!/);
  await room.clock.advance(GRACE_MS + 5_000);
  assertEquals([...room.server.state.members.all()].map(({ name }) => name), ["zoe"]);
});

Deno.test("when its owner comes back, the name is taken, and another one is asked for", async () => {
  const { room, session } = await withLostAda();
  await using _ = room;
  const thief = await room.connect();
  await thief.send("ada\n");
  thief.received();
  const { welcome } = await room.json("ada", { session });
  assertEquals(welcome.resumed, true);
  await room.clock.advance(GRACE_MS + TICK_MS);
  assertMatch(thief.received()[0]!, /^\* The name ada is taken\. Try another one, such as ada2\./);
  assert(!thief.writeClosed);
});

Deno.test("who leaves while waiting for a name leaves no timer behind", async () => {
  const { room } = await withLostAda();
  await using _ = room;
  for (const last of ["/quit\n", ""]) {
    const ada = await room.connect();
    await ada.send("ada\n");
    await ada.send(last);
    await ada.end();
  }
  await room.clock.advance(GRACE_MS + TICK_MS);
  assertEquals(room.server.state.members.size, 0);
});

Deno.test("a program is told in milliseconds, and gets the name then", async () => {
  const { room } = await withLostAda();
  await using _ = room;
  const robot = await room.connect();
  const hello = { type: "hello", protocol: 1, name: "ada" };
  await robot.request(hello);
  const [error] = robot.events();
  assertEquals([error.code, error.freeInMs], ["name_taken", GRACE_MS - 999 + TICK_MS]);
  await room.clock.advance(error.freeInMs);
  assertEquals(robot.events(), []);
  await robot.request(hello);
  assertEquals(robot.events()[0].type, "welcome");
});

Deno.test("a name of somebody who is here is simply taken, also beside a lost one that looks like it", async () => {
  const { room } = await withLostAda();
  await using _ = room;
  await room.plain("bob");
  const twin = await room.connect();
  await twin.send("BOB\n");
  assertMatch(twin.received()[0]!, /^\* The name BOB is taken\. Try/);
  const robot = await room.connect();
  await robot.request({ type: "hello", protocol: 1, name: "bob" });
  assertEquals(robot.events()[0].freeInMs, undefined);
});

Deno.test("/nick says when a name that is held will be free", async () => {
  const { room } = await withLostAda();
  await using _ = room;
  const bob = await room.plain("bob");
  await bob.send("/nick ada\n");
  assertMatch(bob.received().at(-1)!, /will be free in 16 s/);
});
