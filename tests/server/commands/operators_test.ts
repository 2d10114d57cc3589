import { assert, assertEquals, assertMatch } from "@std/assert";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { parseDuration, showDuration, showLeft } from "../../../src/server/durations.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { until } from "../../helpers/wait.ts";
import { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

function withOperators(options: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  return new Harness({ operatorPassword: new Secret("boss"), rate: 0, ...options });
}

async function operator(room: Harness, name = "root"): Promise<MemoryConnection> {
  const conn = await room.plain(name);
  await conn.send("/op\nboss\n");
  assertMatch(conn.received().at(-1)!, /You are an operator now/);
  return conn;
}

Deno.test("/op asks for the password on the next line, which nobody sees", async () => {
  await using room = withOperators();
  const bob = await room.plain("bob");
  const eve = await room.plain("eve");
  bob.received();
  await eve.send("/op\n");
  assertMatch(eve.received()[0]!, /Nobody sees that line/);
  await eve.send("wrong\n");
  await room.clock.advance(1_000);
  assertMatch(eve.received()[0]!, /not the operators' password/);
  await eve.send("hello\n/op boss\n/op\nboss\n");
  await room.clock.advance(1_000);
  assertEquals(bob.received(), ["eve: hello"]);
  assertMatch(eve.received().at(-1)!, /You are an operator now/);
  const logged = JSON.stringify(room.logged);
  assert(!logged.includes("boss") && !logged.includes("wrong\\n"));
});

Deno.test("an empty line at the prompt of /op means never mind", async () => {
  await using room = withOperators();
  const bob = await room.plain("bob");
  const eve = await room.plain("eve");
  bob.received();
  await eve.send("/op\n\nhello\n");
  assertEquals(bob.received(), ["eve: hello"]);
});

Deno.test("a program becomes an operator with one command", async () => {
  await using room = withOperators();
  const { conn } = await room.json("bot");
  conn.events();
  await conn.request({ type: "command", line: "/op boss" });
  assertMatch(conn.events()[0].text, /You are an operator now/);
});

Deno.test("operators see all rooms, those that are in no list marked", async () => {
  await using room = withOperators();
  const { conn: ada } = await room.json("ada", { rooms: { hid: {}, shut: {} } });
  await ada.request({ type: "command", room: "hid", line: "/unlist" });
  await ada.request({ type: "command", room: "shut", line: "/key swordfish" });
  await until(() => room.server.rooms.get("shut")?.key !== null, "the key");
  const root = await operator(room);
  await root.send("/rooms\n");
  assertEquals(root.received().slice(1), [
    "* #hid: 1 here, unlisted",
    "* #lobby: 1 here, you are in it",
    "* #shut: 1 here, private",
  ]);
  const eve = await room.plain("eve");
  await eve.send("/rooms\n");
  assertEquals(eve.received().slice(1), ["* #lobby: 2 here, you are in it"]);
});

Deno.test("an operator who resumes is still one, and one who comes in anew is not", async () => {
  await using room = withOperators();
  const { conn, welcome } = await room.json("bot");
  await conn.request({ type: "command", line: "/op boss" });
  await conn.end({ broken: true });
  const { conn: again, events } = await room.json("bot", { session: welcome.session });
  assertEquals([...events, ...again.events()].some(({ operator }) => operator), true);
  await again.request({ type: "command", line: "/bans" });
  assertMatch(again.events().at(-1).text, /Nobody is banned/);
  await again.request({ type: "quit" });
  const { conn: third } = await room.json("bot", { session: welcome.session });
  third.events();
  await third.request({ type: "command", line: "/bans" });
  assertMatch(third.events().at(-1).text, /is for operators/);
});

Deno.test("nobody mutes, removes or bans themselves", async () => {
  await using room = withOperators();
  const root = await operator(room);
  await root.send("/mute ROOT\n");
  assertMatch(root.received().at(-1)!, /Cannot mute yourself/);
  await root.send("/kick ROOT\n");
  assertMatch(root.received().at(-1)!, /Cannot remove yourself/);
  // What looks like the name would keep that out, too.
  for (const name of ["ROOT", "r0ot"]) {
    await root.send(`/ban ${name} 1h\n`);
    assertMatch(root.received().at(-1)!, /Cannot ban .*: you would be kept out yourself/);
  }
  assertEquals(room.server.state.members.size, 1);
});

Deno.test("nobody else can use the commands of operators, or sees them in the help", async () => {
  await using room = withOperators();
  const eve = await room.plain("eve");
  await eve.send("/kick bob\n/ban bob\n/help\n");
  const lines = eve.received();
  assertMatch(lines[1]!, /\/ban is for operators: type \/op first/);
  assertMatch(lines[0]!, /#lobby has no keeper: ask an operator/);
  assert(!lines.some((line) => line.startsWith("* /ban NAME")));
  assert(lines.some((line) => line.includes("/op ")));
  const root = await operator(room);
  await root.send("/help\n");
  const help = root.received().join("\n");
  for (const name of ["kick", "ban", "unban", "bans", "mute", "unmute", "announce", "top"]) {
    assert(help.includes(`/${name}`), name);
  }
});

Deno.test("a server without an operators' password has no operators", async () => {
  await using room = new Harness();
  const eve = await room.plain("eve");
  await eve.send("/op\nhello\n");
  assertMatch(eve.received()[0]!, /no operators/);
  await eve.send("/help\n");
  assertEquals(eve.received().filter((line) => line.includes("/op")), []);
  // Not that there is no such command: somebody may have read of it.
  await eve.send("/mute bob\n");
  assertEquals(eve.received(), [
    "* /mute is for operators, and this server has none: start it with --operator-password-file FILE.",
  ]);
});

Deno.test("/kick removes somebody from the lobby, who may come back later", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const eve = await room.plain("eve");
  const { conn: gus } = await room.json("gus");
  root.received();
  await root.send("/kick EVE too loud\n/kick gus\n/kick nobody\n");
  // Whoever is in one room at a time has no other.
  assertEquals(eve.received().slice(-2), [
    "* root removed you from #lobby for 1m: too loud",
    "* You were removed from #lobby, and may come back in 60 s.",
  ]);
  assert(eve.writeClosed);
  assertEquals(gus.events().at(-1), {
    type: "parted",
    room: "lobby",
    reason: "kicked",
    text: "root removed you from #lobby for 1m.",
  });
  assert(!gus.writeClosed);
  const lines = root.received();
  assert(lines.includes("* eve left (kicked by root: too loud)"));
  assert(lines.includes("* gus left (kicked by root)"));
  assert(lines.some((line) => /Nobody in #lobby is called nobody/.test(line)));
  const again = await room.plain("eve");
  assert(again.writeClosed);
  await room.clock.advance(60_000);
  assert(!(await room.plain("eve")).writeClosed);
  assertEquals(room.entries("kicked").map((entry) => entry.fields["by"]), ["root", "root"]);
});

Deno.test("/kick also removes somebody whose place is only held", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const { conn, welcome } = await room.json("gus");
  await conn.end({ broken: true });
  root.received();
  await root.send("/kick gus\n");
  assertEquals(root.received(), ["* gus left (kicked by root)"]);
  const again = await room.json("gus", { session: welcome.session, after: welcome.seq + 1 });
  assertEquals(again.welcome.resumed, true);
  assertEquals(again.events, [{ type: "parted", room: "lobby", reason: "kicked" }]);
});

Deno.test("/ban keeps a name out, and everything that looks like it, until its time is over", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const eve = await room.plain("eve0");
  await root.send("/ban eve0 2h spam\n");
  assertMatch(eve.received().at(-1)!, /banned from this server for 2h by an operator: spam/);
  for (const name of ["eve0", "EVEO", "eveo"]) {
    const again = await room.connect();
    await again.send(`${name}\n`);
    // Once, and somebody who types may take another name.
    assertMatch(again.received().at(-1)!, /is banned from this server for 2h\. Try another one/);
    await again.send(`free${name.length}\n`);
    assertMatch(again.received().join("\n"), /Welcome, free4/);
    await again.send("/quit\n");
  }
  const program = await room.connect();
  await program.request({ type: "hello", protocol: 1, name: "eve0" });
  assertEquals(program.events().map((event) => event.code ?? event.reason), ["banned", "banned"]);
  root.received();
  await root.send("/ban eve0 1x\n/op\n/bans\n");
  assertMatch(root.received()[0]!, /"1x": it must be like 30s, 30m/);
  await root.send("/bans\n");
  assertMatch(root.received()[0]!, /eve0 for 2h, by root: spam/);
  await room.clock.advance(2 * 60 * 60 * 1000 + 5_000);
  await room.plain("eve0");
});

Deno.test("/ban of an address removes everybody from there, and /unban lets them in", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const eve = await room.connect("10.6.6.6");
  await eve.send("eve\n");
  root.received();
  await root.send("/ban 10.6.6.6\n");
  assertMatch(root.received().at(-1)!, /10\.6\.6\.6 is banned for good; 1 removed now/);
  assert(eve.writeClosed);
  const again = await room.greeted("10.6.6.6");
  assertMatch(again.received()[0]!, /^\* You are banned/);
  await room.clock.advance(3_000);
  await root.send("/unban 10.6.6.6\n/unban 10.6.6.6\n/bans\n");
  const lines = root.received();
  assertMatch(lines[0]!, /may come in again/);
  assertMatch(lines[1]!, /is not banned/);
  assertEquals(lines[2], "* Nobody is banned.");
  const back = await room.greeted("10.6.6.6");
  assertMatch(back.received()[0]!, /^Welcome/);
});

Deno.test("a rename cannot take a banned name, nor too many names in a minute", async () => {
  await using room = withOperators({ renamesPerMinute: 3 });
  const root = await operator(room);
  await root.send("/ban eve\n");
  const dan = await room.plain("dan");
  await dan.send("/nick eve\n/nick d1\n/nick d2\n/nick d3\n/nick d4\n");
  const lines = dan.received();
  assertMatch(lines[0]!, /banned/);
  assertEquals(lines.slice(1, 4), ["* dan is now d1", "* d1 is now d2", "* d2 is now d3"]);
  assertMatch(lines[4]!, /changed your name 3 times in a minute/);
  await room.clock.advance(60_000);
  await dan.send("/nick d4\n");
  assertEquals(dan.received(), ["* d3 is now d4"]);
});

Deno.test("/mute holds for words, actions, direct messages and other names, until its time is over", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const eve = await room.plain("eve");
  root.received();
  await root.send("/mute eve 1h\n");
  root.received();
  await eve.send("a\n/me b\n/msg root c\n/nick eva\nd\n");
  assertEquals(root.received(), []);
  assertEquals(eve.received().filter((line) => line.includes("muted")).length, 5);
  await root.send("/unmute eve\n/unmute eve\n");
  assertMatch(root.received().at(-1)!, /not muted/);
  await eve.send("/nick eva\ne\n");
  assertEquals(root.received(), ["* eve is now eva", "eva: e"]);
  await root.send("/mute eva 1m\n/mute eva 5parsecs\n");
  assertMatch(root.received().at(-1)!, /must be like 30s, 30m/);
  await room.clock.advance(61_000);
  await eve.send("f\n");
  assertEquals(root.received().at(-1), "eva: f");
});

