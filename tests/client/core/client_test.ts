import { assert, assertEquals, assertMatch } from "@std/assert";
import type { History } from "../../../src/protocol/messages.ts";
import { until, within } from "../../helpers/wait.ts";
import { Watched } from "./client_harness.ts";
import { AT, FakeServer, message } from "./fake_server.ts";

Deno.test("ChatClient says hello, ignores the greeting and tells the welcome", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { history: 7 });
  const peer = await server.peer();
  const hello = await peer.admit({ seq: 3, members: ["ada", "bob"], count: 2 });
  assertEquals(hello, {
    type: "hello",
    protocol: 1,
    name: "ada",
    room: "lobby",
    directs: 0,
    rooms: { lobby: { history: 7 } },
    history: 7,
  });
  assertEquals((await watched.next("connected")).again, false);
  const { room, joined, again, newLog } = await watched.next("entered");
  assertEquals([room, joined.names], ["lobby", ["ada", "bob"]]);
  assertEquals([again, newLog], [false, false]);
  assertEquals((await watched.leave()).reason, "quit");
});

Deno.test("ChatClient acknowledges a message by its echo, not by another's copy of the id", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  watched.client.say("hi");
  const peer = await server.peer();
  await peer.admit();
  const say = await peer.next("say");
  await peer.send(message(1, "eve", "hi", say.id));
  await watched.next("told");
  assertEquals(watched.client.unacknowledged.length, 1);
  await peer.send(message(2, "ada", "hi", say.id));
  assertEquals((await watched.next("delivered")).message.text, "hi");
  assertEquals(watched.client.unacknowledged, []);
  assertEquals(watched.seqs, [1, 2]);
  await watched.leave();
});

Deno.test("ChatClient sends what was not acknowledged again, with the same ids in order", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  await watched.next("connected");
  for (const text of ["one", "two", "three"]) watched.client.say(text);
  const one = await first.next("say");
  const two = await first.next("say");
  const three = await first.next("say");
  await first.send(message(1, "ada", "one", one.id));
  await watched.next("delivered");
  first.close();
  const lost = await watched.next("lost");
  assertEquals(lost.retryMs, 375);
  watched.client.say("four");
  watched.timers.advance(375);
  const second = await server.peer();
  const hello = await second.admit({ seq: 1 });
  assertEquals([hello.session, hello.after], ["secret", 1]);
  assertEquals(await second.next("say"), two);
  assertEquals(await second.next("say"), three);
  assertEquals((await second.next("say")).text, "four");
  await watched.leave();
});

Deno.test("ChatClient says that the server takes its time, after 1.5 s without any answer", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { password: "open sesame" });
  const peer = await server.peer();
  const hello = await peer.next("hello");
  assertEquals(hello.password, "open sesame");
  await peer.send({ type: "pong" });
  watched.timers.advance(1_499);
  assertEquals(watched.told.length, 1);
  watched.timers.advance(1);
  assertEquals((await watched.next("unanswered")).withPassword, true);
  watched.timers.advance(5_000);
  assertEquals(watched.told.length, 2);
  await peer.send({ type: "error", code: "password", text: "No." });
  assertEquals((await within(watched.ending, "the end")).reason, "refused");
});

Deno.test("ChatClient says nothing of the kind of a server that answers in time", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.timers.advance(2_000);
  await watched.leave();
  assertEquals(watched.told.map(({ type }) => type).includes("unanswered"), false);
});

Deno.test("ChatClient pings after 5 s of silence and gives the server up 5 s later", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.timers.advance(5_000);
  assertEquals(await peer.line(), '{"type":"ping"}');
  watched.timers.advance(4_999);
  await peer.send({ type: "notice", text: "still here" });
  await watched.next("told");
  watched.timers.advance(9_999);
  assertEquals(await peer.line(), '{"type":"ping"}');
  assertEquals(watched.client.connected, true);
  watched.timers.advance(1);
  assertEquals((await watched.next("lost")).reason, "silent");
  await watched.leave();
});

Deno.test("ChatClient fills a gap from history before it tells newer events", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await peer.send(message(1, "bob", "a"), { type: "lagged", room: "lobby", from: 2, to: 4 });
  await peer.send(message(5, "bob", "e"));
  const asked = await peer.next("history");
  assertEquals(asked, { type: "history", room: "lobby", before: 5, limit: 3 });
  await peer.send(message(6, "bob", "f"));
  const events = [2, 3, 4].map((seq) => message(seq, "bob", "x"));
  await peer.send({ type: "history", room: "lobby", events, more: true });
  await peer.send(message(7, "bob", "g"));
  while (watched.seqs.length < 7) await watched.next("told");
  assertEquals(watched.seqs, [1, 2, 3, 4, 5, 6, 7]);
  await watched.leave();
});

