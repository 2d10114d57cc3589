import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LineConnection } from "../../../src/net/line_connection.ts";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";
import { answered, type Guest, guest, plainOf, stranger, withPassword } from "./guest.ts";

Deno.test("IRC: MONITOR tells who is here, who comes, and who goes, in every dialect", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  await guest(room, "bob");
  assertEquals(await ada.replies("MONITOR + bob,Eve,mia"), [
    "730 ada :bob!u@chat",
    "731 ada :Eve,mia",
  ]);
  const eve = await room.plain("eve");
  assertEquals((await ada.replies())[0], "730 ada :eve!u@chat");
  await eve.send("/quit\n");
  assertEquals((await ada.replies())[0], "731 ada :eve");
  assertEquals(await ada.replies("MONITOR L"), [
    "732 ada :bob,Eve,mia",
    "733 ada :End of MONITOR list",
  ]);
  assertEquals(await ada.replies("MONITOR S"), ["730 ada :bob!u@chat", "731 ada :Eve,mia"]);
  assertEquals(await ada.replies("MONITOR - BOB", "MONITOR C", "MONITOR L"), [
    "733 ada :End of MONITOR list",
  ]);
});

Deno.test("IRC: a rename is a going and a coming, but not in another case", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  const bob = await guest(room, "bob");
  await ada.say("MONITOR + bob,eve");
  await bob.say("NICK BOB");
  assertEquals(ada.read(), []);
  await bob.say("NICK eve");
  assertEquals(await ada.replies(), ["731 ada :BOB", "730 ada :eve!u@chat"]);
});

Deno.test("IRC: who is watched in vain is forgotten with the watcher", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  await ada.say("MONITOR + bob");
  await ada.conn.end({ broken: true });
  assertEquals([...room.server.irc.watches.of("bob")], []);
});

Deno.test("IRC: of many watchers some are told at once, the others soon, and who asks before it is answered", async () => {
  await using room = new Harness({ rate: 0 });
  const watchers: Guest[] = [];
  for (let i = 0; i < 60; i++) {
    const watcher = await guest(room, `w${i}`);
    await watcher.say("MONITOR + bob,eve");
    watcher.read();
    watchers.push(watcher);
  }
  const told = () => watchers.filter((watcher) => watcher.read().length > 0).length;
  const bob = await guest(room, "bob");
  await guest(room, "eve");
  const last = watchers.at(-1)!;
  // In one line: both have come before it was told.
  assertEquals(await last.replies("PING x"), [
    "730 w59 :bob!u@chat,eve!u@chat",
    "PONG chat :x",
  ]);
  assertEquals(told(), 50);
  await room.clock.advance(1);
  assertEquals(told(), 50);
  await room.clock.advance(1);
  assertEquals(told(), 9);
  // Who goes before others have heard that it has come, has gone.
  await bob.say("QUIT");
  assertEquals(await watchers[0]!.replies(), ["731 w0 :bob"]);
});

Deno.test("IRC: MONITOR is paid for by its names", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  const names = Array.from({ length: 80 }, (_, i) => `p${i}`).join(",");
  const conn: LineConnection = ada.conn;
  const left = () => conn.readLimit!();
  const before = left();
  await ada.say(`MONITOR + ${names}`);
  assertEquals(before - left(), 5 * 1024);
});

Deno.test("IRC: MONITOR takes a hundred names, and no masks", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada");
  assertMatch((await ada.replies("MONITOR + *!u@chat"))[0]!, /^432 ada \*!u@chat :/);
  for (let i = 0; i < 10; i++) {
    await ada.say(`MONITOR + ${Array.from({ length: 10 }, (_, j) => `p${i}${j}`).join(",")}`);
  }
  assertEquals(await ada.replies("MONITOR + p00,bob,eve"), [
    "734 ada 100 bob,eve :The MONITOR list is full",
    "731 ada :p00",
  ]);
  const list = await ada.replies("MONITOR L");
  assertEquals(list.slice(0, -1).join(",").match(/p\d\d/g)?.length, 100);
  assertMatch((await ada.replies("MONITOR"))[0]!, /^461 ada MONITOR :/);
  assertMatch((await ada.replies("MONITOR X"))[0]!, /^461 ada MONITOR :/);
});

