import { assertEquals, assertThrows } from "@std/assert";
import { Watched } from "./client_harness.ts";
import { FakeServer, message } from "./fake_server.ts";

Deno.test("ChatClient comes into its rooms, and takes all of them up again where it left off", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, {
    rooms: [{ room: "#Ops", key: "k" }, { room: "dev" }],
    history: 7,
  });
  const first = await server.peer();
  const { room, rooms } = await first.welcome();
  assertEquals([room, rooms], ["ops", { ops: { history: 7, key: "k" }, dev: { history: 7 } }]);
  await first.enter("ops", { seq: 4, log: "O" });
  await first.enter("dev", { seq: 9, log: "D" });
  await first.send(
    message(10, "bob", "x", undefined, "dev"),
    message(5, "bob", "y", undefined, "ops"),
  );
  for (const expected of ["ops", "dev"]) {
    const { room, again, newLog } = await watched.next("entered");
    assertEquals([room, again, newLog], [expected, false, false]);
  }
  await watched.next("told");
  await watched.next("told");
  assertEquals(watched.client.rooms(), ["ops", "dev"]);
  first.close();
  await watched.next("lost");
  assertEquals(watched.client.rooms(), ["ops", "dev"], "it will come back into them");
  watched.timers.advance(5_000);
  const second = await server.peer();
  const { at } = message(5, "bob", "y");
  assertEquals((await second.welcome()).rooms, {
    ops: { log: "O", after: 5, at, key: "k" },
    dev: { log: "D", after: 10, at },
  });
  await second.enter("ops", { seq: 5, log: "O" });
  assertEquals((await watched.next("entered")).again, true);
  await second.enter("dev", { seq: 2, log: "E" });
  assertEquals((await watched.next("entered")).newLog, true);
  await watched.leave();
});

Deno.test("ChatClient says each message in its room, once it is in it, and nowhere else", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { rooms: [{ room: "ops" }, { room: "dev" }] });
  const { client } = watched;
  client.say("one");
  client.say("two", { room: "dev" });
  client.say("three");
  const peer = await server.peer();
  await peer.welcome();
  await peer.enter("dev");
  const two = await peer.next("say");
  assertEquals([two.room, two.text], ["dev", "two"]);
  await peer.send({ type: "error", code: "room_key", text: "Wrong key.", room: "ops" });
  for (const text of ["one", "three"]) {
    const { room, id = "" } = await peer.next("say");
    assertEquals(room, "ops");
    const code = "not_in_room";
    await peer.send({ type: "error", code, text: "You are not in #ops.", id, room: "ops" });
    const refused = await watched.next("refused");
    assertEquals([refused.message.text, refused.error.code], [text, code]);
  }
  assertEquals(client.rooms(), ["dev"]);
  await watched.leave();
});

Deno.test("A room cannot be called anything", () => {
  using server = new FakeServer();
  for (const room of ["", "#", "##x", "a b", "a/b", "x".repeat(33)]) {
    assertThrows(() => new Watched(server.port, { rooms: [{ room }] }), RangeError);
  }
});
