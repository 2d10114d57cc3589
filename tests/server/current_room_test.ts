import { assert, assertEquals, assertMatch } from "@std/assert";
import { NEWS_MS } from "../../src/server/current_room.ts";
import { until } from "../helpers/wait.ts";
import { Harness } from "./harness.ts";

Deno.test("a person goes to another room, and sees there what was missed", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  bob.received();
  await ada.send("/join #Ops\n");
  assertEquals(ada.received()[0], "* You are in #ops now. Nobody else is here yet.");
  // A room is joined, and none is left by that.
  assertEquals(bob.received(), []);
  await bob.send("/join ops\nhi\n/join lobby\n");
  assertMatch(bob.received().join("\n"), /^\* You are in #ops now\. Here now: ada\.\n/);
  assertEquals(ada.received(), ["* bob joined", "bob: hi"]);
  await ada.send("one\n/me two\n");
  assertEquals(bob.received(), []);
  await bob.send("/join ops\nthree\n");
  assertEquals(bob.received(), [
    "* You are in #ops now. Here now: ada.",
    "* #ops: 2 new:",
    "ada: one",
    "~ ada two",
    "* #ops: Now:",
  ]);
  assertEquals(ada.received(), ["bob: three"]);
  await bob.send("/join ops\n");
  assertEquals(bob.received(), ["* You are in #ops already."]);
});

Deno.test("news of other rooms come every 30 seconds at most, mentions at once", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  await ada.send("/join ops\n/join lobby\n");
  await bob.send("/join ops\n");
  ada.received();
  await bob.send("one\ntwo\n");
  assertEquals(ada.received(), []);
  await room.clock.advance(1_000);
  assertEquals(ada.received(), ["* #ops: 2 new"]);
  await bob.send("three\n");
  await room.clock.advance(NEWS_MS - 2_000);
  assertEquals(ada.received(), []);
  await bob.send("@Ada: look\nadamant\n");
  assertEquals(ada.received(), ["* #ops: bob mentions you"]);
  await room.clock.advance(2_000);
  assertEquals(ada.received(), ["* #ops: 1 new"]);
  await room.clock.advance(NEWS_MS);
  assertEquals(ada.received(), []);
  await ada.send("/leave ops\n");
  assertEquals(ada.received(), ["* You left #ops."]);
  await bob.send("ada?\n");
  await room.clock.advance(NEWS_MS);
  assertEquals(ada.received(), []);
});

Deno.test("whoever leaves a room goes to the one before, and at last to the lobby", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/join a\n/join b\n/leave lobby\n");
  ada.received();
  await ada.send("/leave\n");
  assertEquals(ada.received(), [
    "* You left #b.",
    "* You are in #a now. Nobody else is here yet.",
    "* You are the keeper of #a: /help lists your commands.",
  ]);
  await ada.send("/leave\n");
  assertEquals(ada.received().slice(0, 2), [
    "* You left #a.",
    "* You are in #lobby now. Nobody else is here yet.",
  ]);
  await ada.send("/leave\n");
  assertMatch(
    ada.received()[0]!,
    /You are in no other room than the lobby: \/quit leaves the chat/,
  );
  await ada.send("hello\n/who\n");
  assertEquals(ada.received(), ["* 1 here: ada"]);
});

Deno.test("whoever is removed from a room, or whose room is closed, is in the lobby", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  await ada.send("/join ops\n");
  await bob.send("/join ops\n");
  bob.received();
  await ada.send("/kick bob 1m too loud\n");
  assertEquals(bob.received(), [
    "* ada removed you from #ops for 1m: too loud",
    "* You are in #lobby now. Here now: ada.",
  ]);
  await bob.send("/join ops\n");
  assertEquals(bob.received(), ["* You were removed from #ops, and may come back in 60 s."]);
  await ada.send("/close\n");
  // One telling: who keeps the room sees who has left it, and is told with all others that it is closed.
  assertEquals(ada.received().slice(-3), [
    "* bob left (kicked by ada: too loud)",
    "* You closed #ops: its history is deleted.",
    "* You are in #lobby now. Here now: bob.",
  ]);
});