Deno.test("IRC: AWAY is told to who asks, and to those of a room who want to hear of it", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x,#y", caps: "away-notify" });
  const eve = await guest(room, "eve", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x,#y" });
  for (const one of [ada, eve]) one.read();
  assertEquals(await bob.replies("AWAY :lunch"), [
    "306 bob :You have been marked as being away",
  ]);
  assertEquals(ada.read(), [":bob!u@chat AWAY :lunch"]);
  assertEquals(eve.read(), []);
  assertEquals(await eve.replies("PRIVMSG bob :psst"), ["301 eve bob :lunch"]);
  assertEquals(await eve.replies("NOTICE bob :psst"), []);
  assertEquals(bob.read().length, 2);
  // Again is no news.
  assertEquals((await bob.replies("AWAY :lunch")).length, 1);
  assertEquals(ada.read(), []);
  assertEquals(await bob.replies("AWAY"), ["305 bob :You are no longer marked as being away"]);
  assertEquals(ada.read(), [":bob!u@chat AWAY"]);
  assertEquals(await eve.replies("PRIVMSG bob :psst"), []);
});

Deno.test("IRC: who comes into a room and is away is shown to be, behind its JOIN", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x", caps: "away-notify" });
  const bob = await guest(room, "bob");
  await bob.say("AWAY :lunch");
  assertEquals((await bob.say("JOIN #x")).filter((line) => line.includes("AWAY")), []);
  assertEquals(ada.read(), [":bob!u@chat JOIN #x", ":bob!u@chat AWAY :lunch"]);
});

Deno.test("IRC: SETNAME changes what WHOIS and later joins tell, and tells those who want it", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x", caps: "setname extended-join" });
  const bob = await guest(room, "bob", { rooms: "#x", caps: "setname" });
  const eve = await guest(room, "eve", { rooms: "#x" });
  for (const one of [ada, bob]) one.read();
  assertEquals(await bob.say("SETNAME :Robert"), [":bob!u@chat SETNAME :Robert"]);
  assertEquals(ada.read(), [":bob!u@chat SETNAME :Robert"]);
  assertEquals(eve.read(), []);
  await bob.say("JOIN #y");
  await ada.say("JOIN #y");
  await bob.say("PART #y", "JOIN #y");
  assertEquals(ada.read().at(-1), ":bob!u@chat JOIN #y * :Robert");
  assertEquals((await eve.replies("WHOIS bob"))[0], "311 eve bob bob chat * :Robert");
  assertEquals(await eve.say("SETNAME :Eva"), []);
  bob.read();
  assertMatch(
    (await bob.replies(`SETNAME :${"x".repeat(129)}`))[0]!,
    /^FAIL SETNAME INVALID_REALNAME :/,
  );
});

Deno.test("IRC: who watches somebody hears AWAY and SETNAME without sharing a room, each once", async () => {
  await using room = new Harness();
  const caps = "extended-monitor away-notify setname";
  const ada = await guest(room, "ada", { rooms: "#x", caps });
  const eve = await guest(room, "eve", { caps: "extended-monitor" });
  const bob = await guest(room, "bob");
  for (const one of [ada, eve]) await one.say("MONITOR + bob");
  await bob.say("AWAY :lunch", "SETNAME :Robert");
  assertEquals(ada.read(), [":bob!u@chat AWAY :lunch", ":bob!u@chat SETNAME :Robert"]);
  assertEquals(eve.read(), []);
  await bob.say("JOIN #x", "AWAY");
  assertEquals(ada.read().filter((line) => line.includes("AWAY")), [
    ":bob!u@chat AWAY :lunch",
    ":bob!u@chat AWAY",
  ]);
});