Deno.test("ChatClient asks for what a welcome shows to be missing and never came", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  await first.send(message(1, "bob", "a"));
  await watched.next("told");
  first.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const second = await server.peer();
  await second.admit({ seq: 3 });
  const asked = await second.next("history");
  assertEquals([asked.before, asked.limit], [4, 2]);
  const page: History = {
    type: "history",
    room: "lobby",
    events: [message(2, "bob", "b"), message(3, "bob", "c")],
    more: true,
  };
  await second.send(page);
  while (watched.seqs.length < 3) await watched.next("told");
  assertEquals(watched.seqs, [1, 2, 3]);
  await watched.leave();
});

Deno.test("ChatClient takes a private answer to a message sent again as no gap", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  await first.send(message(1, "bob", "a"));
  await watched.next("told");
  watched.client.say("mine");
  const { id } = await first.next("say");
  first.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const second = await server.peer();
  await second.admit({ seq: 4 });
  await second.next("say");
  await second.send(message(3, "ada", "mine", id));
  await watched.next("delivered");
  await second.send(message(2, "bob", "b"), message(3, "ada", "mine", id), message(4, "bob", "d"));
  while (watched.seqs.length < 4) await watched.next("told");
  assertEquals(watched.seqs, [1, 2, 3, 4]);
  await watched.leave();
});

Deno.test("ChatClient says that the log is another one, and reads a short one from its beginning", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit({ seq: 9 });
  await first.send(message(10, "bob", "old"));
  await watched.next("told");
  first.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const second = await server.peer();
  await second.admit({ seq: 2, log: "M" });
  assertEquals((await watched.next("entered")).newLog, true);
  await second.send(message(1, "bob", "x"), message(2, "bob", "y"), message(3, "bob", "z"));
  while (watched.seqs.length < 4) await watched.next("told");
  assertEquals(watched.seqs, [10, 1, 2, 3]);
  await watched.leave();
});

Deno.test("ChatClient says where it is in the log, and reads again what has another past there", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit({ seq: 9 });
  const last = message(10, "bob", "old");
  await first.send(last);
  await watched.next("told");
  first.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const second = await server.peer();
  const { log, after, at } = await second.admit({ seq: 12, forget: 7 });
  assertEquals({ log, after, at }, { log: "L", after: 10, at: last.at });
  assertEquals((await watched.next("entered")).newLog, true);
  const events = [8, 9, 10, 11, 12].map((seq) => message(seq, "bob", "new"));
  await second.send(...events);
  while (watched.seqs.length < 6) await watched.next("told");
  assertEquals(watched.seqs, [10, 8, 9, 10, 11, 12]);
  await watched.leave();
});

Deno.test("ChatClient reads as many messages as it wants of a long log that is another one", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { history: 2 });
  const first = await server.peer();
  await first.admit({ seq: 9 });
  await first.send(message(10, "bob", "old"));
  await watched.next("told");
  first.close();
  await watched.next("lost");
  watched.timers.advance(5_000);
  const second = await server.peer();
  await second.admit({ seq: 5_000, log: "M" });
  await second.next("ping");
  await second.send({ type: "pong" });
  const { before, messages } = await second.next("history");
  assertEquals([before, messages], [5_001, 2]);
  const events = [message(4_998, "bob", "x"), message(4_999, "bob", "y")];
  const at = "2026-11-21T14:02:00.000Z";
  const join = { type: "join", room: "lobby", seq: 5_000, at, name: "eve" } as const;
  await second.send({ type: "history", room: "lobby", events: [...events, join], more: true });
  while (watched.seqs.length < 4) await watched.next("told");
  assertEquals(watched.seqs, [10, 4_998, 4_999, 5_000]);
  await watched.leave();
});

Deno.test("ChatClient keeps a message that is unavailable and sends it again later", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.client.say("keep me");
  const say = await peer.next("say");
  await peer.send({ type: "error", code: "unavailable", text: "Disk full.", ...{ id: say.id! } });
  const { retryMs } = await watched.next("postponed");
  assertEquals(watched.client.unacknowledged.length, 1);
  watched.timers.advance(retryMs);
  assertEquals(await peer.next("say"), say);
  await watched.leave();
});

