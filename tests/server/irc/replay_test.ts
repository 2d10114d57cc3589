import { assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { answered, bare, type Guest, guest, plainOf, stranger, withPassword } from "./guest.ts";

/** What a client is shown behind its JOIN of #x: the past. */
async function shown(client: Guest, room = "#x"): Promise<string[]> {
  const lines = await client.say(`JOIN ${room}`);
  return lines.slice(lines.findIndex((line) => / 366 /.test(line)) + 1);
}

/** Somebody who has said `one` and `two` in #x, with comings and goings between. */
async function talker(room: Harness): Promise<Guest> {
  const bob = await guest(room, "bob", { rooms: "#x" });
  await bob.say("PRIVMSG #x :one");
  const eve = await guest(room, "eve", { rooms: "#x" });
  await eve.say("PART #x");
  await bob.say("PRIVMSG #x :\x01ACTION waves\x01", "TOPIC #x :news", "PRIVMSG #x :two");
  return bob;
}

const PAST = [
  ":bob!u@chat PRIVMSG #x :one",
  ":bob!u@chat PRIVMSG #x :\x01ACTION waves\x01",
  ":bob!u@chat PRIVMSG #x :two",
];

Deno.test("IRC: who joins is shown the last messages with their times, and nothing but messages", async () => {
  await using room = new Harness();
  const bob = await talker(room);
  await room.clock.advance(60_000);
  const ada = await guest(room, "ada", { caps: "server-time" });
  const lines = await shown(ada);
  assertEquals(lines.map(bare), PAST);
  assertMatch(lines[0]!, /^@time=2026-11-21T00:00:0\d/);
  await bob.say("PRIVMSG #x :three");
  assertEquals(ada.read().map(bare), [":bob!u@chat PRIVMSG #x :three"]);
});

Deno.test("IRC: bots, those who read the past themselves, and those who see no times are shown none", async () => {
  await using room = new Harness();
  await talker(room);
  const ada = await guest(room, "ada");
  assertEquals(await shown(ada), []);
  const halloy = await guest(room, "halloy", { caps: "server-time batch draft/chathistory" });
  assertEquals(await shown(halloy), []);
  const bot = await guest(room, "bot", { caps: "server-time" });
  await bot.say("MODE bot +B");
  assertEquals(await shown(bot), []);
});

Deno.test("IRC: who comes back is shown what came after the last that it was given, and only that", async () => {
  await using room = new Harness();
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(ada)).map(bare), PAST);
  await bob.say("PRIVMSG #x :live");
  await ada.say("PRIVMSG #x :mine");

  await ada.say("PART #x");
  assertEquals(await shown(ada), []);
  await ada.say("PART #x");
  await bob.say("PRIVMSG #x :during the part");
  assertEquals((await shown(ada)).map(bare), [":bob!u@chat PRIVMSG #x :during the part"]);

  // So it was there when that came.
  await ada.say("PONG x");
  await ada.conn.end({ broken: true });
  await bob.say("PRIVMSG #x :missed");
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), [":bob!u@chat PRIVMSG #x :missed"]);

  await bob.say("KICK #x ada");
  await bob.say("PRIVMSG #x :while kept out");
  await room.clock.advance(61_000);
  assertEquals((await shown(again)).map(bare), [":bob!u@chat PRIVMSG #x :while kept out"]);

  await again.say("QUIT");
  await bob.say("PRIVMSG #x :after the quit");
  const third = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(third)).map(bare), [":bob!u@chat PRIVMSG #x :after the quit"]);
});

/** What bob says while {@linkcode stalled} ada reads nothing. */
const NOT_GIVEN = [":bob!u@chat PRIVMSG #x :in flight", ":bob!u@chat PRIVMSG #x :not given"];

/** Ada, who has read all of #x until bob says two things more. */
async function stalled(room: Harness): Promise<Awaited<ReturnType<typeof guest>>> {
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time", rooms: "#x" });
  await ada.say("PONG x");
  ada.conn.stall();
  await bob.say("PRIVMSG #x :in flight", "PRIVMSG #x :not given");
  return ada;
}

Deno.test("IRC: what a stalled client was not given before it was lost, it is given when it comes back", async () => {
  await using room = new Harness();
  const ada = await stalled(room);
  await ada.conn.end({ broken: true });
  await room.clock.advance(1_000);
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), NOT_GIVEN);
});

