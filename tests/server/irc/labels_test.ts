import { assert, assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";
import { bare, guest } from "./guest.ts";

const CAPS = "batch labeled-response echo-message message-tags";

/** The lines within one batch with this label. */
function inBatch(lines: readonly string[], label: string): string[] {
  const [, id] = new RegExp(`^@label=${label} :chat BATCH \\+(\\S+) `).exec(lines[0] ?? "") ?? [];
  assert(id !== undefined, lines.join("\n"));
  assertEquals(lines.at(-1), `:chat BATCH -${id}`);
  return lines.slice(1, -1).map((line) => {
    assert(line.startsWith(`@batch=${id}`), line);
    return bare(line);
  });
}

Deno.test("A labelled command is answered by one line with the label, a batch of several, or ACK", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS });
  assertEquals(await ada.say("@label=a1 PING x"), ["@label=a1 :chat PONG chat :x"]);
  assertEquals(await ada.say("@label=a2 PONG x"), ["@label=a2 :chat ACK"]);
  assertEquals(await ada.say("@label=a3 NOSUCH"), [
    "@label=a3 :chat 421 ada NOSUCH :Unknown command",
  ]);
  assertEquals(inBatch(await ada.say("@label=a4 JOIN #x"), "a4"), [
    ":ada!u@chat JOIN #x",
    "353 ada = #x :@ada",
    "366 ada #x :End of NAMES list",
  ]);
});

Deno.test("Long lists with a label come whole in its batch", async () => {
  await using room = new Harness({ rate: 0, joinsPerSecond: 0, maxClients: 1_000 });
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#lobby" });
  await Promise.all(Array.from({ length: 300 }, (_, i) => room.plain(`p${i}`)));
  ada.read();
  const who = inBatch(await ada.say("@label=w WHO #lobby"), "w");
  assertEquals(who.length, 302);
  assertEquals(who.at(-1), "315 ada #lobby :End of WHO list");
  const names = inBatch(await ada.say("@label=n NAMES #lobby"), "n");
  assertEquals(names.flatMap((line) => line.match(/\bp\d+/g) ?? []).length, 300);
  assertEquals(inBatch(await ada.say("@label=l LIST"), "l").length, 3);
  assertMatch((await ada.say("@label=a AWAY :lunch"))[0]!, /^@label=a :chat 306 ada :/);
});

Deno.test("What others do meanwhile is no answer", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: `${CAPS} setname` });
  await ada.say("MONITOR + bob");
  const bob = guest(room, "bob");
  const lines = await ada.say("@label=x SETNAME :Ada");
  await bob;
  lines.push(...ada.read());
  const news = lines.filter((line) => line.includes(" 730 "));
  assertEquals(news, [":chat 730 ada :bob!u@chat"]);
  assert(lines.includes("@label=x :ada!u@chat SETNAME :Ada"), lines.join("\n"));
});

Deno.test("What somebody does itself comes back once, with its label; others see none", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#x,#y" });
  const bob = await guest(room, "bob", { caps: CAPS, rooms: "#x,#y" });
  ada.read();
  const lines = [
    ["PRIVMSG #x :hi", ":ada!u@chat PRIVMSG #x :hi"],
    ["NOTICE #x :hi", ":ada!u@chat NOTICE #x :hi"],
    ["TOPIC #x :news", ":ada!u@chat TOPIC #x :news"],
    ["MODE #x +i", ":ada!u@chat MODE #x +i"],
    ["NICK lovelace", ":ada!u@chat NICK lovelace"],
    ["KICK #y bob :out", ":lovelace!u@chat KICK #y bob :out"],
    ["PART #x :bye", ":lovelace!u@chat PART #x :bye"],
  ] as const;
  for (const [command, echo] of lines) {
    const own = await ada.say(`@label=l ${command}`);
    assertEquals(own.map(bare), [echo]);
    assertMatch(own[0]!, /^@label=l[; ]/);
    const [seen, ...others] = bob.read();
    assertEquals([bare(seen!), others], [echo, []]);
    assert(!seen!.includes("label="), seen);
  }
  assertEquals((await ada.say("PRIVMSG #y :still there")).map(bare), [
    ":lovelace!u@chat PRIVMSG #y :still there",
  ]);
});