Deno.test("ChatClient never sends a direct message twice, and says when it may be lost", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  await watched.next("connected");
  watched.client.direct("bob", "psst");
  await first.next("direct");
  first.close();
  assertEquals((await watched.next("uncertain")).message.text, "psst");
  await watched.next("lost");
  watched.client.direct("bob", "unsent");
  watched.timers.advance(5_000);
  const second = await server.peer();
  await second.admit();
  assertEquals((await second.next("direct")).text, "unsent");
  await watched.leave();
});

for (const reason of ["kicked", "banned", "replaced"] as const) {
  Deno.test(`ChatClient does not come back after bye with reason ${reason}`, async () => {
    using server = new FakeServer();
    const watched = new Watched(server.port);
    const peer = await server.peer();
    await peer.admit();
    await peer.send({ type: "bye", reason, text: "Go away." });
    const ending = await within(watched.ending, "the end");
    assertEquals([ending.reason, ending.bye, ending.text], ["removed", reason, "Go away."]);
  });
}

Deno.test("ChatClient that gave up a hello and is replaced by it comes back, once", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  await watched.next("connected");
  first.close();
  for (const _ of [1, 2]) {
    watched.timers.advance((await watched.next("lost")).retryMs);
    const silent = await server.peer();
    await silent.next("hello");
    silent.close();
  }
  const bye = { type: "bye", reason: "replaced", text: "Another connection came." } as const;
  for (const isStray of [true, false]) {
    watched.timers.advance((await watched.next("lost")).retryMs);
    const peer = await server.peer();
    assertEquals((await peer.admit()).session, "secret");
    await watched.next("connected");
    await peer.send(bye);
    if (isStray) continue;
    assertEquals((await within(watched.ending, "the end")).bye, "replaced");
  }
});

Deno.test("ChatClient ends when the server is full at its first hello", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.next("hello");
  await peer.send({ type: "error", code: "full", text: "Full." });
  await peer.send({ type: "bye", reason: "full", text: "Full." });
  const ending = await within(watched.ending, "the end");
  assertEquals([ending.reason, ending.code, ending.text], ["refused", "full", "Full."]);
});

for (const answer of ["error and bye", "bye alone", "bye in the room"] as const) {
  Deno.test(`ChatClient that was in the room tries again when it is full (${answer})`, async () => {
    using server = new FakeServer();
    const watched = new Watched(server.port);
    const first = await server.peer();
    await first.admit();
    await watched.next("connected");
    watched.client.say("not lost");
    const say = await first.next("say");
    const bye = { type: "bye", reason: "full", text: "Full." } as const;
    if (answer === "bye in the room") await first.send(bye);
    else {
      first.close();
      watched.timers.advance((await watched.next("lost")).retryMs);
      const second = await server.peer();
      assertEquals((await second.next("hello")).session, "secret");
      if (answer !== "bye alone") await second.send({ type: "error", code: "full", text: "Full." });
      await second.send(bye);
    }
    const lost = await watched.next("lost");
    assertEquals(lost.reason, "full");
    watched.timers.advance(lost.retryMs);
    const third = await server.peer();
    assertEquals((await third.admit()).session, "secret");
    assertEquals(await third.next("say"), say);
    await watched.leave();
  });
}

Deno.test("ChatClient of a page that was reloaded tries again when the server is full", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { session: "secret", patient: true });
  const first = await server.peer();
  await first.next("hello");
  await first.send({ type: "error", code: "full", text: "Full." });
  const lost = await watched.next("lost");
  assertEquals(lost.reason, "full");
  watched.timers.advance(lost.retryMs);
  await (await server.peer()).admit();
  await watched.next("connected");
  await watched.leave();
});

Deno.test("ChatClient that finds the server full for too long says so when it gives up", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { giveUpAfterMs: 300 });
  await (await server.peer()).admit();
  await watched.next("connected");
  watched.client.say("kept");
  server.drop();
  for (let i = 0; i < 2; i++) {
    watched.timers.advance((await watched.next("lost")).retryMs);
    const peer = await server.peer();
    await peer.next("hello");
    await peer.send({ type: "error", code: "full", text: "Full." });
    if (watched.timers.now() >= 300) break;
  }
  const ending = await within(watched.ending, "the end");
  assertEquals([ending.reason, ending.code], ["gave_up", "full"]);
  assertEquals(ending.undelivered.map(({ text }) => text), ["kept"]);
});

