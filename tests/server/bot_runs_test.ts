import { assert, assertEquals, assertMatch } from "@std/assert";
import { FREE_TURNS } from "../../src/server/bot_runs.ts";
import { Harness } from "./harness.ts";
import { settle } from "./manual_clock.ts";
import type { MemoryConnection } from "./memory_connection.ts";

/** What has come and was not looked at, and who says something else to each message of others. */
class Echo {
  readonly name: string;
  readonly conn: MemoryConnection;
  readonly notices: string[] = [];
  said = 0;

  constructor(name: string, conn: MemoryConnection) {
    this.name = name;
    this.conn = conn;
  }

  /** Answers what has come. @returns It has said something. */
  async answer(): Promise<boolean> {
    let isDone = false;
    for (const event of this.conn.events()) {
      if (event.type === "notice") this.notices.push(event.text);
      if (event.type !== "message" || event.from === this.name) continue;
      await this.conn.request({ type: "say", text: `echo ${++this.said}` });
      isDone = true;
    }
    return isDone;
  }
}

async function bot(room: Harness, name: string): Promise<Echo> {
  const { conn } = await room.json(name, { bot: true });
  return new Echo(name, conn);
}

/** Lets programs answer until all of them wait. */
async function talk(...bots: readonly Echo[]): Promise<void> {
  for (let isGoing = true, n = 0; isGoing && n < 500; n++) {
    isGoing = false;
    for (const one of bots) isGoing = await one.answer() || isGoing;
    await settle();
  }
}

Deno.test("two bots that answer only each other are slowed, and the keeper is told", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada", { rooms: { den: {} } });
  const [one, two] = await Promise.all(["one", "two"].map(async (name) => {
    const { conn } = await room.json(name, { bot: true, rooms: { den: {} } });
    return new Echo(name, conn);
  })) as [Echo, Echo];
  // deno-lint-ignore no-explicit-any -- tests look into events of any type
  const notices: any[] = [];
  /** How many messages of programs ada has read since she looked last. */
  function heard(): number {
    const events = ada.events();
    notices.push(...events.filter(({ type }) => type === "notice"));
    return events.filter(({ type, from }) => type === "message" && from !== "ada").length;
  }
  await ada.request({ type: "say", text: "hi" });
  await talk(one, two);
  const first = heard();
  // Both answer ada, so that each says two things in a turn.
  assert(first >= 2 * FREE_TURNS && first <= 4 * FREE_TURNS + 6, `${first} at once`);
  for (let n = 0; n < 60; n++) {
    await room.clock.advance(10_000);
    for (const { conn } of [one, two, { conn: ada }]) await conn.request({ type: "ping" });
    await talk(one, two);
  }
  const later = heard();
  assert(later >= 10 && later <= 100, `${later} in ten minutes`);
  assertEquals(room.entries("slowed bots").length, 1);
  assertEquals(notices.length, 1);
  assertMatch(notices[0].text, /and another bot answer only each other in #den: they are slowed/);
  // A person ends it at once.
  await ada.request({ type: "say", text: "enough" });
  await settle();
  await talk(one, two);
  const again = heard();
  assert(again >= FREE_TURNS, `${again} after a person spoke`);
});

Deno.test("a bot that answers people is never slowed, and no person is", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada");
  const echo = await bot(room, "echo");
  for (let n = 0; n < 200; n++) {
    await ada.request({ type: "say", text: `${n}` });
    await echo.answer();
  }
  assertEquals(echo.said, 200);
  assertEquals(echo.notices, []);
});

Deno.test("a bot that talks alone, or by notices, is not slowed", async () => {
  await using room = new Harness({ rate: 0 });
  const [one, two] = [await bot(room, "one"), await bot(room, "two")];
  for (let n = 0; n < 100; n++) await one.conn.request({ type: "say", text: `${n}` });
  for (let n = 0; n < 100; n++) {
    const { conn } = n % 2 === 0 ? one : two;
    await conn.request({ type: "say", text: `${n}`, notice: true });
  }
  const count = two.conn.events().filter(({ type }) => type === "message").length;
  assertEquals(count, 200);
  assertEquals(room.entries("slowed bots"), []);
});

Deno.test("who is a bot is told to everybody: in joined, join, members and /who", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  await bot(room, "echo");
  const join = ada.events().find(({ type }) => type === "join");
  assertEquals([join.name, join.bot], ["echo", true]);
  await ada.request({ type: "who" });
  const [members] = ada.events();
  assertEquals([members.names, members.bots], [["ada", "echo"], ["echo"]]);
  const { welcome } = await room.json("bob");
  assertEquals(welcome.bots, ["echo"]);
  const eve = await room.plain("eve");
  await eve.send("/who\n");
  assertEquals(eve.received(), ["* 4 here: ada, bob, echo (bot), eve"]);
  const { events } = await room.json("late", { rooms: { lobby: { after: 0 } } });
  assertEquals(events.find(({ name }) => name === "echo")?.bot, true);
});

Deno.test("two bots that answer each other do not hold a third one back", async () => {
  await using room = new Harness({ rate: 0 });
  const [one, two] = [await bot(room, "one"), await bot(room, "two")];
  const { conn: clock } = await room.json("clock", { bot: true });
  await one.conn.request({ type: "say", text: "ping" });
  await talk(one, two);
  clock.events();
  for (const hour of [1, 2, 3]) {
    await clock.request({ type: "say", text: `It is ${hour}.` });
    await settle();
    const own = clock.events().filter(({ from }) => from === "clock");
    assertEquals(own.map(({ text }) => text), [`It is ${hour}.`]);
  }
});
