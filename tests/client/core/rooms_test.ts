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

Deno.test("What is wished for between the hello and the welcome is asked for after it", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { rooms: [{ room: "lobby" }, { room: "dev" }] });
  const { client } = watched;
  const peer = await server.peer();
  await peer.send("Welcome to chat. Type your name and press Enter.");
  const { name, rooms } = await peer.next("hello");
  assertEquals(Object.keys(rooms ?? {}), ["lobby", "dev"]);
  client.join("ops");
  client.part("ops");
  client.join("ops");
  client.part("dev");
  client.join("random");
  client.part("random");
  await peer.send({ type: "welcome", protocol: 1, name, session: "secret", resumed: false });
  await peer.enter("lobby");
  await peer.enter("dev");
  assertEquals((await peer.next("part")).room, "dev");
  assertEquals((await peer.next("join")).room, "ops");
  await peer.send({ type: "parted", room: "dev", reason: "part" });
  await peer.enter("ops");
  assertEquals((await watched.next("entered")).room, "lobby");
  assertEquals((await watched.next("gone")).room, "dev");
  assertEquals((await watched.next("entered")).room, "ops");
  assertEquals(client.rooms(), ["lobby", "ops"]);
  await watched.leave();
});

Deno.test("A room that is left and wished for again without a connection is kept", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  await watched.next("entered");
  first.close();
  await watched.next("lost");
  watched.client.part("lobby");
  watched.client.join("lobby");
  watched.timers.advance(5_000);
  const second = await server.peer();
  assertEquals(Object.keys((await second.welcome()).rooms ?? {}), ["lobby"]);
  await second.enter("lobby");
  assertEquals((await watched.next("entered")).again, true);
  await watched.leave();
});

/** A client in #ops and #dev, and the other end of its connection. */
async function inTwoRooms(server: FakeServer) {
  const watched = new Watched(server.port, { rooms: [{ room: "ops" }, { room: "dev" }] });
  const peer = await server.peer();
  await peer.welcome();
  for (const room of ["ops", "dev"]) {
    await peer.enter(room);
    await peer.send(message(1, "bob", "first", undefined, room));
    await watched.next("told");
  }
  return { watched, peer, client: watched.client };
}

/** `seq` of what was told of a room, and of what was missed there as "from-to". */
function seqsOf(watched: Watched, room: string): (number | string)[] {
  return watched.told.flatMap((event): (number | string)[] => {
    if (event.type === "missed" && event.room === room) return [`${event.from}-${event.to}`];
    if (event.type !== "told" || !("seq" in event.event)) return [];
    return event.event.type !== "joined" && event.event.room === room ? [event.event.seq] : [];
  });
}

Deno.test("Gaps of several rooms are filled one after the other, and hold up nothing elsewhere", async () => {
  using server = new FakeServer();
  const { watched, peer } = await inTwoRooms(server);
  await peer.send(
    { type: "lagged", room: "ops", from: 2, to: 3 },
    { type: "lagged", room: "dev", from: 2, to: 5 },
    message(4, "bob", "later", undefined, "ops"),
    message(6, "bob", "later", undefined, "dev"),
  );
  const ops = await peer.next("history");
  assertEquals([ops.room, ops.before], ["ops", 4]);
  // Nobody asks for #dev before this is answered: the next request is behind the answer.
  const page = (room: string, ...seqs: number[]) => ({
    type: "history" as const,
    room,
    events: seqs.map((seq) => message(seq, "bob", "missed", undefined, room)),
    more: true,
  });
  await peer.send(page("ops", 2, 3));
  const dev = await peer.next("history");
  assertEquals([dev.room, dev.before], ["dev", 6]);
  await peer.send(message(5, "bob", "now", undefined, "ops"), page("dev", 2, 3, 4, 5));
  while (seqsOf(watched, "dev").length < 6) await watched.next("told");
  assertEquals(seqsOf(watched, "ops"), [1, 2, 3, 4, 5]);
  assertEquals(seqsOf(watched, "dev"), [1, 2, 3, 4, 5, 6]);
  await watched.leave();
});

