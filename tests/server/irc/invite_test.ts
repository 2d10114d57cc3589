import { assertEquals, assertMatch } from "@std/assert";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";
import { guest } from "./guest.ts";

Deno.test("IRC: INVITE asks somebody in, in the way of its dialect, and tells those who want it", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#den" });
  const eve = await guest(room, "eve", { rooms: "#den", caps: "invite-notify" });
  const mia = await guest(room, "mia", { rooms: "#den" });
  const bob = await guest(room, "bob");
  const nc = await room.plain("nc");
  for (const one of [ada, eve, mia]) one.read();
  assertEquals(await ada.replies("INVITE BOB #den"), ["341 ada bob #den"]);
  assertEquals(bob.read(), [":ada!u@chat INVITE bob #den"]);
  assertEquals(eve.read(), [":ada!u@chat INVITE bob #den"]);
  assertEquals(mia.read(), []);
  await bob.say("AWAY :lunch");
  assertEquals(await ada.replies("INVITE bob #den"), ["341 ada bob #den", "301 ada bob :lunch"]);
  bob.read();
  assertEquals(await ada.replies("INVITE nc #den"), ["341 ada nc #den"]);
  assertMatch(nc.received()[0]!, /ada invites you to #den/);
  assertEquals(await bob.replies("INVITE"), ["336 bob #den", "337 bob :End of INVITE list"]);
  await bob.say("JOIN #den");
  assertEquals(await bob.replies("INVITE"), ["337 bob :End of INVITE list"]);
});

Deno.test("who is ignored invites nobody who does: nc is told nothing, and a program learns whose it is", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { rooms: "#den" });
  const nc = await room.plain("nc");
  await nc.send("/ignore ADA\n");
  nc.received();
  const { conn: bot } = await room.json("bot");
  assertEquals(await ada.replies("INVITE nc #den"), ["341 ada nc #den"], "it does not learn that");
  await ada.say("INVITE bot #den", "NICK eva", "INVITE nc #den");
  assertEquals(nc.received().filter((line) => line.includes("invites")).length, 1, "elsewhere");
  const [notice] = bot.events().filter(({ type }) => type === "notice");
  assertEquals([notice.from, notice.text], ["ada", "ada invites you to #den."]);
});

Deno.test("IRC: who cannot be invited, and who cannot invite, is told why", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#den" });
  const bob = await guest(room, "bob");
  assertMatch((await ada.replies("INVITE nobody #den"))[0]!, /^401 ada nobody :/);
  assertMatch((await ada.replies("INVITE bob #nope"))[0]!, /^403 ada #nope :/);
  assertMatch((await ada.replies("INVITE ada #den"))[0]!, /^443 ada ada #den :/);
  assertMatch((await ada.replies("INVITE bob"))[0]!, /^461 ada INVITE :/);
  assertMatch((await bob.replies("INVITE ada #den"))[0]!, /^442 bob #den :/);
  await ada.say("MODE #den +i");
  const eve = await guest(room, "eve", { rooms: "#other" });
  await ada.say("INVITE eve #den");
  await eve.say("JOIN #den");
  assertMatch((await eve.replies("INVITE bob #den"))[0]!, /^482 eve #den :/);
});

Deno.test("IRC: somebody who is muted invites nobody", async () => {
  await using room = new Harness({
    rate: 0,
    operatorPassword: checkSecret("open sesame", "a test"),
  });
  const oper = await guest(room, "oper");
  const ada = await guest(room, "ada", { rooms: "#den" });
  const bob = await guest(room, "bob");
  await oper.say("OPER oper :open sesame", "MUTE ada");
  ada.read();
  assertMatch((await ada.replies("INVITE bob #den")).join(), /muted/);
  assertEquals(bob.read(), []);
});
