/** What somebody asks for while its server is cut off: at the end its last word holds. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { guest } from "../irc/guest.ts";
import { settle } from "../manual_clock.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

/** Cuts a server off while something is done there, and gives what that gives. */
async function cutOff<T>(
  [here, there]: readonly [ClusterHarness, ClusterHarness],
  work: () => Promise<T>,
): Promise<T> {
  await advance([here, there], 5_000);
  here.stream.isCutOff = true;
  await advance([here, there], 5_000);
  const result = await work();
  here.stream.isCutOff = false;
  await advance([here, there], 5_000);
  await settle();
  return result;
}

Deno.test("cut off, a guest of IRC says things and takes them back: they are taken back", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(there, "bob", { rooms: "#den" });
  await cutOff([here, there], async () => {
    ada.read();
    // Nothing of it is so yet, and so nothing is told.
    assertEquals(await ada.say("AWAY :lunch", "AWAY", "MODE ada +B", "MODE ada -B"), []);
    await ada.say("NICK ada2", "NICK ada", "MODE #den +m", "MODE #den -m");
    await ada.say("MODE #den +b eve!*@*", "MODE #den -b eve!*@*", "MODE #den +v bob");
    await ada.say("MODE #den -v bob", "MODE #den +s", "MODE #den -s");
  });
  const told = ada.read().join("\n");
  assertMatch(told, / 306 [^]* 305 [^]*MODE ada \+B\n[^]*MODE ada -B/);
  assertMatch(told, /NICK ada2\n[^]*NICK ada/);
  for (const { server } of [here, there]) {
    const { away = null, isBot = false } = server.state.members.get("ada")!.profile ?? {};
    assertEquals([away, isBot], [null, false]);
    const { isUnlisted, modes } = server.rooms.get("den")!;
    assertEquals([isUnlisted, modes.flags.isModerated, modes.bans.size], [false, false, 0]);
    assertEquals(modes.ranks.voice.size, 0);
  }
  bob.read();
  assertEquals((await bob.replies("MODE #den"))[0], "324 bob #den +nt");
});

Deno.test("cut off, a guest of IRC parts and joins: it is in at the end, and reads on", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(there, "bob", { rooms: "#den" });
  await cutOff([here, there], async () => {
    ada.read();
    assertEquals(await ada.say("PART #den", "JOIN #den"), []);
  });
  const told = ada.read().filter((line) => line.startsWith(":ada!"));
  assertEquals(told, [":ada!u@chat PART #den", ":ada!u@chat JOIN #den"]);
  await bob.say("PRIVMSG #den :hi");
  await settle();
  assertEquals(ada.read(), [":bob!u@chat PRIVMSG #den :hi"]);
});

Deno.test("cut off, a json client takes a name and its own again, parts and joins: all is as before", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada", { rooms: { den: {} } });
  const bob = await there.json("bob", { rooms: { den: {} } });
  await cutOff([here, there], async () => {
    await ada.conn.request({ type: "rename", name: "ada2" });
    await ada.conn.request({ type: "rename", name: "ada" });
    ada.conn.events();
    await ada.conn.request({ type: "part", room: "den" });
    await ada.conn.request({ type: "join", room: "den" });
  });
  const member = here.server.state.members.get("ada");
  assertEquals(member?.rooms.size, 1);
  const events = ada.conn.events();
  const types = events.map(({ type }) => type);
  assert(types.lastIndexOf("joined") > types.indexOf("parted"), JSON.stringify(events));
  await bob.conn.request({ type: "say", room: "den", text: "hi", id: "1" });
  await settle();
  assertEquals(ada.conn.events().map((event) => event.text), ["hi"]);
});

Deno.test("cut off, a person at nc leaves a room and joins it again: it is there at the end", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.plain("ada");
  await ada.send("/join den\n");
  await settle();
  const bob = await there.json("bob", { rooms: { den: {} } });
  await cutOff([here, there], async () => {
    await ada.send("/leave\n/join den\n");
  });
  ada.received();
  await bob.conn.request({ type: "say", room: "den", text: "hi", id: "1" });
  await settle();
  assertMatch(ada.received().join("\n"), /bob: hi/);
});
