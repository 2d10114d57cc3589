import { assertEquals, assertMatch } from "@std/assert";
import { FREE_TURNS } from "../../src/server/bot_runs.ts";
import { Harness } from "./harness.ts";
import { type Guest, guest } from "./irc/guest.ts";
import { settle } from "./manual_clock.ts";
import type { MemoryConnection } from "./memory_connection.ts";

/** A program that speaks json or IRC. */
interface Bot {
  readonly conn: MemoryConnection;
  /** Says something in a room. */
  say(room: string, text: string): Promise<void>;
}

async function jsonBot(room: Harness, name: string): Promise<Bot> {
  const { conn } = await room.json(name, { bot: true, rooms: { lobby: {}, den: {}, attic: {} } });
  return { conn, say: (where, text) => conn.request({ type: "say", room: where, text }) };
}

async function ircBot(room: Harness, name: string): Promise<Bot> {
  const one: Guest = await guest(room, name);
  await one.say(`MODE ${name} +B`, "JOIN #lobby", "JOIN #den", "JOIN #attic");
  return { conn: one.conn, say: (where, text) => one.conn.send(`PRIVMSG #${where} :${text}\r\n`) };
}

/** Two programs answer each other in a room until both of them wait there. */
async function slow(one: Bot, two: Bot, where: string): Promise<void> {
  for (let n = 0; n < FREE_TURNS + 2; n++) {
    await one.say(where, `${where} ping ${n}`);
    await two.say(where, `${where} pong ${n}`);
    await settle();
  }
}

/** What a json client has heard of others in a room since it looked last. */
// deno-lint-ignore no-explicit-any -- tests look into events of any type
function said(events: readonly any[], where: string): string[] {
  return events.filter(({ type, room }) => type === "message" && room === where)
    .map(({ text }) => text);
}

const kinds: readonly [string, typeof jsonBot][] = [["json", jsonBot], ["IRC", ircBot]];

for (const [kind, bot] of kinds) {
  Deno.test(`${kind}: a bot that is slowed in one room speaks at once in another, and a person ends it where it speaks`, async () => {
    await using room = new Harness({ rate: 0 });
    const { conn: ada } = await room.json("ada", { rooms: { den: {}, attic: {} } });
    const plain = await room.plain("eve");
    await plain.send("/join den\n");
    const [one, two] = [await bot(room, "one"), await bot(room, "two")];
    for (const where of ["den", "attic"]) await slow(one, two, where);
    await one.say("den", "late den");
    await one.say("attic", "late attic");
    await one.say("lobby", "It is ten.");
    await settle();
    const { conn: clock } = await room.json("late");
    const before = ada.events();
    assertEquals(said(before, "den").includes("late den"), false);
    assertEquals(said(before, "attic").includes("late attic"), false);
    const seen = clock.events();
    await clock.request({ type: "history" });
    const [page] = clock.events();
    assertEquals(seen, []);
    assertEquals(said(page.events, "lobby"), ["It is ten."]);
    await plain.send("enough\n");
    await settle();
    const after = ada.events();
    assertEquals(said(after, "den").slice(0, 1), ["enough"]);
    assertEquals(said(after, "den").at(-1), "late den");
    assertEquals(said(after, "attic"), []);
    await room.clock.advance(60_000);
    assertEquals(said(ada.events(), "attic").at(-1), "late attic");
  });
}

Deno.test("a program that goes on speaking where it is slowed is read no more, until a person speaks", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada", { rooms: { den: {} } });
  const [one, two] = [await jsonBot(room, "one"), await jsonBot(room, "two")];
  await slow(one, two, "den");
  for (let n = 0; n < 40; n++) await one.say("den", `${n}`);
  await one.say("lobby", "behind them");
  one.conn.events();
  await one.conn.request({ type: "ping", id: "held" });
  assertEquals(one.conn.events().filter(({ id }) => id === "held"), []);
  await ada.request({ type: "say", room: "den", text: "enough" });
  for (let n = 0; n < 5; n++) await settle();
  const heard = said(ada.events(), "den");
  const own = heard.filter((text) => /^\d+$/.test(text)).map(Number);
  assertEquals(own, Array.from({ length: 40 }, (_, n) => n), "all of them, in order");
  assertEquals(one.conn.events().filter(({ id }) => id === "held").length, 1);
});

Deno.test("what a program was to say where it is slowed is not said once it has left", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada", { rooms: { den: {} } });
  const [one, two] = [await ircBot(room, "one"), await ircBot(room, "two")];
  await slow(one, two, "den");
  await one.say("den", "too late");
  await one.conn.send("QUIT\r\n");
  await room.clock.advance(60_000);
  const events = ada.events();
  assertEquals(said(events, "den").includes("too late"), false);
  const left = events.find(({ type, name }) => type === "leave" && name === "one");
  assertMatch(String(left?.reason), /quit/);
});
