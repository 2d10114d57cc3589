import { assertEquals, assertMatch } from "@std/assert";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { bare, guest } from "../irc/guest.ts";
import { settle } from "../manual_clock.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

Deno.test("IRC: people at two servers talk in a room and to each other, and see who comes and goes", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(there, "bob");
  assertEquals(await ada.say("MONITOR + bob,eve"), [
    ":chat 730 ada :bob!u@chat",
    ":chat 731 ada :eve",
  ]);
  await bob.say("JOIN #den");
  assertEquals(ada.read(), [":bob!u@chat JOIN #den"]);
  bob.read();
  await ada.say("PRIVMSG #den :hi", "PRIVMSG bob :psst", "NICK Ada2", "TOPIC #den :tea");
  assertEquals(bob.read(), [
    ":ada!u@chat PRIVMSG #den :hi",
    ":ada!u@chat PRIVMSG bob :psst",
    ":ada!u@chat NICK Ada2",
    ":Ada2!u@chat TOPIC #den :tea",
  ]);
  ada.read();
  assertMatch((await bob.replies("WHOWAS ada"))[0]!, /^314 bob ada /);
  await bob.say("QUIT :bye");
  assertEquals(ada.read().toSorted(), [":bob!u@chat QUIT :Quit: bye", ":chat 731 Ada2 :bob"]);
});

Deno.test("IRC: what changes about a room is seen at the other server, whoever changes it", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(there, "bob", { rooms: "#den" });
  for (const modes of ["+im-t", "+v bob", "+b eve!*@*", "-b eve!*@*", "+s", "+o bob"]) {
    ada.read();
    const line = `:ada!u@chat MODE #den ${modes}`;
    assertEquals(await ada.say(`MODE #den ${modes}`), [line]);
    assertEquals(bob.read(), [line]);
  }
  const room = here.server.rooms.get("den")!;
  const by = here.server.state.members.get("ada")!;
  here.server.order.propose({ type: "key", room, by, isOperator: false, hash: null }, null);
  await settle();
  assertEquals(bob.read(), [":ada!u@chat MODE #den -k *"]);
  const nc = await there.json("nc", { rooms: { lobby: {} } });
  await bob.say("INVITE nc #den");
  await nc.conn.request({ type: "join", room: "den" });
  bob.read();
  ada.read();
  await nc.conn.request({ type: "command", line: "/topic tea", room: "den" });
  assertEquals(ada.read(), [":nc!u@chat TOPIC #den :tea"]);
});

Deno.test("IRC: a keeper who is a program gives its room away, and people elsewhere see who has it", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const nc = await here.json("nc", { rooms: { den: {} } });
  const bob = await guest(there, "bob", { rooms: "#den" });
  await nc.conn.request({ type: "command", line: "/keeper bob", room: "den" });
  assertEquals(bob.read().filter((line) => line.includes("MODE")), [
    ":nc!u@chat MODE #den -o+o nc bob",
  ]);
  await nc.conn.request({ type: "command", line: "/unlist", room: "den" });
  assertEquals((await bob.replies("MODE #den"))[0], "324 bob #den +nt");
});

Deno.test("IRC: an invitation reaches people at the other server, in the way of their dialect", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(there, "bob");
  const eve = await guest(there, "eve", { rooms: "#den", caps: "invite-notify" });
  const nc = await there.json("nc");
  ada.read();
  nc.conn.events();
  assertEquals(await ada.say("INVITE bob #den"), [":chat 341 ada bob #den"]);
  assertEquals(bob.read(), [":ada!u@chat INVITE bob #den"]);
  assertEquals(eve.read(), [":ada!u@chat INVITE bob #den"]);
  await ada.say("INVITE nc #den");
  assertEquals(nc.conn.events().map(({ text }) => text), ["ada invites you to #den."]);
});

