import { assert, assertEquals, assertMatch } from "@std/assert";
import { Secret } from "../../../src/server/admission/secret.ts";
import { bannedText } from "../../../src/server/refusals.ts";
import { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

function withOperators(): Harness {
  return new Harness({ operatorPassword: new Secret("boss"), rate: 0 });
}

async function named(room: Harness, name: string, address: string): Promise<MemoryConnection> {
  const conn = await room.connect(address);
  await conn.send(`${name}\n`);
  conn.received();
  return conn;
}

async function operator(room: Harness): Promise<MemoryConnection> {
  const root = await named(room, "root", "192.0.2.1");
  await root.send("/op\nboss\n");
  assertMatch(root.received().at(-1)!, /You are an operator now/);
  return root;
}

async function isMuted(conn: MemoryConnection): Promise<boolean> {
  conn.received();
  await conn.send("hello\n");
  return conn.received().some((line) => line.includes("muted"));
}

Deno.test("/mute of a range holds for all who come from it, now and later, until /unmute", async () => {
  await using room = withOperators();
  const eve = await named(room, "eve", "10.1.2.3");
  const bob = await named(room, "bob", "192.0.2.7");
  const root = await operator(room);
  await root.send("/mute 10.9.9.9/8 1h\n");
  assertMatch(root.received().at(-1)!, /^\* 10\.0\.0\.0\/8 is muted for 1h, or until \/unmute 10/);
  const gus = await named(room, "gus", "10.200.0.1");
  const ada = await room.connect("10.0.0.9");
  await ada.request({ type: "hello", protocol: 1, name: "ada" });
  await ada.request({ type: "say", text: "hi" });
  assertEquals(ada.events().map(({ code }) => code).filter(Boolean), ["not_allowed"]);
  assertEquals([await isMuted(eve), await isMuted(gus), await isMuted(bob)], [true, true, false]);
  await root.send("/unmute eve\n");
  assertMatch(
    root.received().at(-1)!,
    /eve is muted by address: \/unmute 10\.0\.0\.0\/8 lifts that/,
  );
  await root.send("/unmute 10.0.0.0/8\n");
  assertMatch(root.received().at(-1)!, /10\.0\.0\.0\/8 is no longer muted/);
  assertEquals([await isMuted(eve), await isMuted(gus)], [false, false]);
  assertEquals(await isMuted(await named(room, "new", "10.3.3.3")), false);
});

Deno.test("who is muted in person, too, stays muted by the other one", async () => {
  await using room = withOperators();
  const eve = await named(room, "eve", "10.1.2.3");
  const root = await operator(room);
  await root.send("/mute eve\n/mute 10.0.0.0/8\n/unmute eve\n");
  assertEquals(await isMuted(eve), true);
  await root.send("/unmute 10.0.0.0/8\n");
  assertEquals(await isMuted(eve), false);
});

Deno.test("nobody mutes the own address, and what is no address is refused", async () => {
  await using room = withOperators();
  const root = await operator(room);
  await root.send("/mute 192.0.2.0/24\n");
  assertMatch(root.received().at(-1)!, /your own address, 192\.0\.2\.1, is in it/);
  await root.send("/mute 10.0.0.0/40\n");
  assert(/Nobody here is called/.test(root.received().at(-1)!));
});

Deno.test("who is under several mutes is muted as long as any of them holds", async () => {
  await using room = withOperators();
  const eve = await named(room, "eve", "10.1.2.3");
  const root = await operator(room);
  await root.send("/mute 10.0.0.0/8\n/mute eve 1m\n");
  await room.clock.advance(61_000);
  assertEquals(await isMuted(eve), true, "the range outlasts the own one");
  await root.send("/mute 10.1.0.0/16\n/unmute 10.0.0.0/8\n");
  assertEquals(await isMuted(eve), true, "the narrower range still holds");
  await root.send("/mute eve 2m\n/unmute 10.1.0.0/16\n");
  assertEquals(await isMuted(eve), true, "the own one still holds");
  await root.send("/mute 10.0.0.0/8 1m\n/mute 10.0.0.0/8\n");
  await room.clock.advance(121_000);
  assertEquals(await isMuted(eve), true, "the range is for good meanwhile");
  await root.send("/unmute 10.0.0.0/8\n");
  assertEquals(await isMuted(eve), false, "nothing is left");
});

Deno.test("who is muted or banned is told for how long", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const eve = await named(room, "eve", "10.1.2.3");
  const bob = await named(room, "bob", "10.1.2.4");
  await root.send("/mute eve 10m\n");
  await room.clock.advance(60_000);
  await eve.send("hello\n");
  assertMatch(eve.received().at(-1)!, /An operator has muted you for 9m: you cannot send/);
  await root.send("/mute eve\n");
  await eve.send("hello\n");
  assertMatch(eve.received().at(-1)!, /An operator has muted you: you cannot send/);
  await root.send("/ban bob 2h spam\n/ban 10.1.2.4 2h\n");
  assertMatch(bob.received().at(-1)!, /banned from this server for 2h by an operator: spam/);
  const again = await named(room, "x", "10.1.2.5");
  await again.send("/nick bob\n");
  assertMatch(again.received().at(-1)!, /The name bob is banned from this server for 2h\./);
  const ban = room.server.moderation.ofAddress("10.1.2.4");
  assertMatch(bannedText(ban, room.server), /^You are banned from this server for 2h\. Ask its/);
});
