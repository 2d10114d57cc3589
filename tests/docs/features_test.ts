/**
 * The features in docs/protocol.md are those that a server names, and each that it names is true.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { featuresOf } from "../../src/protocol/features.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { NatsServer, needsNats } from "../helpers/nats.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";
import { readDocument, rowsUnder } from "./fenced.ts";

const ignore = !await needsNats();

/** What every server can do. */
const ALWAYS = ["bots", "direct", "history", "notice", "rooms", "search", "topic", "waits"];

/** Shows that a server can do what each of these names says. */
const SHOWN: Readonly<Record<string, (ada: JsonClient, port: number) => Promise<unknown>>> = {
  async bots(ada, port) {
    await using clock = await JsonClient.connect(port, { label: "clock" });
    await clock.hello("clock", { bot: true });
    assertEquals((await ada.next("join", ({ name }) => name === "clock")).bot, true);
  },
  async direct(ada) {
    await ada.send({ type: "direct", to: "bob", text: "to you" });
    await ada.next("direct", ({ to }) => to === "bob");
  },
  async history(ada) {
    await ada.send({ type: "history" });
    await ada.next("history");
  },
  async notice(ada) {
    await ada.send({ type: "say", text: "built", notice: true });
    assertEquals((await ada.message("built")).notice, true);
  },
  async rooms(ada) {
    await ada.send({ type: "join", room: "ops" });
    await ada.next("joined", ({ room }) => room === "ops");
    await ada.send({ type: "rooms" });
    assertEquals((await ada.next("rooms")).rooms.length, 2);
    await ada.send({ type: "part", room: "ops" });
    await ada.next("parted", ({ room }) => room === "ops");
  },
  async search(ada) {
    await ada.say("a needle");
    await ada.message("a needle");
    await ada.send({ type: "search", query: "needle" });
    assertEquals((await ada.next("results")).events.length, 1);
  },
  async topic(ada) {
    await ada.send({ type: "join", room: "plans" });
    await ada.send({ type: "topic", room: "plans", text: "what is true" });
    await ada.next("topic", ({ text }) => text === "what is true");
  },
  async waits(ada, port) {
    {
      // It is gone without a word.
      await using _eve = (await JsonClient.join(port, "eve")).client;
    }
    await ada.next("join", ({ name }) => name === "eve");
    await ada.send({ type: "direct", to: "eve", text: "when you are back", id: "d" });
    await ada.next("direct", ({ to, waits }) => to === "eve" && waits === true);
  },
};

/** Comes as ada, and gives what the server can do. */
async function come(server: RunningServer): Promise<{ ada: JsonClient; features: unknown }> {
  const ada = await JsonClient.connect(server.port, { label: "ada" });
  await ada.hello("ada");
  const { features } = await ada.next("welcome");
  await ada.next("joined");
  return { ada, features };
}

Deno.test("docs/protocol.md lists all features that there are", () => {
  const rows = rowsUnder(readDocument("docs/protocol.md"), "Features");
  const all = featuresOf({ cluster: true, database: true, operators: true });
  assertEquals(rows.map(([name]) => name), all.map((name) => `\`${name}\``));
});

Deno.test("a server without flags names what every server can do, and can do it", async () => {
  await using server = await startServer();
  const { ada, features } = await come(server);
  await using _ada = ada;
  assertEquals(features, ALWAYS);
  assertEquals(Object.keys(SHOWN), ALWAYS);
  const { client: bob } = await JsonClient.join(server.port, "bob");
  await using _bob = bob;
  for (const show of Object.values(SHOWN)) await show(ada, server.port);
  await ada.send({ type: "command", line: "/op any" });
  assertEquals((await ada.next("error")).code, "not_allowed");
});

Deno.test("a server with a database and operators names both, and has them", async () => {
  const directory = await Deno.makeTempDir();
  await using _remove = {
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
  await Deno.writeTextFile(`${directory}/password`, "swordfish\n", { mode: 0o600 });
  const flags = [
    ...["--db", `${directory}/chat.db`],
    ...["--operator-password-file", `${directory}/password`],
  ];
  {
    await using server = await startServer(flags);
    const { ada, features } = await come(server);
    await using _ada = ada;
    assertEquals(features, [...ALWAYS, "database", "operators"].sort());
    await ada.send({ type: "command", line: "/op swordfish" });
    await ada.next("notice", ({ operator }) => operator === true);
    await ada.say("before");
    await ada.message("before");
    server.signal("SIGTERM");
    await server.outcome();
  }
  await using server = await startServer(flags);
  const bob = await JsonClient.connect(server.port, { label: "bob" });
  await using _bob = bob;
  await bob.hello("bob", { history: 50 });
  await bob.message("before");
});

Deno.test({
  name: "a server that shares its rooms names that, and shares them",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using a = await startServer(["--nats", nats.url]);
    await using b = await startServer(["--nats", nats.url]);
    const { ada, features } = await come(a);
    await using _ada = ada;
    assertEquals(features, [...ALWAYS, "cluster"].sort());
    const { client: bob } = await JsonClient.join(b.port, "bob");
    await using _bob = bob;
    await ada.say("over there");
    await bob.message("over there");
  },
});