Deno.test("who is muted makes no room, whose name would be speech, and goes into those that are there", async () => {
  await using room = withOperators();
  const root = await operator(room);
  await room.json("ada", { rooms: { ops: {} } });
  const eve = await room.plain("eve");
  const { conn: mallory, welcome } = await room.json("mallory");
  await root.send("/mute eve\n/mute mallory\n");
  eve.received();
  await eve.send("/join buy_my_things\n/join ops\n");
  const [refusal, ...others] = eve.received();
  assertMatch(refusal!, /muted you: you cannot .*make rooms/);
  assert(others.includes("* You are in #ops now. Here now: ada."), others.join());
  await mallory.request({ type: "quit" });
  const { session } = welcome;
  const { conn } = await room.json("innocence", { session, rooms: { lobby: {} } });
  await conn.request({ type: "join", room: "buy_my_things" });
  const { code, room: name } = conn.events().at(-1);
  assertEquals([code, name], ["not_allowed", "buy_my_things"]);
  assertEquals([...room.server.rooms.all()].map(({ name }) => name), ["lobby", "ops"]);
});

Deno.test("/mute goes with a session, not with its name", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const { conn: mallory, welcome } = await room.json("mallory");
  await root.send("/mute mallory\n");
  await mallory.request({ type: "rename", name: "zoe" });
  assertEquals(mallory.events().at(-1).code, "not_allowed");
  // A new name with the old session is the same person.
  await mallory.request({ type: "quit" });
  const { session } = welcome;
  const { conn: again } = await room.json("innocence", { session });
  await again.request({ type: "say", text: "hi", id: "1" });
  assertEquals(again.events().at(-1).code, "not_allowed");
  const { conn: other } = await room.json("mallory");
  await other.request({ type: "say", text: "hello", id: "1" });
  assertEquals(other.events().at(-1).text, "hello");
  await other.request({ type: "rename", name: "zoe" });
  root.received();
  await root.send("/unmute mallory\n");
  await again.request({ type: "say", text: "thanks", id: "2" });
  await other.request({ type: "say", text: "still here", id: "2" });
  assertEquals(root.received().slice(-2), ["innocence: thanks", "zoe: still here"]);
});