Deno.test("What a server does not have of one room is missed there, and nowhere else", async () => {
  using server = new FakeServer();
  const { watched, peer } = await inTwoRooms(server);
  await peer.send(
    { type: "lagged", room: "dev", from: 2, to: 9 },
    message(10, "bob", "later", undefined, "dev"),
  );
  await peer.next("history");
  await peer.send({ type: "history", room: "dev", events: [], more: false });
  const { room, from, to } = await watched.next("missed");
  assertEquals([room, from, to], ["dev", 2, 9]);
  await peer.send(message(2, "bob", "on", undefined, "ops"));
  while (seqsOf(watched, "ops").length < 2) await watched.next("told");
  assertEquals(seqsOf(watched, "dev"), [1, "2-9", 10]);
  await watched.leave();
});

Deno.test("A room that is closed under its gap lets the next one fill its own", async () => {
  using server = new FakeServer();
  const { watched, peer } = await inTwoRooms(server);
  await peer.send(
    { type: "lagged", room: "ops", from: 2, to: 3 },
    { type: "lagged", room: "dev", from: 2, to: 3 },
  );
  assertEquals((await peer.next("history")).room, "ops");
  await peer.send({ type: "parted", room: "ops", reason: "closed", text: "bob closed it." });
  const { room, parted } = await watched.next("gone");
  assertEquals([room, parted?.reason, parted?.text], ["ops", "closed", "bob closed it."]);
  assertEquals((await peer.next("history")).room, "dev");
  assertEquals(watched.client.rooms(), ["dev"]);
  await watched.leave();
});

Deno.test("Pages of the past are asked for in each room, whatever is awaited in the other", async () => {
  using server = new FakeServer();
  const { watched, peer, client } = await inTwoRooms(server);
  assertEquals(client.older("qa", 9, 5), false, "it is not in that room");
  assertEquals([client.older("ops", 9, 5), client.older("ops", 9, 5)], [true, false]);
  assertEquals(client.older("dev", 7, 5), true);
  for (const room of ["ops", "dev"]) assertEquals((await peer.next("history")).room, room);
  for (const room of ["dev", "ops"]) {
    await peer.send({ type: "history", room, events: [], more: false });
    const { event, past } = await watched.next("told");
    assertEquals([event.type === "history" && event.room, past], [room, true]);
  }
  await watched.leave();
});

Deno.test("A room that cannot be come back into is gone; its error says why", async () => {
  using server = new FakeServer();
  const { watched, peer } = await inTwoRooms(server);
  peer.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const again = await server.peer();
  await again.welcome();
  const text = "#ops has another key now.";
  await again.send({ type: "error", code: "room_key", text, room: "ops" });
  await again.send({ type: "parted", room: "dev", reason: "kicked" });
  const { event } = await watched.next("told");
  assertEquals(event.type === "error" && [event.room, event.code], ["ops", "room_key"]);
  assertEquals(await watched.next("gone"), { type: "gone", room: "ops" });
  assertEquals((await watched.next("gone")).parted?.reason, "kicked");
  assertEquals(watched.client.rooms(), []);
  await watched.leave();
});

Deno.test("A room that a server cannot let in now is asked for again, and what is said waits", async () => {
  using server = new FakeServer();
  const { watched, peer, client } = await inTwoRooms(server);
  assertEquals(client.join("#QA", "k"), "qa");
  client.say("hello", { room: "qa" });
  const { key, history } = await peer.next("join");
  assertEquals([key, history], ["k", 50]);
  const text = "The server cannot store this now.";
  await peer.send({ type: "error", code: "unavailable", text, room: "qa" });
  assertEquals((await watched.next("postponed")).room, "qa");
  watched.timers.advance(1_000);
  assertEquals((await peer.next("join")).key, "k");
  await peer.enter("qa");
  assertEquals((await peer.next("say")).room, "qa");
  await watched.leave();
});