Deno.test("ChatClient that is removed hands back direct messages, too", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.client.say("to all");
  watched.client.direct("bob", "to bob");
  await peer.next("say");
  await peer.next("direct");
  await peer.send({ type: "bye", reason: "kicked", text: "Out." });
  const ending = await within(watched.ending, "the end");
  assertEquals(ending.undelivered.map(({ text }) => text), ["to bob", "to all"]);
  let refusal = "";
  try {
    watched.client.say("too late");
  } catch (error) {
    refusal = String(error);
  }
  assertMatch(refusal, /RangeError.*ended/);
});

Deno.test("ChatClient comes back after a shutdown, more and more slowly, up to 5 s", async () => {
  using server = new FakeServer();
  let reachable = true;
  const watched = new Watched(server.port, {
    connect: async () => {
      if (!reachable) throw new Deno.errors.ConnectionRefused("no");
      const { dial } = await import("../../../src/net/dial.ts");
      return await dial({ hostname: "127.0.0.1", port: server.port }, { timeoutMs: 20_000 });
    },
  });
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  reachable = false;
  await peer.send({ type: "bye", reason: "shutdown", text: "Bye." });
  const delays: number[] = [];
  for (let i = 0; i < 7; i++) {
    const { retryMs, reason } = await watched.next("lost");
    assertEquals(reason, i === 0 ? "shutdown" : "unreachable");
    delays.push(retryMs);
    watched.timers.advance(retryMs);
  }
  assertEquals(delays, [375, 750, 1500, 3000, 3750, 3750, 3750]);
  await watched.leave();
});

Deno.test("ChatClient that is hurried tries to come back at once", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.admit();
  first.close();
  await watched.next("lost");
  watched.client.hurry();
  // No time has passed, but for what is waited for in between.
  await (await server.peer()).admit();
  assertEquals((await watched.next("connected")).again, true);
  assertEquals(watched.timers.now(), 0);
  await watched.leave();
});

Deno.test("ChatClient gives up after the time allowed and hands back what was not delivered", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { giveUpAfterMs: 1_000 });
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.client.say("lost words");
  await peer.next("say");
  server[Symbol.dispose]();
  watched.timers.advance((await watched.next("lost")).retryMs);
  watched.timers.advance((await watched.next("lost")).retryMs);
  const ending = await within(watched.ending, "the end");
  assertEquals(ending.reason, "gave_up");
  assertEquals(ending.undelivered.map(({ text }) => text), ["lost words"]);
});

Deno.test("ChatClient leaving waits 3 s for an acknowledgement, then says what is missing", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.client.say("slow");
  await peer.next("say");
  watched.client.leave();
  watched.timers.advance(2_999);
  assertEquals(watched.client.connected, true);
  watched.timers.advance(1);
  await peer.farewell();
  const ending = await within(watched.ending, "the end");
  assertEquals(ending.undelivered.map(({ text }) => text), ["slow"]);
});

Deno.test("ChatClient leaving ends at once when the last acknowledgement comes", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.client.say("quick");
  const { id } = await peer.next("say");
  watched.client.leave();
  await peer.send(message(1, "ada", "quick", id));
  await peer.farewell();
  const ending = await within(watched.ending, "the end");
  assertEquals([ending.reason, ending.undelivered], ["quit", []]);
  assertEquals(watched.timers.waiting, 0);
});

Deno.test("ChatClient asks for another name when one is taken", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, {
    askName: (error) => Promise.resolve(error.text === "Taken." ? "ada2" : undefined),
  });
  const first = await server.peer();
  await first.next("hello");
  await first.send({ type: "error", code: "name_taken", text: "Taken." });
  const second = await server.peer();
  assertEquals((await second.admit()).name, "ada2");
  await watched.next("connected");
  assertEquals(watched.client.name, "ada2");
  await watched.leave();
});

const HELD = { type: "error", code: "name_taken", text: "Held.", freeInMs: 12_000 } as const;

for (const [who, askName] of [["nobody to ask", undefined], ["no answer", waiting]] as const) {
  Deno.test(`ChatClient with ${who} waits for a name that will be free, and takes it`, async () => {
    using server = new FakeServer();
    const watched = new Watched(server.port, { ...(askName === undefined ? {} : { askName }) });
    const first = await server.peer();
    await first.next("hello");
    await first.send(HELD);
    await until(() => watched.timers.lastMs === 12_000, "the waiting");
    watched.timers.advance(12_000);
    assertEquals((await (await server.peer()).admit()).name, "ada");
    await watched.leave();
  });
}

