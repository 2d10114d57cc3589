/**
 * What becomes of real servers when NATS is gone for good, when their databases do not end where
 * the stream does, and when somebody else writes into the stream.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { clusterTest, rowsOf } from "../helpers/cluster_lab.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { NatsServer } from "../helpers/nats.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";
import { Admin } from "../order/nats/admin.ts";

async function stop(server: RunningServer): Promise<void> {
  server.signal("SIGTERM");
  assertEquals((await server.outcome()).code, 0);
}

/** Somebody says something, and sees it. */
async function says(port: number, name: string, text: string): Promise<void> {
  const { client } = await JsonClient.join(port, name);
  await client.say(text, "1");
  await client.message(text);
  await client.send({ type: "quit" });
  await client[Symbol.asyncDispose]();
}

/** All that is in a database, to be compared. */
function allOf(path: string): string {
  return JSON.stringify(rowsOf(path));
}

/** What was said, by a database. */
function textsOf(path: string): unknown[] {
  return rowsOf(path)[0]!.filter(({ type }) => type === "message").map(({ text }) => text);
}

clusterTest(
  "NATS is away for good: a server ends in order, and goes on alone or on another NATS",
  async (lab) => {
    const db = `${lab.directory}/a.db`;
    const { nats } = lab;
    let session: string;
    {
      await using a = await lab.start("--db", db);
      const { client: ada, welcome } = await JsonClient.join(a.port, "ada");
      await using _ada = ada;
      ({ session } = welcome);
      await ada.say("kept", "1");
      await ada.message("kept");
      await nats.end();
      await ada.say("meanwhile", "2");
      assertStringIncludes((await ada.next("notice")).text, "lost touch");
      await stop(a);
      const seen = ada.seen().flatMap((event) => event.type === "message" ? [event.text] : []);
      assertEquals(seen, ["kept"], "nothing is shown that is not stored");
    }
    {
      await using alone = await startServer(["--db", db]);
      const { client: ada } = await JsonClient.join(alone.port, "ada", { session, history: 10 });
      await using _ada = ada;
      await ada.message("kept");
      // As its program does, which has no answer to it.
      for (const [text, id] of [["kept", "1"], ["meanwhile", "2"]] as const) {
        await ada.say(
          text,
          id,
        );
      }
      await ada.message("meanwhile");
      await stop(alone);
    }
    assertEquals(textsOf(db), ["kept", "meanwhile"]);
    await using other = await NatsServer.start();
    const flags = ["--nats", other.url, "--cluster", "green", "--db", db];
    await using a = await startServer([...flags, "--nats-import"]);
    await says(a.port, "bob", "on we go");
    await stop(a);
    assertEquals(textsOf(db), ["kept", "meanwhile", "on we go"]);
  },
);

clusterTest(
  "A database that ends before the stream does is completed; one that ends later is refused",
  async (lab) => {
    const [one, two, old] = ["one", "two", "old"].map((name) => `${lab.directory}/${name}.db`);
    {
      await using a = await lab.start("--db", one!);
      await using b = await lab.start("--db", two!);
      await says(a.port, "ada", "both hear it");
      await until(() => textsOf(two!).length === 1, "what both hear");
      await stop(b);
      await says(a.port, "ada", "one hears it");
      await using again = await lab.start("--db", two!);
      await says(again.port, "ada", "both hear it again");
      await until(() => textsOf(one!).length === 3, "what both hear again");
      // Who has said it leaves, and one server may know that before the other.
      await until(() => allOf(two!) === allOf(one!), "the same in both databases");
      for (const server of [a, again]) await stop(server);
    }
    await lab.nats.end("SIGTERM");
    await using backup = lab.nats.backUp();
    await Deno.copyFile(one!, old!);
    lab.nats.run();
    await lab.nats.ready();
    {
      await using a = await lab.start("--db", one!);
      await says(a.port, "ada", "lost by NATS");
      await stop(a);
    }
    await lab.nats.end("SIGTERM");
    backup.restore();
    lab.nats.run();
    await lab.nats.ready();
    const refusal = "has events that the stream on NATS does not have";
    await assertRejects(() => lab.start("--db", one!), Error, refusal);
    await using b = await lab.start("--db", old!);
    await says(b.port, "ada", "another end");
    await stop(b);
    assertEquals(textsOf(old!).slice(-2), ["both hear it again", "another end"]);
  },
);

clusterTest(
  "What somebody else writes into the stream is passed over, or stops all until it is begun anew",
  async (lab) => {
    const db = `${lab.directory}/a.db`;
    await using admin = await Admin.at(lab.nats.url);
    {
      await using a = await lab.start("--db", db);
      await using b = await lab.start();
      const { client: ada } = await JsonClient.join(a.port, "ada");
      const { client: bob } = await JsonClient.join(b.port, "bob");
      await using _ada = ada, _bob = bob;
      await admin.publish("chat.log", "garbage");
      await admin.publish("chat.log", "");
      await ada.say("passed over", "1");
      await bob.message("passed over");
      for (const server of [a, b]) {
        await until(
          () => server.log.text.split("message passed over").length === 3,
          "two lines in the log",
        );
      }
      await admin.publish("chat.log", '{"v":2,"new":true}');
      for (const server of [a, b]) {
        const { code, stderr } = await server.outcome();
        assertEquals(code, 1);
        assert(
          /Cannot understand message \d+ of the stream. It is of version 2/.test(stderr),
          stderr,
        );
      }
      for (const client of [ada, bob]) await client.next("bye");
    }
    for (const flags of [["--db", db], []]) {
      await assertRejects(() => lab.start(...flags), Error, "Cannot understand message");
    }
    // What docs/cluster.md says, where it was not of a newer release.
    await using a = await lab.start("--db", db, "--nats-rebuild");
    await using b = await lab.start();
    const { client: bob } = await JsonClient.join(b.port, "bob");
    await using _bob = bob;
    await says(a.port, "eve", "all is well");
    await bob.message("all is well");
    assertEquals(textsOf(db), ["passed over", "all is well"]);
  },
);