Deno.test("/mute of who has no session holds for who comes from that address without one", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const come = async (name: string, address: string) => {
    const conn = await room.connect(address);
    await conn.send(`${name}\n`);
    return conn;
  };
  const eve = await come("eve", "2001:db8::1");
  const gus = await come("gus", "2001:db8::1");
  const dan = await come("dan", "2001:db8::1");
  await root.send("/mute eve\n/mute gus\n");
  await eve.end();
  const eva = await come("eva", "2001:db8::2");
  const far = await come("far", "2001:db8:0:1::1");
  const bot = await room.connect("2001:db8::1");
  await bot.request({ type: "hello", protocol: 1, name: "bot" });
  await bot.request({ type: "say", text: "from a program" });
  root.received();
  for (const conn of [eva, gus, dan, far]) await conn.send("hello\n");
  // Who was here is somebody else: the operator saw who spoke.
  assertEquals(root.received(), ["dan: hello", "far: hello"]);
  await root.send("/unmute gus\n");
  root.received();
  for (const conn of [eva, gus]) await conn.send("again\n");
  assertEquals(root.received(), ["gus: again"]);
  await root.send("/unmute eve\n");
  root.received();
  await eva.send("thanks\n");
  assertEquals(root.received(), ["eva: thanks"]);
});