Deno.test("IRC: what people at another server say of themselves is known, and told as it changes", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  // By then both know that the other knows what people may say of themselves.
  await advance([here, there], 2_000);
  const ada = await guest(here, "ada", {
    rooms: "#den",
    caps: "away-notify setname extended-join message-tags",
  });
  const bob = await guest(there, "bob");
  await bob.say("JOIN #den");
  assertEquals((await ada.replies()).map(bare), [":bob!u@chat JOIN #den * :The real bob"]);
  await bob.say("AWAY :tea", "SETNAME :Robert", "MODE bob +B", "PRIVMSG #den :hi");
  const told = ada.read();
  assertEquals(told.map(bare), [
    ":bob!u@chat AWAY :tea",
    ":bob!u@chat SETNAME :Robert",
    ":bob!u@chat PRIVMSG #den :hi",
  ]);
  assertMatch(told[2]!, /^@bot;|^@\S*;bot[; ]/);
  // Since when somebody elsewhere has said nothing nobody can tell, so there is no 317.
  assertEquals(await ada.replies("WHOIS bob"), [
    "311 ada bob bob chat * :Robert",
    "312 ada bob chat :chat rooms",
    "319 ada bob :#den",
    "301 ada bob :tea",
    "335 ada bob :is a bot",
    "318 ada bob :End of WHOIS list",
  ]);
  assertEquals((await ada.replies("WHO bob"))[0], "352 ada * bob chat chat bob GB :0 Robert");
  assertEquals(await ada.replies("PRIVMSG bob :psst"), ["301 ada bob :tea"]);
  await bob.say("AWAY");
  assertEquals(await ada.replies(), [":bob!u@chat AWAY"]);

  await there.json("robot", { bot: true, rooms: { den: {} } });
  ada.read();
  assertMatch((await ada.replies("WHO robot"))[0]!, / robot HB :0 robot$/);
  // Who reads the whole stream later knows it, too.
  await using late = await ClusterHarness.open(nats);
  const eve = await guest(late, "eve");
  assertMatch((await eve.replies("WHO robot"))[0]!, / robot HB :0 robot$/);
  assertMatch((await eve.replies("WHO bob"))[0]!, / bob HB :0 Robert$/);
});

Deno.test("IRC: when a server is dead each of its people is seen to leave, and is remembered", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  const there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den,#lobby" });
  await guest(there, "bob", { rooms: "#den,#lobby" });
  await guest(there, "eve", { rooms: "#lobby" });
  await guest(there, "mia");
  await ada.say("MONITOR + bob,eve,mia");
  ada.read();
  there.stream.isCutOff = true;
  await advance([here], 18_000);
  assertEquals(ada.read().toSorted(), [
    ":bob!u@chat QUIT :Connection lost",
    ":chat 731 ada :bob,eve,mia",
    ":eve!u@chat QUIT :Connection lost",
  ]);
  for (const name of ["bob", "eve", "mia"]) {
    assertMatch((await ada.replies(`WHOWAS ${name}`))[0]!, new RegExp(`^314 ada ${name} `));
  }
  await there[Symbol.asyncDispose]();
});

Deno.test("IRC: who is in again when its server lives hears everything, and is what it was", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  // By then both know that the other knows what people may say of themselves.
  await advance([here, there], 2_000);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(here, "bob", { rooms: "#den" });
  const eve = await guest(there, "eve", { rooms: "#den" });
  await bob.say("AWAY :tea", "MODE bob +B");
  await advance([here, there], 2_000);
  here.stream.isCutOff = true;
  await advance([here, there], 18_000);
  here.stream.isCutOff = false;
  await settle();
  await advance([here, there], 3_000);
  for (const one of [ada, bob, eve]) one.read();
  const who = (await ada.replies("WHO bob"))[0];
  assertEquals(who, "352 ada * bob chat chat bob GB :0 The real bob");
  assertMatch((await ada.replies("WHOIS bob")).join("\n"), /301 ada bob :tea[^]*335 ada bob /);
  await eve.say("PRIVMSG bob :psst", "PRIVMSG #den :hi");
  assertEquals(bob.read(), [":eve!u@chat PRIVMSG bob :psst", ":eve!u@chat PRIVMSG #den :hi"]);
  await ada.say("INVITE bob #other", "JOIN #other", "INVITE bob #other");
  assertEquals(bob.read(), [":ada!u@chat INVITE bob #other"]);
});

Deno.test("IRC: operators act on people at the other server", async () => {
  const nats = new MemoryNats();
  const operatorPassword = checkSecret("sesame", "a test");
  await using here = await ClusterHarness.open(nats, { operatorPassword });
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(there, "bob", { rooms: "#den" });
  await ada.say("OPER x sesame");
  ada.read();
  await ada.say("KICK #den bob :enough");
  assertEquals(bob.read(), [":ada!u@chat KICK #den bob :enough"]);
  await ada.say("KILL bob :spam");
  await settle();
  assertMatch(bob.read().at(-1)!, /^ERROR :/);
  assertEquals(here.server.state.members.get("bob"), undefined);
});

Deno.test("IRC: LUSERS tells who is at this server from all people", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada");
  await guest(there, "bob");
  await there.json("nc", { rooms: { den: {} } });
  const lines = await ada.replies("LUSERS");
  assertEquals(lines.filter((line) => /^(25[125]|26)/.test(line)), [
    "251 ada :There are 3 users and 0 invisible on 1 servers",
    "252 ada 0 :operators online at this server",
    "255 ada :I have 1 clients and 0 servers",
    "265 ada :Current local users 1",
    "266 ada 3 3 :Current global users 3, max 3",
  ]);
});