Deno.test("IRC: who reads nothing for a while misses what others say of themselves, and stays", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { rooms: "#x", caps: "away-notify" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.conn.stall();
  for (let i = 0; i < 25; i++) await bob.conn.send("AWAY :lunch\r\nAWAY\r\n".repeat(50));
  for (let answers = 0; answers < 2_500; answers += bob.read().length) await settle();
  await ada.conn.unstall();
  const lines = await ada.say("PING x");
  while (!lines.includes(":chat PONG chat :x")) {
    await settle();
    lines.push(...ada.read());
  }
  const news = lines.filter((line) => line.includes(" AWAY"));
  assert(news.length > 500 && news.length < 2_500, String(news.length));
});

Deno.test("IRC: what a bot says has a tag, in rooms and to one person", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#lobby", caps: "message-tags" });
  const eve = await guest(room, "eve", { rooms: "#lobby" });
  const bob = await guest(room, "bob", { rooms: "#lobby" });
  assertEquals(await bob.say("MODE bob +B"), [":bob!u@chat MODE bob +B"]);
  const { conn } = await room.json("bot", { bot: true });
  for (const one of [ada, eve]) one.read();
  await bob.say("PRIVMSG #lobby :beep", "PRIVMSG ada :psst", "MODE bob -B", "PRIVMSG #lobby :me");
  await conn.request({ type: "say", text: "boop" });
  const tags = ada.read().map((line) => line.replace(/msgid=[^ ;]+/, "msgid"));
  assertEquals(tags, [
    "@msgid;bot :bob!u@chat PRIVMSG #lobby :beep",
    "@bot :bob!u@chat PRIVMSG ada :psst",
    "@msgid :bob!u@chat PRIVMSG #lobby :me",
    "@msgid;bot :bot!u@chat PRIVMSG #lobby :boop",
  ]);
  assertEquals(eve.read().filter((line) => line.startsWith("@")), []);
});

Deno.test("IRC: who is muted shows nobody any words of its own", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x", caps: "away-notify setname" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  const member = room.server.state.members.get("bob")!;
  room.server.order.propose({ type: "mute", member, untilMs: Infinity }, null);
  ada.read();
  await bob.say("AWAY :rude", "SETNAME :rude");
  assertEquals(ada.read(), []);
  assertEquals((await ada.replies("WHOIS bob"))[0], "311 ada bob bob chat * :The real bob");
});

Deno.test("IRC: who is muted and comes again with its password keeps its real name, and bans no words", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { rooms: "#x", caps: "extended-join" });
  const { client: bob } = await withPassword(room, "bob", "secret", { rooms: "#y" });
  const member = room.server.state.members.get("bob")!;
  room.server.order.propose({ type: "mute", member, untilMs: Infinity }, null);
  assertMatch((await bob.replies("MODE #y +b rude!*@*"))[0]!, /^404 bob #y :An operator has muted/);
  assertEquals(await bob.replies("MODE #y b"), ["368 bob #y :End of channel ban list"]);
  const again = await stranger(room);
  await again.say("CAP REQ :sasl", "NICK bob", "USER rude 0 * :rude words", "AUTHENTICATE PLAIN");
  assertMatch((await answered(again, `AUTHENTICATE ${plainOf("bob", "secret")}`))[0]!, /^900 /);
  await again.say("CAP END");
  ada.read();
  assertEquals((await ada.replies("WHOIS bob"))[0], "311 ada bob bob chat * :bob");
  await again.say("QUIT :rude");
  const anew = await stranger(room);
  await anew.say("CAP REQ :sasl", "NICK bob", "USER rude 0 * :rude words", "AUTHENTICATE PLAIN");
  assertMatch((await answered(anew, `AUTHENTICATE ${plainOf("bob", "secret")}`))[0]!, /^900 /);
  await anew.say("CAP END", "JOIN #x");
  assertEquals(ada.read(), [":bob!u@chat JOIN #x * :bob"]);
  assertEquals((await ada.replies("WHOIS bob"))[0], "311 ada bob u chat * :bob");
});
