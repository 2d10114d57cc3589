import { assert, assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { bare, type Guest, guest } from "./guest.ts";

const BASE = "batch message-tags server-time echo-message labeled-response";
const CAPS = `${BASE} draft/multiline`;

/** Somebody who sends messages of several lines, in #x. */
function sender(room: Harness): Promise<Guest> {
  return guest(room, "ada", { caps: CAPS, rooms: "#x" });
}

/** The lines of one message that came as a batch: `>` before one that continues the last. */
function message(lines: readonly string[]): string[] {
  const [, id] = / BATCH \+(\S+) draft\/multiline \S+$/.exec(lines[0] ?? "") ?? [];
  assert(id !== undefined, lines.join("\n"));
  assertMatch(lines.at(-1)!, new RegExp(` BATCH -${id}$`));
  return lines.slice(1, -1).map((line) => {
    assert(line.startsWith(`@batch=${id}`) && !line.includes("msgid="), line);
    const text = bare(line).replace(/^\S+ (?:PRIVMSG|NOTICE) \S+ :/, "");
    return line.includes(";draft/multiline-concat ") ? `>${text}` : text;
  });
}

Deno.test("A message of several lines is one for all dialects, and cut as its sender's client has cut it", async () => {
  await using room = new Harness();
  const ada = await sender(room);
  const bob = await guest(room, "bob", { caps: CAPS, rooms: "#x" });
  const eve = await guest(room, "eve", { caps: BASE, rooms: "#x" });
  const { conn: bot } = await room.json("bot", { room: "x", rooms: { x: {} } });
  for (const one of [ada, bob, eve]) one.read();
  bot.events();
  const echo = await ada.say(
    "@label=m BATCH +1 draft/multiline #x",
    "@batch=1 PRIVMSG #x :",
    "@batch=1 PRIVMSG #x :how \x02is ",
    "@batch=1;draft/multiline-concat PRIVMSG #x :everyone?",
    "BATCH -1",
  );
  assertEquals(message(echo), ["", "how is ", ">everyone?"]);
  assertMatch(echo[0]!, /^@label=m;time=\S+;msgid=\S+ :ada!u@chat BATCH /);
  const seen = bob.read();
  assertEquals(message(seen), ["", "how is ", ">everyone?"]);
  assertEquals(seen[0], echo[0]!.replace("label=m;", ""));
  const fallback = eve.read();
  assertEquals(fallback.map(bare), [
    ":ada!u@chat PRIVMSG #x :how is ",
    ":ada!u@chat PRIVMSG #x :everyone?",
  ]);
  assertEquals(fallback.map((line) => /;msgid=/.test(line)), [true, false]);
  const [said, ...others] = bot.events();
  assertEquals([said.text, "cuts" in said, others.length], ["\nhow is everyone?", false, 0]);
  await bot.request({ type: "history", room: "x" });
  assert(bot.events()[0].events.every((event: object) => !("cuts" in event)));
});

Deno.test("A long line of another dialect comes as a batch that gives it back", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: `${CAPS} draft/chathistory`, rooms: "#lobby" });
  const { conn: bob } = await room.json("bob", { room: "lobby" });
  ada.read();
  const text = `${"word ".repeat(200).trim()}\n\nthe end`;
  await bob.request({ type: "say", text });
  function joined(lines: readonly string[]): string {
    return lines.reduce((all, line) =>
      line.startsWith(">") ? all + line.slice(1) : `${all}\n${line}`
    );
  }
  const live = ada.read();
  assertEquals(joined(message(live)), text);
  const page = await ada.say("CHATHISTORY LATEST #lobby * 1");
  assertMatch(page[1]!, /^@batch=1;/);
  assertEquals(
    joined(message(page.slice(1, -1).map((line) => line.replace("@batch=1;", "@")))),
    text,
  );
  await bob.request({ type: "direct", to: "ada", text });
  assertEquals(joined(message(ada.read())), text);
});

Deno.test("A message of several lines may be a notice, and go to one person", async () => {
  await using room = new Harness();
  const ada = await sender(room);
  const bob = await guest(room, "bob", { caps: BASE });
  const lines = ["@batch=n NOTICE bob :one", "@batch=n NOTICE bob :two"];
  await ada.say("BATCH +n draft/multiline bob", ...lines, "BATCH -n");
  assertEquals(bob.read().map(bare), [
    ":ada!u@chat NOTICE bob :one",
    ":ada!u@chat NOTICE bob :two",
  ]);
});

