import { assertEquals, assertMatch } from "@std/assert";
import { Secret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";
import { guest } from "./guest.ts";

function withOperators(): Harness {
  return new Harness({ operatorPassword: new Secret("sesame") });
}

Deno.test("IRC: OPER with the password of /op makes an operator, with another one it does not", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada");
  assertMatch((await ada.replies("OPER ada wrong"))[0]!, /^464 ada :/);
  assertMatch((await ada.replies("OPER ada"))[0]!, /^461 ada OPER :/);
  await room.clock.advance(60_000);
  assertEquals(await ada.replies("OPER anything sesame"), [
    "381 ada :You are now an operator",
    ":ada!u@chat MODE ada +o",
  ]);
  assertEquals(await ada.replies("MODE ada"), ["221 ada +io"]);
  assertEquals(await ada.replies("OPER ada sesame"), ["381 ada :You are now an operator"]);
});

Deno.test("IRC: OPER takes a password with a space, with a colon before it and without", async () => {
  for (const line of ["OPER root open sesame", "OPER root :open sesame"]) {
    await using room = new Harness({ operatorPassword: new Secret("open sesame") });
    const ada = await guest(room, "ada");
    assertEquals((await ada.replies(line))[0], "381 ada :You are now an operator");
  }
});

Deno.test("IRC: a server without operators says so", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  assertEquals(await ada.replies("OPER ada x"), ["464 ada :This server has no operators"]);
});

Deno.test("IRC: KILL removes somebody of any dialect, and is for operators", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada", { rooms: "#lobby" });
  const bob = await guest(room, "bob", { rooms: "#lobby" });
  const { conn } = await room.json("bot");
  for (const one of [ada, bob]) one.read();
  assertMatch((await bob.replies("KILL ada :no"))[0]!, /^481 bob :/);
  await ada.say("OPER x sesame");
  assertEquals(ada.read(), []);
  await ada.say("KILL bob :spam");
  assertEquals(bob.read().at(-1), "ERROR :You were removed from this server by an operator: spam");
  await ada.say("KILL bot");
  const bye = conn.events().at(-1);
  assertEquals([bye.type, bye.reason], ["bye", "kicked"]);
  assertMatch((await ada.replies("KILL nobody"))[0]!, /^401 ada nobody :/);
  assertEquals(room.server.state.members.size, 1);
  assertEquals(room.entries("removed").map(({ fields }) => fields.target), ["bob", "bot"]);
});

Deno.test("IRC: nobody removes themselves by KILL or KICK, nor bans their own name", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada", { rooms: "#den" });
  await ada.say("OPER x sesame");
  await room.clock.advance(1_000);
  ada.read();
  assertMatch((await ada.replies("KILL ada"))[0]!, /Cannot remove yourself: QUIT/);
  assertMatch((await ada.replies("KICK #den ada"))[0]!, /Cannot remove yourself: PART/);
  assertMatch((await ada.replies("MODE #den +b ADA!*@*"))[0]!, /^696 .*kept out yourself/);
  assertMatch((await ada.replies("BAN ada"))[0]!, /Cannot ban ada/);
  assertEquals(room.server.rooms.get("den")!.members.size, 1);
});

Deno.test("IRC: an operator kicks and sets topics in rooms that it is not in", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada");
  const bob = await guest(room, "bob", { rooms: "#den" });
  assertMatch((await ada.replies("KICK #den bob"))[0]!, /^442 ada #den :/);
  assertMatch((await ada.replies("TOPIC #den :tea"))[0]!, /^442 ada #den :/);
  await ada.say("OPER x sesame", "TOPIC #den :tea");
  assertEquals((await ada.replies("TOPIC #den"))[0], "332 ada #den :tea");
  await ada.say("KICK #den bob :enough");
  assertEquals(bob.read(), [":ada!u@chat TOPIC #den :tea", ":ada!u@chat KICK #den bob :enough"]);
});

Deno.test("IRC: an operator speaks where few may", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada", { rooms: "#den" });
  const bob = await guest(room, "bob", { rooms: "#den" });
  await ada.say("MODE #den +m");
  assertMatch((await bob.replies("PRIVMSG #den :hi")).at(-1)!, /^404 bob #den :/);
  ada.read();
  await bob.say("OPER x sesame", "PRIVMSG #den :hi");
  assertEquals(ada.read(), [":bob!u@chat PRIVMSG #den :hi"]);
});

Deno.test("IRC: WALLOPS reaches those with +w, and is for operators", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada");
  const bob = await guest(room, "bob");
  const eve = await guest(room, "eve");
  assertEquals(await bob.replies("MODE bob +w"), [":bob!u@chat MODE bob +w"]);
  assertMatch((await bob.replies("WALLOPS :hi"))[0]!, /^481 bob :/);
  await ada.say("OPER x sesame");
  assertEquals(await ada.say("WALLOPS :hi"), []);
  assertEquals(bob.read(), [":ada!u@chat WALLOPS :hi"]);
  assertEquals(eve.read(), []);
});

Deno.test("IRC: slash commands of operators are commands of IRC, and SEARCH is everyone's", async () => {
  await using room = withOperators();
  const ada = await guest(room, "ada", { rooms: "#lobby" });
  const bob = await guest(room, "bob", { rooms: "#lobby" });
  for (const line of ["MUTE ada", "UNMUTE ada", "BAN ada", "UNBAN ada", "BANS", "TOP"]) {
    assertMatch((await bob.replies(line))[0]!, /^481 bob :/);
  }
  assertMatch((await bob.replies("ANNOUNCE :hi"))[0]!, /^481 bob :/);
  await ada.say("OPER x sesame");
  await room.clock.advance(60_000);
  ada.read();
  assertEquals(await ada.replies("MUTE bob"), [
    "NOTICE ada :bob is muted until /unmute bob.",
  ]);
  await ada.say("ANNOUNCE :tea is ready");
  assertEquals(bob.read().at(-1), ":chat NOTICE bob :Announcement: tea is ready");
  assertMatch((await ada.replies("TOP")).join("\n"), /bob +10\.0\.0\.1:\d+ +irc/);
  await ada.say("PRIVMSG #lobby :lunch at noon");
  await room.clock.advance(60_000);
  bob.read();
  const found = await bob.say("SEARCH lunch noon");
  assertMatch(found.join("\n"), /:chat NOTICE .*lunch at noon/);
});