Deno.test("/announce reaches everybody, in the server's name", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const { conn } = await room.json("bob");
  const eve = await room.plain("eve");
  root.received();
  conn.events();
  await root.send("/announce Lunch is ready\n");
  assertEquals(eve.received(), ["* Announcement: Lunch is ready"]);
  assertEquals(conn.events().at(-1), { type: "notice", text: "Announcement: Lunch is ready" });
});

Deno.test("/top shows the slowest first", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const slow = await room.plain("slow");
  slow.stall();
  await root.send("hello\n");
  root.received();
  await room.clock.advance(10_000);
  await root.send("/top\n");
  const [heading, first, second] = root.received();
  assertMatch(heading!, /^\* name +address +dialect +rooms +lag +in +out +state +since$/);
  assertMatch(first!, /^\* slow +10\.0\.0\.1:\d+ +plain +1 +\d+ B +1 +.*stalled/);
  assertMatch(second!, /^\* root .* ok /);
});

Deno.test("a plain client that says nothing for too long is let go, where that is asked for", async () => {
  await using room = withOperators({ idleMs: 60_000 });
  const root = await operator(room);
  const eve = await room.plain("eve");
  root.received();
  await room.clock.advance(30_000);
  await root.send("still here\n");
  await room.clock.advance(35_000);
  assertMatch(eve.received().at(-1)!, /said nothing for 60 seconds/);
  assert(root.received().includes("* eve left (timeout)"));
  assert(!root.closed);
});