Deno.test("ChatClient takes another name that is given while it waits for one", async () => {
  using server = new FakeServer();
  const given = Promise.withResolvers<string>();
  let asked: AbortSignal | undefined;
  const watched = new Watched(server.port, {
    askName: (_error, free) => {
      asked = free;
      return given.promise;
    },
  });
  const first = await server.peer();
  await first.next("hello");
  await first.send(HELD);
  await until(() => asked !== undefined, "the question");
  given.resolve("zoe");
  assertEquals((await (await server.peer()).admit()).name, "zoe");
  await watched.leave();
});

Deno.test("ChatClient that leaves while it waits for a name ends at once", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  await first.next("hello");
  await first.send(HELD);
  await until(() => watched.timers.lastMs === 12_000, "the waiting");
  assertEquals((await watched.leave()).reason, "quit");
  assertEquals(watched.timers.waiting, 0);
});

Deno.test("ChatClient does not wait for ever for a name", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  for (let i = 0; i < 4; i++) {
    const peer = await server.peer();
    await peer.next("hello");
    await peer.send({ ...HELD, freeInMs: 1e15 });
    if (i === 3) break;
    await until(() => watched.timers.lastMs === 60_000, "the waiting");
    watched.timers.advance(60_000);
  }
  assertEquals((await within(watched.ending, "the end")).text, "Held.");
});

Deno.test("ChatClient without anybody to ask ends with the server's words about the name", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.next("hello");
  await peer.send({ type: "error", code: "name_taken", text: "Taken: try ada2." });
  const ending = await within(watched.ending, "the end");
  assertEquals([ending.reason, ending.text], ["refused", "Taken: try ada2."]);
});

Deno.test("ChatClient ends when the first connection fails or is not a chat server", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.send("SSH-2.0-OpenSSH_9.9");
  peer.close();
  assertEquals((await within(watched.ending, "the end")).reason, "no_welcome");
  const refused = new Watched(server.port, {
    connect: () => Promise.reject(new Deno.errors.ConnectionRefused("refused")),
  });
  const ending = await within(refused.ending, "the end");
  assertEquals(ending.reason, "unreachable");
  assert(ending.cause instanceof Deno.errors.ConnectionRefused);
});

Deno.test("ChatClient's last words fit a server that accepts and says nothing", async () => {
  using server = new FakeServer();
  const never = new Watched(server.port, { welcomeTimeoutMs: 2_000 });
  await never.next("connecting");
  await server.peer();
  while (never.timers.waiting < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  never.timers.advance(2_000);
  const ending = await within(never.ending, "the end");
  assertEquals([ending.reason, ending.text], ["no_welcome", "it said nothing"]);

  const watched = new Watched(server.port, { welcomeTimeoutMs: 500, giveUpAfterMs: 400 });
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.timers.advance(5_000);
  await peer.next("ping");
  watched.timers.advance(5_000);
  assertEquals((await watched.next("lost")).reason, "silent");
  watched.timers.advance(400);
  await watched.next("connecting");
  await server.peer();
  while (watched.timers.waiting < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  watched.timers.advance(500);
  const gaveUp = await within(watched.ending, "the end");
  assertEquals([gaveUp.reason, gaveUp.text], ["gave_up", "the server no longer answers"]);
});

Deno.test("ChatClient knows its acknowledgements after a rename", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await watched.next("connected");
  watched.client.say("as ada");
  const { id } = await peer.next("say");
  await peer.send({ type: "rename", room: "lobby", seq: 1, at: AT, from: "ada", to: "countess" });
  await peer.send(message(2, "ada", "as ada", id));
  await watched.next("delivered");
  assertEquals(watched.client.name, "countess");
  await watched.leave();
});

Deno.test("ChatClient refuses to say what no server accepts, and more than 500 at once", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  let refusal = "";
  try {
    watched.client.say("x".repeat(4_001));
  } catch (error) {
    refusal = String(error);
  }
  assertMatch(refusal, /4001 characters/);
  for (let i = 0; i < 500; i++) watched.client.say(`${i}`);
  assertEquals(watched.client.full, true);
  const ready = watched.client.ready();
  const { id } = await peer.next("say");
  await peer.send(message(1, "ada", "0", id));
  await within(ready, "room in the outbox");
  await watched.leave();
});

