/**
 * Servers that hold the same rooms, on one real nats-server.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { clusterTest, PATIENCE_MS, rowsOf } from "../helpers/cluster_lab.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

clusterTest(
  "Two servers hold the same rooms: people, messages, topics, keys and bans",
  async (lab) => {
    const { directory } = lab;
    const databases = [`${directory}/a.db`, `${directory}/b.db`] as const;
    {
      await using a = await lab.start("--db", databases[0]);
      await using b = await lab.start("--db", databases[1]);
      const { client: ada } = await JsonClient.join(a.port, "ada");
      const { client: bob } = await JsonClient.join(b.port, "bob");
      await using _ada = ada, _bob = bob;
      await using eve = await PlainClient.join(b.port, "eve");
      await ada.say("hello", "1");
      await Promise.all([ada, bob].map((client) => client.message("hello")));
      await eve.expect("ada: hello");
      await eve.say("hi ada");
      await ada.message("hi ada");
      await bob.send({ type: "who" });
      assertEquals((await bob.next("members")).names, ["ada", "bob", "eve"]);

      await ada.send({ type: "join", room: "ops" });
      await ada.next("joined");
      await ada.send({ type: "topic", room: "ops", text: "deploys" });
      await ada.next("topic");
      await ada.send({ type: "command", room: "ops", line: "/key sesame" });
      await ada.next("notice");
      await bob.send({ type: "join", room: "ops" });
      assertEquals((await bob.next("error")).code, "room_key");
      await bob.send({ type: "join", room: "ops", key: "sesame" });
      const joined = await bob.next("joined");
      assertEquals([joined.topic?.text, joined.count], ["deploys", 2]);
      await ada.send({ type: "command", room: "ops", line: "/kick bob" });
      assertEquals((await bob.next("parted")).reason, "kicked");

      await bob.send({ type: "direct", to: "ada", text: "why?", id: "2" });
      assertEquals((await ada.next("direct")).text, "why?");
      assertEquals((await bob.next("direct")).to, "ada");
      await bob.send({ type: "rename", name: "rob" });
      await ada.next("rename");
      await eve.say("/quit");
      for (const client of [ada, bob]) {
        await client.next("leave", (leave) => leave.name === "eve" && leave.reason === "quit");
      }
    }
    assertEquals(rowsOf(databases[1]), rowsOf(databases[0]));
  },
);

clusterTest(
  "A client of a killed server goes on at another one, and nobody sees a leave",
  async (lab) => {
    await using a = await lab.start();
    await using b = await lab.start();
    const { client: watcher } = await JsonClient.join(b.port, "watcher");
    await using _watcher = watcher;
    let { client: ada, welcome } = await JsonClient.join(a.port, "ada");
    for (let n = 1; n <= 20; n++) await ada.say(`${n}`, `${n}`);
    const { seq: after } = await ada.message("7");
    a.signal("SIGKILL");
    await a.outcome();
    await ada[Symbol.asyncDispose]();
    ({ client: ada, welcome } = await JsonClient.join(b.port, "ada", {
      session: welcome.session,
      after,
    }));
    await using _ada = ada;
    assertEquals(welcome.resumed, true);
    for (let n = 8; n <= 25; n++) await ada.say(`${n}`, `${n}`);
    await ada.message("25");
    await watcher.message("25");
    // Long enough for the other server to be found dead.
    await until(() => b.log.text.includes("server dead"), "a dead server", PATIENCE_MS);
    await ada.say("the end");
    await watcher.message("the end");
    const seen = watcher.seen().filter((event) => "seq" in event && event.type !== "joined");
    const said = seen.flatMap((event) => event.type === "message" ? [event.text] : []);
    assertEquals(said, [...Array.from({ length: 25 }, (_, n) => `${n + 1}`), "the end"]);
    assertEquals(seen.filter(({ type }) => type === "leave"), []);
    const seqs = seen.map((event) => "seq" in event ? event.seq : 0);
    assertEquals(seqs, seqs.map((_, index) => seqs[0]! + index));
  },
);

clusterTest(
  "A server that stands still is found dead; when it goes on, its people are in again",
  async (lab) => {
    await using a = await lab.start();
    await using b = await lab.start();
    await using eve = await PlainClient.join(a.port, "eve");
    const { client: bob } = await JsonClient.join(b.port, "bob");
    await using _bob = bob;
    a.signal("SIGSTOP");
    try {
      await until(() => b.log.text.includes("server dead"), "a dead server", PATIENCE_MS);
      assertEquals((await bob.next("leave")).name, "eve");
      await eve.say("are you there?");
    } finally {
      a.signal("SIGCONT");
    }
    assertEquals((await bob.next("join")).name, "eve");
    await bob.message("are you there?");
    await bob.say("yes");
    await eve.expect("bob: yes", PATIENCE_MS);
  },
);

clusterTest(
  "While NATS is away people are told, what they say is kept, and history works",
  async (lab) => {
    await using a = await lab.start();
    const { client: ada } = await JsonClient.join(a.port, "ada");
    await using _ada = ada;
    await ada.say("before", "1");
    await ada.message("before");
    await lab.nats.end();
    await ada.say("meanwhile", "2");
    assert((await ada.next("notice")).text.includes("lost touch"));
    await ada.send({ type: "history" });
    const { events } = await ada.next("history");
    assert(events.some((event) => event.type === "message" && event.text === "before"));
    await using late = await JsonClient.connect(a.port);
    await late.hello("late");
    assertEquals((await late.next("error")).code, "unavailable");
    lab.nats.run();
    await lab.nats.ready();
    assertEquals((await ada.message("meanwhile")).id, "2");
    const said = ada.seen().filter((event) => event.type === "message" && event.id === "2");
    assertEquals(said.length, 1);
  },
);

clusterTest("A server that stood alone brings its rooms along with --nats-import", async (lab) => {
  const { directory } = lab;
  const db = `${directory}/room.db`;
  {
    await using alone = await startServer(["--db", db]);
    const { client: ada } = await JsonClient.join(alone.port, "ada");
    await using _ada = ada;
    await ada.say("long ago");
    await ada.message("long ago");
    alone.signal("SIGTERM");
    await alone.outcome();
  }
  {
    await using a = await lab.start("--db", db, "--nats-import");
    await using b = await lab.start();
    const { client: bob } = await JsonClient.join(b.port, "bob");
    await using _bob = bob;
    const { client: ada, welcome } = await JsonClient.join(a.port, "ada", { history: 10 });
    await using _ada = ada;
    assertEquals((await ada.message("long ago")).seq, 2);
    await bob.say("today");
    // Behind its own join.
    assertEquals((await ada.message("today")).seq, welcome.seq + 2);
  }
  await assertRejects(() => lab.start("--db", db, "--nats-import"), Error, "already");
  await using _again = await lab.start("--db", db);
});

clusterTest("A stream is begun anew from a database, if nobody uses it", async (lab) => {
  const { directory } = lab;
  const newest = `${directory}/newest.db`;
  const old = `${directory}/old.db`;
  {
    await using a = await lab.start("--db", newest);
    await using b = await lab.start("--db", old);
    const { client: ada } = await JsonClient.join(a.port, "ada");
    await using _ada = ada;
    await ada.say("first", "1");
    await ada.message("first");
    b.signal("SIGTERM");
    await b.outcome();
    await ada.say("second", "2");
    await ada.message("second");
    await assertRejects(() => lab.start("--db", old, "--nats-rebuild"), Error, "stop them first");
    a.signal("SIGTERM");
    await a.outcome();
  }
  {
    await using a = await lab.start("--db", newest, "--nats-rebuild");
    await using b = await lab.start();
    const { client: bob } = await JsonClient.join(b.port, "bob");
    const { client: ada } = await JsonClient.join(a.port, "ada", { history: 10 });
    await using _ada = ada, _bob = bob;
    assertEquals((await ada.message("second")).id, "2");
    await bob.say("third");
    await ada.message("third");
    // What was said before cannot be made sure of: it may have been other words.
    await assertRejects(() => lab.start("--db", old), Error, "begun anew");
    a.signal("SIGTERM");
    await a.outcome();
  }
  await Deno.copyFile(newest, old);
  {
    await using a = await lab.start("--db", newest);
    await using b = await lab.start("--db", old);
    // The others have their names until their servers are found dead.
    const { client: dan } = await JsonClient.join(a.port, "dan");
    const { client: eve } = await JsonClient.join(b.port, "eve", { history: 10 });
    await using _dan = dan, _eve = eve;
    await eve.message("third");
    await dan.say("fourth");
    await eve.message("fourth");
  }
  assertEquals(rowsOf(old), rowsOf(newest));
});