Deno.test("bans are kept in the database, over a restart", async () => {
  const directory = await Deno.makeTempDir();
  try {
    for (const round of [1, 2]) {
      const store = openSqliteStore(`${directory}/room.db`, { durability: "process" });
      await using room = withOperators({ store });
      const root = await operator(room, `root${round}`);
      if (round === 1) await root.send("/ban eve 7d\n/ban 10.6.6.6\n/unban 10.6.6.6\n");
      const eve = await room.connect("10.6.6.6");
      await eve.send("eve\n");
      assertMatch(eve.received().at(-1)!, /banned/);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("durations are read in one unit, and said to the second", () => {
  assertEquals(["30s", "5m", "12h", "7d", "", "7", "0m", "1w"].map(parseDuration), [
    30_000,
    300_000,
    43_200_000,
    604_800_000,
    null,
    null,
    null,
    null,
  ]);
  assertEquals([null, 500, 7_200_000].map(showDuration), ["for good", "for 1s", "for 2h"]);
  const said = (text: string) => showDuration(parseDuration(text));
  assertEquals(["90s", "90m", "100m", "36h", "100000s", "7d"].map(said), [
    "for 1m30s",
    "for 1h30m",
    "for 1h40m",
    "for 1d12h",
    "for 1d3h46m40s",
    "for 7d",
  ]);
  assertEquals([null, 1, 59_001, 89 * 60_000 + 1, 129_599_000].map(showLeft), [
    "for good",
    "for 1s",
    "for 1m",
    "for 1h30m",
    "for 1d12h",
  ]);
});

for (const years of [1, -1]) {
  Deno.test(`a mute, a ban and a session last as long as they should while the clock is ${years} years off`, async () => {
    await using room = withOperators();
    const boss = await operator(room);
    const { conn: ada, welcome } = await room.json("ada");
    await ada.request({ type: "say", text: "said before", id: "x1" });
    const bob = await room.plain("bob");
    const eve = await room.plain("eve");
    await boss.send("/mute bob 30m\n/ban zoe 30m\n");
    await ada.end();
    await room.clock.advance(16_000);
    room.clock.jumpMs = years * 365 * 24 * 3600_000;
    await room.clock.advance(60_000);
    assertEquals(room.entries("clock jumped").length, 1);
    boss.received();
    await boss.send("/ban dan 1m\n/bans\n");
    const bans = boss.received().slice(-2).map((line) => line.replace(/^(\* | {2})/, ""));
    assertEquals(bans, ["dan for 1m, by root", "zoe for 28m44s, by root"]);
    const kept = await room.connect();
    await kept.send("dan\n");
    assertMatch(kept.received().join("\n"), /banned/);
    eve.received();
    await bob.send("muted\n");
    const zoe = await room.connect();
    await zoe.send("zoe\n");
    assertMatch(zoe.received().join("\n"), /banned/);
    const { conn: again } = await room.json("ada", { session: welcome.session });
    await again.request({ type: "say", text: "said before", id: "x1" });
    assertEquals(eve.received(), ["* ada joined"]);
    await again.end();
    await room.clock.advance(30 * 60_000);
    eve.received();
    await bob.send("heard again\n");
    assertEquals(eve.received(), ["bob: heard again"]);
    await (await room.connect()).send("zoe\n");
    assertEquals(eve.received(), ["* zoe joined"]);
    await (await room.connect()).send("dan\n");
    assertEquals(eve.received(), ["* dan joined"]);
  });
}

Deno.test("who was an operator and is none any more is told so when it comes back", async () => {
  for (const operatorPassword of [new Secret("boss"), undefined]) {
    await using room = new Harness(operatorPassword === undefined ? {} : { operatorPassword });
    const { events } = await room.json("root", { operator: true });
    const why = operatorPassword === undefined ? "this server has none" : "type /op";
    const told = events.filter(({ type }) => type === "notice");
    assertEquals(told, [{ type: "notice", text: `You are no operator any more: ${why}.` }]);
  }
  await using room = new Harness({ operatorPassword: new Secret("boss") });
  const { conn, welcome } = await room.json("root");
  await conn.request({ type: "command", line: "/op boss" });
  const { events } = await room.json("root", { session: welcome.session, operator: true });
  assertEquals(
    events.filter(({ type }) => type === "notice").map(({ text }) => text),
    ["You are still an operator."],
  );
});
