/**
 * Sessions of json clients: connections that are lost, taken up again, taken over.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";

Deno.test("A connection lost without quit is taken up again, and nobody sees it", async () => {
  await using server = await startServer();
  await using eve = await PlainClient.join(server.port, "eve");
  await using watcher = (await JsonClient.join(server.port, "watcher")).client;
  const { client: first, welcome } = await JsonClient.join(server.port, "robot");
  const join = await first.next("join", (join) => join.name === "robot");
  await first[Symbol.asyncDispose]();
  await eve.say("while you were away");
  await watcher.message("while you were away");

  const { client: second, welcome: again } = await JsonClient.join(server.port, "robot", {
    session: welcome.session,
    after: join.seq,
  });
  await using _second = second;
  assertEquals([again.resumed, again.name, again.log], [true, "robot", welcome.log]);
  const missed = await second.event();
  assert(missed?.type === "message");
  assertEquals([missed.text, missed.seq], ["while you were away", join.seq + 1]);
  await second.say("back");
  await watcher.message("back");
  const notices = watcher.seen().filter((event) =>
    event.type === "leave" || event.type === "join" && event.name === "robot"
  );
  assertEquals(notices.map((event) => event.type), ["join"]);
  await eve.expect("robot: back");
  assertEquals(eve.seen.filter((line) => line.startsWith("* robot left")), []);
});

Deno.test("A session is taken over while its old connection still looks alive", async () => {
  await using server = await startServer();
  await using eve = await PlainClient.join(server.port, "eve");
  const { client: old, welcome } = await JsonClient.join(server.port, "robot");
  await using _old = old;
  const join = await old.next("join", (join) => join.name === "robot");
  const { client: young, welcome: again } = await JsonClient.join(server.port, "robot", {
    session: welcome.session,
    after: join.seq,
  });
  await using _young = young;
  assertEquals(again.resumed, true);
  const bye = (await old.rest()).at(-1);
  assertEquals(bye?.type === "bye" ? bye.reason : bye, "replaced");
  await young.say("it is me");
  await eve.expect("robot: it is me");
  const notices = eve.seen.filter((line) => line.startsWith("* robot "));
  assertEquals(notices.length, 1, notices.join("\n"));
  await young.send({ type: "who" });
  assertEquals((await young.next("members")).count, 2);
});

Deno.test("A session is taken over from a connection that does not read any more", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using eve = await PlainClient.join(server.port, "eve");
  await using bob = await PlainClient.join(server.port, "bob");
  const { client: old, welcome } = await JsonClient.join(server.port, "robot");
  await using _old = old;
  await old.next("join", (join) => join.name === "robot");
  old.wire.stopReading();
  for (let i = 0; i < 16; i++) {
    await bob.send(`${"x".repeat(1_000)}\n`.repeat(999) + `batch ${i}\n`);
    await eve.expect(`bob: batch ${i}`);
  }
  const { client: young, welcome: again } = await JsonClient.join(server.port, "robot", {
    session: welcome.session,
    after: welcome.seq,
  });
  await using _young = young;
  assertEquals(again.resumed, true);
  // What is too old to follow is told of, and the rest follows without a gap.
  let seq = welcome.seq, lags = 0;
  while (seq < again.seq) {
    const event = await young.event();
    if (event?.type === "lagged") {
      assertEquals(event.from, seq + 1);
      seq = event.to;
      lags++;
    } else {
      assert(event?.type === "message" || event?.type === "join", JSON.stringify(event));
      assertEquals(event.seq, ++seq);
    }
  }
  assertEquals(lags, 1);
  await young.say("it is me");
  await eve.expect("robot: it is me");
  assertEquals(eve.seen.filter((line) => line.startsWith("* robot ")).length, 1);
});

Deno.test("The place of a lost connection is kept: nobody else gets its name", async () => {
  await using server = await startServer();
  const { client: first } = await JsonClient.join(server.port, "robot");
  await first[Symbol.asyncDispose]();
  await using other = await JsonClient.connect(server.port);
  await other.hello("robot");
  assertEquals((await other.next("error")).code, "name_taken");
});

Deno.test("After quit the name is free at once, and the session begins anew", async () => {
  await using server = await startServer();
  const { client: first, welcome } = await JsonClient.join(server.port, "robot");
  await first.send({ type: "quit" });
  await first.rest();
  await first[Symbol.asyncDispose]();
  const { client: second, welcome: again } = await JsonClient.join(server.port, "robot");
  await using _second = second;
  assertEquals(again.resumed, false);
  assertNotEquals(again.session, welcome.session);
});

Deno.test("A wrong session is a newcomer", async () => {
  await using server = await startServer();
  const { client: robot, welcome } = await JsonClient.join(server.port, "robot", {
    session: "0123456789abcdef0123456789abcdef",
    after: 0,
  });
  await using _robot = robot;
  assertEquals(welcome.resumed, false);
});

Deno.test("An id that was published is answered with the original, also after a resume", async () => {
  await using server = await startServer();
  await using eve = await PlainClient.join(server.port, "eve");
  const { client: first, welcome } = await JsonClient.join(server.port, "robot");
  await first.say("once", "k.1");
  const original = await first.message("once");
  await first.say("once", "k.1");
  assertEquals(await first.message("once"), original);
  await first[Symbol.asyncDispose]();
  const { client: second } = await JsonClient.join(server.port, "robot", {
    session: welcome.session,
    after: original.seq,
  });
  await using _second = second;
  await second.say("once", "k.1");
  assertEquals(await second.message("once"), original);
  await second.say("the end", "k.2");
  await eve.expect("robot: the end");
  assertEquals(eve.seen.filter((line) => line === "robot: once").length, 1);
});

Deno.test("History on joining: the newest events, as many as asked for", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  for (let i = 0; i < 5; i++) await ada.say(`m${i}`);
  await bob.expect("ada: m4");
  const { client: robot, welcome } = await JsonClient.join(server.port, "robot", { history: 3 });
  await using _robot = robot;
  for (let i = 2; i < 5; i++) {
    const event = await robot.event();
    assert(event?.type === "message");
    assertEquals([event.text, event.seq], [`m${i}`, welcome.seq - 4 + i]);
  }
  assertEquals((await robot.event())?.type, "join");
  await using eve = await PlainClient.join(server.port, "eve");
  await eve.expect(/^\* The last 5 messages, from \d\d:\d\d to \d\d:\d\d:$/);
  for (let i = 0; i < 5; i++) await eve.expect(new RegExp(`ada: m${i}$`));
  await eve.expect("* Now:");
});
