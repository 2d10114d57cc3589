/** What people at `nc` choose for themselves: whom they ignore, and whether they see the time. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { guest } from "../irc/guest.ts";
import { Harness } from "../harness.ts";

Deno.test("/ignore hides what somebody says at nc: now, before, in the history and to one person", async () => {
  await using room = new Harness({ rate: 0 });
  const [ada, bob, eve] = [
    await room.plain("ada"),
    await room.plain("bob"),
    await room.plain("eve"),
  ];
  await ada.send("/ignore EVE\n");
  assertEquals(
    ada.received().at(-1),
    "* What EVE says is hidden from you now. /ignore EVE shows it again.",
  );
  await eve.send("one\ntwo\n/msg ada psst\n/me waves\n");
  await bob.send("three\n");
  await eve.send("four\n");
  await ada.send("mine\n");
  await bob.send("five\n");
  assertEquals(ada.received(), ["bob: three", "bob: five"]);
  await ada.send("/history 20\n/search one\n/search three\n");
  const past = ada.received();
  assert(!past.some((line) => line.includes("eve:")), past.join("\n"));
  assertEquals(past.filter((line) => line.startsWith("bob: ")), ["bob: three", "bob: five"]);
  await ada.send("/ignore\n");
  assertEquals(ada.received(), ["* You ignore EVE. /ignore NAME shows again what somebody says."]);
  // A name does not help, nor does another room.
  await eve.send("/msg ada psst\n/nick mallory\n/msg ada psst\nstill me\n/join ops\nhello ops\n");
  assertEquals(ada.received(), ["* eve is now mallory"]);
  await bob.send("/join ops\nbob is here\n");
  await ada.send("/join ops\n");
  const ops = ada.received();
  assert(ops.includes("bob: bob is here"), ops.join("\n"));
  assert(!ops.some((line) => /mallory: /.test(line)), ops.join("\n"));
  await eve.send("after\n");
  await bob.send("end\n");
  assertEquals(ada.received(), ["bob: end"]);
  await ada.send("/ignore mallory\n");
  await eve.send("again\n");
  assertEquals(ada.received(), ["* What mallory says is shown again.", "mallory: again"]);
  // The one who is ignored sees nothing of it.
  assert(!eve.received().some((line) => line.includes("ignore")));
});

Deno.test("/ignore says so if nobody here is called so, and ignores all the same", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await room.plain("ada");
  await ada.send("/ignore eev\n");
  assertEquals(ada.received(), [
    "* Nobody here is called eev; ignored all the same. /ignore eev ends that.",
  ]);
  const eve = await room.plain("eev");
  await eve.send("hello\n");
  assertEquals(ada.received(), ["* eev joined"]);
  // Who is in another room is here, too: messages to one person come from there.
  await eve.send("/nick eve\n/join ops\n");
  ada.received();
  await ada.send("/ignore eev\n/ignore EVE\n");
  assertEquals(ada.received(), [
    "* What eev says is shown again.",
    "* What EVE says is hidden from you now. /ignore EVE shows it again.",
  ]);
});

Deno.test("/ignore hides the reasons that somebody gives, and not that it left", async () => {
  await using room = new Harness({ rate: 0, history: 0 });
  const ada = await room.plain("ada");
  const eve = await guest(room, "eve", { rooms: "#lobby" });
  const bob = await guest(room, "bob", { rooms: "#lobby" });
  await ada.send("/ignore eve\n");
  ada.received();
  await eve.say("PART #lobby :rude", "JOIN #lobby", "QUIT :rude");
  await bob.say("QUIT :dinner");
  const seen = [
    "* eve left the room",
    "* eve joined",
    "* eve left (quit)",
    "* bob left (quit: dinner)",
  ];
  assertEquals(ada.received(), seen);
  await ada.send("/history 10\n");
  const past = ada.received();
  assertEquals(past.filter((line) => line.includes("rude")), []);
});

Deno.test("/ignore knows who can be ignored, and a program is told to do it itself", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await room.plain("ada");
  await ada.send("/ignore\n/ignore ADA\n/ignore two words\n");
  assertEquals(ada.received(), [
    "* You ignore nobody. /ignore NAME hides what somebody says.",
    "* You cannot ignore yourself.",
    '* Cannot ignore "two words": nobody can be called so.',
  ]);
  // What the answer says to type does what it says.
  await ada.send("/ignore \u202e\n/ignore o'brien\n/ignore o'brien\n");
  assertEquals(ada.received(), [
    '* Cannot ignore "\\u202e": nobody can be called so.',
    "* Nobody here is called o'brien; ignored all the same. /ignore o'brien ends that.",
    "* What o'brien says is shown again.",
  ]);
  for (let i = 0; i < 101; i++) await ada.send(`/ignore p${i}\n`);
  assertMatch(ada.received().at(-1) ?? "", /100 people, which is the limit/);
  const { conn } = await room.json("bot");
  await conn.request({ type: "command", line: "/ignore ada" });
  const [answer] = conn.events();
  assertEquals([answer.type, answer.code], ["error", "bad_request"]);
});

Deno.test("who is ignored and changes names takes no place of others, and keeps nobody's own name", async () => {
  await using room = new Harness({ rate: 0, renamesPerMinute: 1_000 });
  const [ada, bob] = [await room.plain("ada"), await room.plain("bob")];
  await ada.send("/ignore bob\n");
  for (let i = 0; i < 120; i++) await bob.send(`/nick bob${i}\n`);
  ada.received();
  await ada.send("/ignore eve\n");
  assertEquals(ada.received(), [
    "* Nobody here is called eve; ignored all the same. /ignore eve ends that.",
  ]);
  await ada.send("/nick ann\n");
  await bob.send("/nick ada\n/nick bob\n");
  await ada.send("/nick ada\n");
  ada.received();
  await ada.send("/ignore ada\n/ignore\n");
  assertEquals(ada.received(), [
    "* You cannot ignore yourself.",
    "* You ignore bob, eve. /ignore NAME shows again what somebody says.",
  ]);
});

Deno.test("/ignore shows a name as it is typed, and takes none that nobody can have", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await room.plain("ada");
  await room.plain("o'neil");
  ada.received();
  await ada.send(
    "/ignore o'neil\n/ignore O'Neil\n/ignore \"o'neil\"\n/ignore \u200Bbob\n/ignore \u200D\n",
  );
  assertEquals(ada.received(), [
    "* What o'neil says is hidden from you now. /ignore o'neil shows it again.",
    "* What O'Neil says is shown again.",
    '* Cannot ignore "\\"o\'neil\\"": nobody can be called so.',
    '* Cannot ignore "\\u200bbob": nobody can be called so.',
    '* Cannot ignore "\\u200d": nobody can be called so.',
  ]);
});

Deno.test("/time on shows the time before each line at nc, and /time off does not", async () => {
  await using room = new Harness({ rate: 0 });
  const [ada, bob] = [await room.plain("ada"), await room.plain("bob")];
  await bob.send("before\n");
  await ada.send("/time on\n");
  await bob.send("one\n\\o/\n/msg ada psst\n/nick ben\n/join ops\nin ops\n");
  const lines = ada.received();
  assertEquals(lines[0], "* bob joined");
  assertEquals(lines[1], "bob: before");
  assertEquals(lines[2], "* The time stands before each line now. /time off ends that.");
  const rest = lines.slice(3);
  for (const line of rest) assertMatch(line, /^\d\d:\d\d (bob: |\[from b|\* b)/);
  assertEquals(rest.length, 4, rest.join("\n"));
  await ada.send("/history 2\n/join ops\n");
  const past = ada.received();
  assert(past.some((line) => /^\d\d:\d\d bob: one$/.test(line)), past.join("\n"));
  assert(past.some((line) => /^\d\d:\d\d ben: in ops$/.test(line)), past.join("\n"));
  await ada.send("/time off\n/time soon\n/time\n");
  await bob.send("late\n");
  assertEquals(ada.received(), [
    "* The time is left out.",
    '* Cannot set the time to "soon": use on or off.',
    "* Usage: /time on|off",
    "ben: late",
  ]);
  const { conn } = await room.json("bot");
  await conn.request({ type: "command", line: "/time on" });
  assertEquals(conn.events()[0].code, "bad_request");
});

Deno.test("who is ignored is found under a new name in any room that one is in, while it bears that", async () => {
  await using room = new Harness({ rate: 0, renamesPerMinute: 1_000 });
  const [ada, bob] = [await room.plain("ada"), await room.plain("bob")];
  await ada.send("/ignore bob\n/join ops\n");
  ada.received();
  // ada reads #ops, and is in the lobby.
  await bob.send("/nick carl\n/msg ada psst\nhello ada\n");
  assertEquals(ada.received(), []);
  await ada.send("/join lobby\n");
  ada.received();
  await bob.send("bad\n/nick eve\n/nick zoe\n/nick eve\nworse\n");
  assertEquals(ada.received(), ["* carl is now eve", "* eve is now zoe", "* zoe is now eve"]);
  await bob.send("/quit\n");
  await room.clock.advance(1);
  const [carl, eve] = [await room.plain("carl"), await room.plain("eve")];
  await carl.send("good\n/msg ada hi\n");
  await eve.send("better\n");
  assertEquals(ada.received(), [
    "* eve left (quit)",
    "* carl joined",
    "* eve joined",
    "carl: good",
    "[from carl] hi",
    "eve: better",
  ]);
  // What was said under these names before stays hidden.
  await ada.send("/history 20\n/search bad\n/search worse\n/search good\n");
  const past = ada.received();
  assertEquals(past.filter((line) => /^[a-z]+: /.test(line)), ["carl: good", "eve: better"]);
  assertEquals(past.filter((line) => /bad|worse/.test(line) && !line.startsWith("*")), []);
});

Deno.test("who takes a name that it ignores is not hidden from itself", async () => {
  await using room = new Harness({ rate: 0 });
  const [ada, bob] = [await room.plain("ada"), await room.plain("bob")];
  await ada.send("/ignore eve\n/nick eve\nmine\n");
  ada.received();
  await ada.send("/history 5\n");
  assertEquals(ada.received().filter((line) => line.endsWith("mine")), ["eve: mine"]);
  await ada.send("/nick ada\n/ignore\n");
  assertEquals(
    ada.received().at(-1),
    "* You ignore eve. /ignore NAME shows again what somebody says.",
  );
  await bob.send("/nick eve\nbad\n");
  assertEquals(ada.received(), ["* bob is now eve"]);
});