Deno.test("IRC: what was written to a connection that was dead by then is shown again", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time", rooms: "#x" });
  await bob.say("PRIVMSG #x :seen");
  await ada.say("PONG x");
  await bob.say("PRIVMSG #x :into the void");
  // It is asked after 90 s, and has been silent for too long after 150 s.
  for (let i = 0; i < 160; i++) {
    await room.clock.advance(1_000);
    if (i % 60 === 0) await bob.say("PING x");
  }
  assertEquals(bob.read().map(bare).at(-1), ":ada!u@chat QUIT :Connection lost");
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), [":bob!u@chat PRIVMSG #x :into the void"]);
});

Deno.test("IRC: what was written to a connection that is reset is shown again, from its last line on", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time", rooms: "#x" });
  await bob.say("PRIVMSG #x :seen");
  await ada.say("PONG x");
  await bob.say("PRIVMSG #x :into the void");
  await ada.conn.end({ broken: true });
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), [":bob!u@chat PRIVMSG #x :into the void"]);
});

Deno.test("IRC: who has said nothing since it came in is shown again what came with it, and behind it", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(ada)).map(bare), PAST);
  await bob.say("PRIVMSG #x :into the void");
  await ada.conn.end({ broken: true });
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), [...PAST, ":bob!u@chat PRIVMSG #x :into the void"]);
});

Deno.test("IRC: a client with a password that is lost twice in a row misses nothing", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await talker(room);
  const caps = "sasl server-time";
  const { client: first } = await withPassword(room, "ada", "word", { caps, rooms: "#x" });
  await first.say("PONG x");
  await first.conn.end({ broken: true });
  await bob.say("PRIVMSG #x :missed");
  for (let times = 0; times < 2; times++) {
    const ada = await stranger(room);
    await ada.say(`CAP REQ :${caps}`, "NICK ada", "USER ada 0 * :ada", "AUTHENTICATE PLAIN");
    await answered(ada, `AUTHENTICATE ${plainOf("ada", "word")}`);
    const lines = (await ada.say("CAP END")).map(bare);
    assertEquals(lines.filter((line) => line.includes(":missed")).length, 1);
    // Nothing came from it behind that.
    await ada.conn.end({ broken: true });
  }
});

Deno.test("IRC: who asks for other tags while something waits for it is given that when it comes back", async () => {
  for (const isStalled of [true, false]) {
    await using room = new Harness({ rate: 0 });
    const ada = await stalled(room);
    await ada.conn.send("CAP REQ :extended-join\r\n");
    if (isStalled) await ada.conn.send("PONG x\r\n");
    else await ada.conn.unstall();
    await ada.conn.end({ broken: true });
    await room.clock.advance(1_000);
    const again = await guest(room, "ada", { caps: "server-time" });
    assertEquals((await shown(again)).map(bare), NOT_GIVEN);
  }
});

Deno.test("IRC: who is put out of a channel while its connection is dead is shown what it missed there", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time", rooms: "#x" });
  await ada.say("PONG x");
  await bob.say("PRIVMSG #x :into the void", "KICK #x ada");
  await ada.conn.end({ broken: true });
  await room.clock.advance(61_000);
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), [":bob!u@chat PRIVMSG #x :into the void"]);
  await again.say("PART #x");
  await bob.say("PRIVMSG #x :later");
  await again.conn.end({ broken: true });
  const third = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(third)).map(bare), [":bob!u@chat PRIVMSG #x :later"]);
});

Deno.test("IRC: it is remembered for 24 hours, of a name at an address", async () => {
  await using room = new Harness();
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time", rooms: "#x" });
  await ada.conn.end();
  const eve = await guest(room, "eve2", { caps: "server-time" });
  assertEquals((await shown(eve)).map(bare), PAST);
  await room.clock.advance(25 * 60 * 60 * 1_000);
  await bob.conn.end();
  const again = await guest(room, "ada", { caps: "server-time", rooms: "#z" });
  await guest(room, "keeper", { rooms: "#x" });
  await again.say("PING x");
  assertEquals((await shown(again)).map(bare), PAST);
});

Deno.test("IRC: a room that was closed and made again has another past", async () => {
  await using room = new Harness();
  const bob = await talker(room);
  const ada = await guest(room, "ada", { caps: "server-time" });
  await shown(ada);
  await ada.conn.end();
  room.server.order.propose({
    type: "close",
    room: room.server.rooms.get("x")!,
    by: room.server.state.members.get("bob")!,
    isOperator: true,
  }, null);
  await bob.say("JOIN #x", "PRIVMSG #x :a new one");
  const again = await guest(room, "ada", { caps: "server-time" });
  assertEquals((await shown(again)).map(bare), [":bob!u@chat PRIVMSG #x :a new one"]);
});