Deno.test("who is removed from a room is kept out under another name, too", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/join ops\n");
  const bob = await room.plain("bob");
  await bob.send("/join ops\n");
  await ada.send("/kick bob 1h\n");
  bob.received();
  await bob.send("/nick rob\n/join ops\n");
  assertMatch(bob.received().at(-1)!, /You were removed from #ops, and may come back in 60 min/);
  // Nobody else is meant.
  const eve = await room.plain("eve");
  await eve.send("/join ops\n");
  assertMatch(eve.received()[0]!, /You are in #ops now/);
});

Deno.test("the keeper of a room sees the commands for that, and nobody else does", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/help\n");
  assert(!ada.received().some((line) => line.includes("/unlist")));
  await ada.send("/unlist\n");
  assertMatch(ada.received()[0]!, /#lobby has no keeper, and this server has no operators\./);
  await ada.send("/join ops\n/help\n");
  assert(ada.received().some((line) => line.includes("/unlist")));
  const bob = await room.plain("bob");
  await bob.send("/join ops\n");
  bob.received();
  await bob.send("/close\n/topic x\n");
  assertEquals(bob.received(), [
    "* Only the keeper of #ops, ada, can do that.",
    "* Only the keeper of #ops, ada, can do that.",
  ]);
  await ada.send("/topic Deploys only\n");
  assertEquals(bob.received(), ["* ada set the topic: Deploys only"]);
  await bob.send("/topic\n/rooms\n");
  assertEquals(bob.received(), [
    "* The topic of #ops: Deploys only (ada)",
    "* 2 rooms. /join ROOM goes to one:",
    "* #lobby: 2 here, you are in it",
    "* #ops: 2 here, you are in it. Deploys only",
  ]);
  // Answers come in the order of the questions.
  await ada.send("/topic Deploys\n/rooms\n/who\n/topic\n");
  assertEquals(ada.received().slice(-5), [
    "* 2 rooms. /join ROOM goes to one:",
    "* #lobby: 2 here, you are in it",
    "* #ops: 2 here, you are in it. Deploys",
    "* 2 here: ada, bob",
    "* The topic of #ops: Deploys (ada)",
  ]);
  bob.received();
  await ada.send(`/topic ${"x".repeat(301)}\n/topic a${"\u0301".repeat(31)}\n`);
  assertMatch(ada.received().join("\n"), /301 characters, at most 300.*\n.* 31 marks in a row/);
  await ada.send("/topic -\n");
  assertEquals(bob.received(), ["* ada removed the topic"]);
});

Deno.test("a person gives the key of a room behind its name", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/join ops\n/key two words\n/key swordfish\n");
  await until(() => (room.server.rooms.get("ops")?.key ?? null) !== null, "the key");
  const lines = ada.received();
  assert(lines.some((line) => /one word: it has no spaces/.test(line)));
  assertMatch(lines.at(-1)!, /#ops is private: only people who know the key can join/);
  const bob = await room.plain("bob");
  bob.received();
  await bob.send("/join ops\n");
  assertEquals(bob.received(), ["* #ops is private: type /join ops KEY."]);
  await bob.send("/join ops swordfish\n");
  await until(() => bob.received().some((line) => line.startsWith("* You are in #ops")), "ops");
  const root = await room.plain("root");
  root.received();
  await root.send("/rooms\n");
  assertEquals(root.received().slice(0, 1), ["* 1 room. /join ROOM goes to one:"]);
});

Deno.test("lines of two rooms are never mixed, however slowly somebody reads", async () => {
  await using room = new Harness({ rate: 0, windowBytes: 64 * 1024 * 1024 });
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  await bob.send("/join ops\n");
  await ada.send("/join ops\n/join lobby\n/leave ops\n");
  ada.received();
  ada.stall();
  const eve = await room.plain("eve");
  const long = "x".repeat(3_000);
  await eve.send(`${long}\n`.repeat(200));
  await ada.send("/join ops\n");
  await bob.send("in ops\n");
  await eve.send("in the lobby\n");
  await ada.unstall();
  const lines = ada.received();
  const at = lines.findIndex((line) => line.startsWith("* You are in #ops"));
  assert(at >= 200, String(at));
  assert(lines.slice(0, at).every((line) => !line.includes("in ops")));
  assert(lines.slice(at).every((line) => !line.startsWith("eve:")), lines.at(-1));
  assert(lines.slice(at).includes("bob: in ops"));
});