Deno.test("Without echo-message a labelled message is acknowledged with ACK", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: "batch labeled-response", rooms: "#x" });
  await guest(room, "bob");
  assertEquals(await ada.say("@label=1 PRIVMSG #x :hi"), ["@label=1 :chat ACK"]);
  assertEquals(await ada.say("@label=2 PRIVMSG bob :hi"), ["@label=2 :chat ACK"]);
  assertEquals(await ada.say("@label=3 PRIVMSG nobody :hi"), [
    "@label=3 :chat 401 ada nobody :No such nick or channel",
  ]);
});

Deno.test("A message to several people is echoed in a batch; one to oneself comes with and without label", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS });
  const bob = await guest(room, "bob", { caps: CAPS });
  await guest(room, "eve");
  assertEquals(inBatch(await ada.say("@label=b PRIVMSG bob,eve :hi"), "b"), [
    ":ada!u@chat PRIVMSG bob :hi",
    ":ada!u@chat PRIVMSG eve :hi",
  ]);
  assertEquals(bob.read(), [":ada!u@chat PRIVMSG bob :hi"]);
  const own = await ada.say("@label=s PRIVMSG ada :note");
  assertEquals(own.map(bare), Array(2).fill(":ada!u@chat PRIVMSG ada :note"));
  assertEquals(own.filter((line) => line.startsWith("@label=s")).length, 1);
});

Deno.test("What others do meanwhile is no answer", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: `${CAPS} draft/chathistory`, rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  await bob.say("PRIVMSG #x :one");
  ada.read();
  const hold = Promise.withResolvers<void>();
  const { lookups } = room.server;
  const run = lookups.run.bind(lookups);
  lookups.run = async (asker, begin) => {
    await hold.promise;
    return await run(asker, begin);
  };
  await ada.conn.send("@label=h CHATHISTORY LATEST #x * 10\r\n@label=p PING x\r\n");
  await bob.say("PRIVMSG ada :psst", "PRIVMSG #x :two", "INVITE ada #x");
  const meanwhile = ada.read();
  assertEquals(meanwhile.map(bare), [
    ":bob!u@chat PRIVMSG ada :psst",
    ":bob!u@chat PRIVMSG #x :two",
  ]);
  assert(meanwhile.every((line) => !line.includes("label=")));
  hold.resolve();
  await settle();
  const lines = ada.read();
  assertEquals(inBatch(lines.slice(0, -1), "h").at(0), ":bob!u@chat PRIVMSG #x :one");
  assertEquals(lines.at(-1), "@label=p :chat PONG chat :x");
});

Deno.test("A label counts only for those who have asked for labels, and has at most 64 characters", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  assertEquals(await ada.say("@label=a PING x", "@label=b PONG x"), [":chat PONG chat :x"]);
  const bob = await guest(room, "bob", { caps: CAPS });
  const [line] = await bob.say(`@label=${"x".repeat(100)} PING x`);
  assertEquals(line, `@label=${"x".repeat(64)} :chat PONG chat :x`);
});

Deno.test("A client that reads no answers has one of them made, and reads on where it left off", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#x" });
  const [client] = [...room.server.clients()];
  const linesBefore = client!.linesIn;
  ada.conn.stall();
  const lines = Array.from({ length: 5 }, (_, i) => `@label=${i} NAMES #x`);
  await ada.conn.send(lines.map((line) => `${line}\r\n`).join(""));
  assertEquals(client!.linesIn - linesBefore, 2, "the second one waits");
  await ada.conn.unstall();
  await settle();
  const starts = ada.read().filter((line) => line.startsWith("@label="));
  assertEquals(starts.map((line) => line[7]), ["0", "1", "2", "3", "4"]);
});