Deno.test("ChatClient survives a hostile server", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  const many = JSON.stringify({
    type: "members",
    room: "lobby",
    names: Array(20_000).fill("x"),
    count: 1,
  });
  await peer.send(
    "{",
    "{}",
    "[1]",
    '{"type":"message"}',
    '{"type":"message","seq":"1","at":1,"from":{},"text":[]}',
    '{"type":"message","seq":1e300,"at":"2026-01-02T03:04:05Z","from":"x","text":"x"}',
    '{"type":"__proto__"}',
    '{"type":"history","events":[null],"more":true}',
    '{"type":"notice","text":"' + "[".repeat(60_000) + '"}',
    '{"type":' + "[".repeat(60_000),
    many,
    "x".repeat(5_000_000),
    JSON.stringify(message(Number.MAX_SAFE_INTEGER, "eve", "\x1b[2J\u202Ehello")),
    JSON.stringify({ type: "notice", text: "\x1b]0;title\x07 done" }),
  );
  for (;;) {
    const { event } = await watched.next("told");
    if (event.type === "notice" && event.text.endsWith("done")) {
      assertEquals(event.text, "\uFFFD]0;title\uFFFD done");
      break;
    }
  }
  assertEquals((await watched.leave()).reason, "quit");
});

Deno.test("ChatClient does without a page of history that never comes, and goes on", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await peer.send(message(1, "bob", "a"), message(4, "bob", "d"));
  await peer.next("history");
  // It goes on to live, and does not answer: 5 minutes.
  for (let waitedMs = 0; waitedMs < 300_000; waitedMs += 5_000) {
    watched.timers.advance(5_000);
    await peer.next("ping");
    await peer.send({ type: "pong" }, { type: "notice", text: `${waitedMs}` });
    for (let last = ""; last !== `${waitedMs}`;) {
      const { event } = await watched.next("told");
      last = event.type === "notice" ? event.text : "";
    }
  }
  await peer.send(message(5, "bob", "e"));
  while (!watched.seqs.includes(5)) await watched.next("told");
  assertEquals(watched.seqs, [1, "2-3", 4, 5]);
  await watched.leave();
});

Deno.test("ChatClient asks again for a refused page no sooner because somebody talks", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await peer.send(message(1, "bob", "a"), message(3, "bob", "c"));
  await peer.next("history");
  await peer.send({ type: "error", code: "unavailable", text: "Not now." });
  for (let seq = 4; seq <= 20; seq++) await peer.send(message(seq, "bob", "x"), { type: "pong" });
  await peer.send({ type: "notice", text: "all read" });
  for (let last = ""; last !== "all read";) {
    const { event } = await watched.next("told");
    last = event.type === "notice" ? event.text : "";
  }
  watched.client.say("next request");
  assertEquals((await peer.next("say")).text, "next request");
  watched.timers.advance(5_000);
  assertEquals((await peer.next("history")).before, 3);
  await peer.send({ type: "history", room: "lobby", events: [message(2, "bob", "b")], more: true });
  while (watched.seqs.length < 20) await watched.next("told");
  assertEquals(watched.seqs, Array.from({ length: 20 }, (_, i) => i + 1));
  await watched.leave();
});

Deno.test("ChatClient is brought to ask by no storm: one page is awaited, whatever comes", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const peer = await server.peer();
  await peer.admit();
  await peer.send(message(1, "bob", "a"));
  for (let i = 0; i < 2_000; i++) {
    await peer.send(
      { type: "lagged", room: "lobby", from: 2, to: 10 ** 9 + i },
      { type: "pong" },
      message(10 ** 9 + 2 * i, "eve", "x"),
    );
  }
  await peer.send({ type: "notice", text: "all read" });
  for (let last = ""; last !== "all read";) {
    const { event } = await watched.next("told");
    last = event.type === "notice" ? event.text : "";
  }
  await peer.next("history");
  watched.client.say("next request");
  assertEquals((await peer.next("say")).text, "next request");
  await watched.leave();
});

function waiting(): Promise<never> {
  return new Promise(() => {});
}

Deno.test("ChatClient that was an operator says so when it comes back, until it is none", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port);
  const first = await server.peer();
  assertEquals((await first.admit()).operator, undefined);
  await first.send({ type: "notice", text: "You are an operator now.", operator: true });
  await watched.next("told");
  first.close();
  await watched.next("lost");
  watched.timers.advance(60_000);
  const second = await server.peer();
  assertEquals((await second.admit()).operator, true);
  await second.send({ type: "notice", text: "You are no operator any more: type /op." });
  await watched.next("told");
  second.close();
  await watched.next("lost");
  watched.timers.advance(60_000);
  assertEquals((await (await server.peer()).admit()).operator, undefined);
  await watched.leave();
});
