/**
 * What goes wrong with a stream, on one real nats-server: deleted, made anew, changed, made by
 * somebody else, cut short; and NATS away.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import { batchHash, NotStored } from "../../../src/order/nats/stream.ts";
import { isNats, NatsCluster, NatsServer, needsNats } from "../../helpers/nats.ts";
import { until } from "../../helpers/wait.ts";
import { Admin } from "./admin.ts";
import { FROM_START, numbered, WatchedStream } from "./watched.ts";

const ignore = !await needsNats();
const encoder = new TextEncoder();
const decoder = new TextDecoder();

Deno.test({
  name: "A stream that is deleted takes nothing; one that is made anew is another one",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await one.publish("a");
    await one.heard("a");
    await using admin = await Admin.at(nats.url);
    await admin.remove("CHAT");
    await assertRejects(() => one.publish("b"), NotStored);
    await one.trouble("deleted");
    await one.touch(false);
    await using two = await WatchedStream.open({ servers });
    await one.trouble("replaced");
    assert(two.stream.id !== one.stream.id);
    await two.publish("c");
    await two.heard("c");
    assertEquals(one.batches, ["a"]);
  },
});

Deno.test({
  name: "No stream is made anew for who belongs to one that is gone, or to another one",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    const id = "0".repeat(32);
    await assertFailure(() => WatchedStream.open({ servers, id }), "There is no stream CHAT");
    await using one = await WatchedStream.open({ servers });
    await assertFailure(() => WatchedStream.open({ servers, id }), `log ${one.stream.id}`);
    await using two = await WatchedStream.open({ servers, id: one.stream.id });
    assertEquals(two.stream.id, one.stream.id);
  },
});

Deno.test({
  name: "An import makes the stream under a given id, begins with a checkpoint, and is done once",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    const options = { servers, id: "log-of-the_Lobby1", isImport: true };
    {
      await using one = await WatchedStream.open(options, null);
      assertEquals(one.stream.id, options.id);
      await one.stream.saveCheckpoint(encoder.encode("rooms"), 0);
      await one.stream.start(FROM_START);
      await one.publish("first");
    }
    await assertFailure(() => WatchedStream.open(options), "which is there already");
    await using two = await WatchedStream.open({ servers, id: options.id });
    const [checkpoint] = await Array.fromAsync(two.stream.checkpoints());
    assertEquals([decoder.decode(checkpoint?.data), two.batches], ["rooms", ["first"]]);
  },
});

Deno.test({
  name:
    "A stream that was made by somebody else, or cannot do what it must, is refused at the start",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using admin = await Admin.at(nats.url);
    await admin.make({ name: "CHAT", subjects: ["chat.log"] });
    await assertFailure(() => WatchedStream.open({ servers }), "was not made by chat");
    await admin.remove("CHAT");
    await using one = await WatchedStream.open({ servers });
    const good = await admin.settings("CHAT");
    await admin.change("CHAT", { max_age: 3_600_000_000_000 });
    await assertFailure(() => WatchedStream.open({ servers }), "max_age 3600000000000");
    await one.trouble("settings");
    await one.touch(false);
    await admin.change("CHAT", good);
    await one.touch(true);
    await one.publish("goes on");
    await one.heard("goes on");
    for (
      const wrong of [
        { discard: "old" },
        { subjects: ["chat.log", "other.>"] },
        { max_msgs_per_subject: 5 },
        { max_msg_size: 1_000 },
      ]
    ) {
      await admin.change("CHAT", wrong);
      const [name] = Object.keys(wrong);
      await assertFailure(() => WatchedStream.open({ servers }), `must not have ${name}`);
      await admin.change("CHAT", good);
    }
  },
});

Deno.test({
  name: "A start whose position does not fit the stream fails, and says why",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    for (const text of numbered(10)) await one.publish(text);
    const hash = batchHash(encoder.encode("b5"));
    await using fits = await WatchedStream.open({ servers }, { seq: 5, hash });
    assertEquals(fits.seqs, [6, 7, 8, 9, 10]);
    await using later = await WatchedStream.open({ servers }, null);
    await assertFailure(
      () => later.stream.start({ seq: 6, hash }),
      "has lost its end: its message 6",
    );
    await using beyond = await WatchedStream.open({ servers }, null);
    await assertFailure(
      () => beyond.stream.start({ seq: 11, hash }),
      "has lost its end: it ends at message 10, but this server has seen 11",
    );
    await using admin = await Admin.at(nats.url);
    await admin.purge("CHAT", 6);
    await using next = await WatchedStream.open({ servers }, { seq: 5, hash });
    assertEquals(next.seqs, [6, 7, 8, 9, 10]);
    await using early = await WatchedStream.open({ servers }, null);
    await assertFailure(
      () => early.stream.start(FROM_START),
      "begins at message 6, but this server has seen only 0: start it with a copy",
    );
    assertEquals(early.batches, []);
  },
});

Deno.test({
  name: "Who waits for NATS at the start says so, and goes on when it is there",
  ignore,
  async fn() {
    await using nats = NatsServer.make("n1");
    const servers = [nats.url];
    const patient = new WatchedStream();
    const opened = patient.open({ servers });
    const { message } = await patient.trouble("unreachable");
    assert(message.startsWith(`Cannot reach NATS at ${nats.url}: `), message);
    nats.configure({ plain: true });
    nats.run();
    await until(
      () => patient.faults.some(({ message }) => message.includes("start nats-server with -js")),
      "word that JetStream is off",
    );
    await nats.end("SIGTERM");
    nats.configure({});
    nats.run();
    await opened;
    await using _stream = patient;
    await patient.publish("at last");
    await patient.heard("at last");
  },
});

Deno.test({
  name:
    "While NATS is away nothing is stored, and what others stored meanwhile comes without a gap",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await one.publish("before");
    await nats.end();
    await one.touch(false);
    assertEquals(one.troubles, ["unreachable"]);
    await assertRejects(() => one.publish("lost"), NotStored, "no connection");
    nats.run();
    await using two = await WatchedStream.open({ servers });
    for (const text of numbered(20)) await two.publish(text);
    await one.touch(true);
    await one.heard("b20");
    assertEquals(one.seqs, Array.from({ length: 21 }, (_, i) => i + 1));
    await one.publish("after");
    await two.heard("after");
    assertEquals(one.batches.filter((text) => text === "lost"), []);
  },
});

Deno.test({
  name: "A NATS that stands still is noticed, and that it goes on, too",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using one = await WatchedStream.open({ servers: [nats.url] });
    nats.signal("SIGSTOP");
    await one.touch(false);
    nats.signal("SIGCONT");
    await one.touch(true);
    await one.insist("after");
    await one.heard("after");
    assertEquals(one.contacts, [true, false, true]);
  },
});

Deno.test({
  name: "A stream that lost its end is noticed by who has seen that end, when it was away, too",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await using two = await WatchedStream.open({ servers });
    await one.publish("kept");
    await two.heard("kept");
    await nats.end("SIGTERM");
    await using backup = nats.backUp();
    nats.run();
    await one.insist("lost");
    await two.heard("lost");
    await nats.end("SIGTERM");
    backup.restore();
    nats.run();
    await using three = await WatchedStream.open({ servers });
    await three.insist("other");
    for (const watched of [one, two]) {
      const { message } = await watched.trouble("replaced");
      assert(message.includes("CHAT has lost its end"), message);
      assertEquals(watched.batches.filter((text) => text === "other"), []);
    }
  },
});

async function assertFailure(call: () => Promise<unknown>, part: string): Promise<void> {
  await assertRejects(call, Failure, part);
}

Deno.test({
  name: "A single NATS keeps one replica, and says so to who wants more",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    const only = "NATS is a single server, which keeps one replica: use --nats-replicas 1";
    await assertFailure(() => WatchedStream.open({ servers, replicas: 3 }), only);
    await using stream = await WatchedStream.open({ servers, replicas: 1 });
    await stream.publish("fine");
  },
});

Deno.test({
  name: "A cluster of NATS that is too old for replicas is refused, unless one node keeps them",
  ignore: ignore || await isNats("2.12"),
  async fn() {
    await using nats = await NatsCluster.start();
    const servers = nats.urls;
    await assertFailure(() => WatchedStream.open({ servers }), "does not keep replicas equal");
    // The refusal has made no stream.
    await using stream = await WatchedStream.open({ servers, replicas: 1 });
    await stream.insist("fine");
  },
});