Deno.test("BATCH answers with FAIL, once, what is no message of several lines; nothing of it is said", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await sender(room);
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.read();
  async function failed(lines: readonly string[], label = ""): Promise<string> {
    const start = "BATCH +1 draft/multiline #x";
    const answers = await ada.say(
      label === "" ? start : `@label=${label} ${start}`,
      ...lines,
      "BATCH -1",
    );
    assertEquals(answers.length, 1, answers.join("\n"));
    return answers[0]!.replace(/ :[^:]*$/, "").replace(":chat ", "");
  }
  const hi = "@batch=1 PRIVMSG #x :hi";
  const invalid = "FAIL BATCH MULTILINE_INVALID";
  assertEquals(await failed([hi, "@batch=1;draft/multiline-concat PRIVMSG #x :"]), invalid);
  assertEquals(await failed([hi, "@batch=2 PRIVMSG #x :hi"]), invalid);
  assertEquals(await failed([hi, "@batch=1 NOTICE #x :hi"]), invalid);
  assertEquals(await failed([hi, "@batch=1 TOPIC #x :hi"]), invalid);
  assertEquals(await failed([hi, "@batch=1 PRIVMSG #x :\x01ACTION waves\x01"]), invalid);
  assertEquals(await failed(["@batch=1 PRIVMSG #x :"]), invalid);
  assertEquals(await failed([]), invalid);
  assertEquals(await failed([hi, "@batch=2 PRIVMSG #x :hi"], "l"), `@label=l ${invalid}`);
  assertEquals(await failed([], "l"), `@label=l ${invalid}`);
  assertEquals(
    await failed([hi, "@batch=1 PRIVMSG #y :hi"]),
    "FAIL BATCH MULTILINE_INVALID_TARGET #x #y",
  );
  assertEquals(await failed(Array(41).fill(hi)), "FAIL BATCH MULTILINE_MAX_LINES 40");
  const long = `@batch=1 PRIVMSG #x :${"x".repeat(480)}`;
  assertEquals(await failed(Array(34).fill(long)), "FAIL BATCH MULTILINE_MAX_BYTES 16000");

  assertEquals(await failed(Array(9).fill(long)), "FAIL BATCH MULTILINE_MAX_BYTES 16000");

  async function refused(line: string): Promise<string | undefined> {
    return (await ada.replies(line))[0]?.replace(/ :[^:]*$/, "");
  }
  assertEquals(await refused("BATCH -7"), "FAIL BATCH INVALID_REFTAG 7");
  assertEquals(await refused("BATCH +a_b draft/multiline #x"), "FAIL BATCH INVALID_REFTAG a_b");
  assertEquals(await refused("BATCH +7 netsplit #x"), "FAIL BATCH UNKNOWN_TYPE 7 netsplit");
  assertEquals(await refused("@batch=7 PRIVMSG #x :hi"), invalid);
  assertEquals(bob.read(), []);
});

Deno.test("Who sends a message of several lines is not idle", async () => {
  await using room = new Harness();
  const ada = await sender(room);
  const bob = await guest(room, "bob");
  await room.clock.advance(5_000);
  assertMatch((await bob.replies("WHOIS ada")).at(-2)!, /^317 bob ada 5 /);
  await ada.say("BATCH +1 draft/multiline #x", "@batch=1 PRIVMSG #x :hi", "BATCH -1");
  assertMatch((await bob.replies("WHOIS ada")).at(-2)!, /^317 bob ada 0 /);
});

Deno.test("BATCH ends no batch that has not begun, whatever it is called", async () => {
  await using room = new Harness();
  const ada = await sender(room);
  const answers = await ada.replies("BATCH -undefined", "BATCH -null", "BATCH -", "PING x");
  assertEquals(answers.map((line) => line.replace(/ :.*/, "")), [
    "FAIL BATCH INVALID_REFTAG undefined",
    "FAIL BATCH INVALID_REFTAG null",
    "FAIL BATCH INVALID_REFTAG *",
    "PONG chat",
  ]);
});