Deno.test("A room that is left and joined again at once is another one, from its beginning", async () => {
  using server = new FakeServer();
  const { watched, peer, client } = await inTwoRooms(server);
  client.part("dev");
  client.join("dev");
  client.say("back", { room: "dev" });
  assertEquals((await peer.next("part")).room, "dev");
  assertEquals((await peer.next("join")).room, "dev");
  // Behind the end of the room an answer may come to what was asked for before it.
  await peer.send(
    { type: "parted", room: "dev", reason: "part" },
    { type: "error", code: "not_in_room", text: "You are not in #dev.", room: "dev" },
    { type: "history", room: "dev", events: [], more: false },
  );
  await watched.next("gone");
  await peer.enter("dev", { log: "new", seq: 0 });
  const { again, newLog } = await watched.next("entered");
  assertEquals([again, newLog], [false, false]);
  await peer.send(message(1, "bob", "x", undefined, "dev"));
  assertEquals((await peer.next("say")).text, "back");
  while (seqsOf(watched, "dev").length < 2) await watched.next("told");
  assertEquals(seqsOf(watched, "dev"), [1, 1]);
  await watched.leave();
});

Deno.test("A client is in 20 rooms at most, whatever it or the server wishes", async () => {
  using server = new FakeServer();
  const names = Array.from({ length: 20 }, (_, i) => `r${i}`);
  const watched = new Watched(server.port, { rooms: names.map((room) => ({ room })) });
  assertThrows(() => watched.client.join("more"), RangeError, "20 rooms");
  const peer = await server.peer();
  await peer.welcome();
  for (const room of [...names, "more"]) await peer.enter(room);
  await peer.send({ type: "notice", text: "all" });
  await watched.next("told");
  assertEquals(watched.client.rooms(), names);
  await watched.leave();
});

Deno.test("Requests name their room, and a command the default room where none is given", async () => {
  using server = new FakeServer();
  const { watched, peer, client } = await inTwoRooms(server);
  assertEquals([client.topic("dev", "Deploys"), client.listRooms("a")], [true, true]);
  assertEquals(await peer.next("topic"), { type: "topic", room: "dev", text: "Deploys" });
  assertEquals(await peer.next("rooms"), { type: "rooms", after: "a" });
  assertEquals(client.part("qa"), false, "it is not in that room");
  client.command("/who");
  client.command("/who", "dev");
  for (const room of ["ops", "dev"]) assertEquals((await peer.next("command")).room, room);
  await watched.leave();
});

Deno.test("A pong that overtakes a room's events asks for nothing; a second one without any does", async () => {
  using server = new FakeServer();
  const { watched, peer, client } = await inTwoRooms(server);
  peer.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const again = await server.peer();
  await again.welcome();
  await again.enter("ops", { seq: 4 });
  await again.enter("dev", { seq: 1 });
  await again.next("ping");
  await again.next("ping");
  await again.send(message(2, "bob", "x", undefined, "ops"), { type: "pong" });
  while (seqsOf(watched, "ops").length < 2) await watched.next("told");
  client.command("/who");
  // `next` refuses any other request before this one.
  await again.next("command");
  await again.send({ type: "pong" });
  const { room, before, limit } = await again.next("history");
  assertEquals([room, before, limit], ["ops", 5, 2]);
  await watched.leave();
});

Deno.test("Mistyped commands do not refuse the page that fills a gap; a log that cannot be read does", async () => {
  using server = new FakeServer();
  const { watched, peer, client } = await inTwoRooms(server);
  await peer.send(
    { type: "lagged", room: "ops", from: 2, to: 3 },
    message(4, "bob", "later", undefined, "ops"),
  );
  await peer.next("history");
  for (const code of ["bad_request", "not_allowed", "no_such_person"] as const) {
    client.command("/foo");
    await peer.next("command");
    await peer.send({ type: "error", code, text: "There is no command /foo." });
    const { event } = await watched.next("told");
    assertEquals(event.type, "error");
  }
  watched.timers.advance(1_000);
  client.command("/who");
  // `next` refuses any other request before this one.
  await peer.next("command");
  await peer.send({ type: "error", code: "unavailable", text: "Not now.", room: "ops" });
  await watched.next("told");
  watched.timers.advance(1_000);
  await peer.next("history");
  const events = [2, 3].map((seq) => message(seq, "bob", "missed", undefined, "ops"));
  await peer.send({ type: "history", room: "ops", events, more: true });
  while (seqsOf(watched, "ops").length < 4) await watched.next("told");
  assertEquals(seqsOf(watched, "ops"), [1, 2, 3, 4]);
  await watched.leave();
});
