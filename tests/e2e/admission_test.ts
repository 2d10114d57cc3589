/**
 * More clients than there is room for.
 *
 * @module
 */

import { assert, assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { shellLine, startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

Deno.test("Over --max-clients, plain gets one line and json gets full, until one leaves", async () => {
  await using server = await startServer(["--max-clients", "2"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await refusesPlain(server.port);
  await refusesJson(server.port);
  await bob.say("/quit");
  await bob.rest();
  bob.close();
  await ada.expect("* bob left (quit)");
  await untilLetIn(server.port, "eve");
  await ada.say("still here");
});

Deno.test("Over --max-per-address, one address gets no more, until one leaves", async () => {
  await using server = await startServer(["--max-per-address", "2"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await refusesPlain(server.port);
  await refusesJson(server.port);
  await bob.say("/quit");
  await bob.rest();
  bob.close();
  await ada.expect("* bob left (quit)");
  await untilLetIn(server.port, "eve");
});

Deno.test("Of 1,100 clients 1,000 come in, and they can chat", async () => {
  await using server = await startServer();
  const clients: PlainClient[] = [];
  try {
    for (let start = 0; start < 1_000; start += 50) {
      const names = Array.from({ length: 50 }, (_, i) => `c${start + i}`);
      clients.push(...await Promise.all(names.map((name) => PlainClient.join(server.port, name))));
    }
    for (let round = 0; round < 4; round++) {
      await Promise.all(Array.from({ length: 25 }, () => refusesPlain(server.port)));
    }
    await clients[0]?.say("is everybody here?");
    for (const client of clients.slice(1)) await client.expect("c0: is everybody here?");
  } finally {
    for (const client of clients) client.close();
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  }
});

Deno.test({
  name: "Without file descriptors left, the server says so, stays, and goes on later",
  ignore: !await needs("unix"),
  async fn() {
    await using server = await startServer(
      [],
      (args) => ["sh", "-c", `ulimit -n 60; exec ${shellLine(args)}`],
    );
    await using ada = await PlainClient.join(server.port, "ada");
    await using bob = await PlainClient.join(server.port, "bob");
    const crowd: PlainClient[] = [];
    try {
      for (let i = 0; i < 70; i++) crowd.push(await PlainClient.connect(server.port));
      await server.log.holds(/(warn|error).*(file|descriptor|EMFILE)/i);
      await ada.say("it is crowded");
      await bob.expect("ada: it is crowded");
    } finally {
      await Promise.all(crowd.map((client) => client[Symbol.asyncDispose]()));
    }
    await untilLetIn(server.port, "eve");
    const lines = server.log.seen.filter((line) => /descriptor|EMFILE|too many/i.test(line)).length;
    assert(lines < 200, `${lines} lines about it in the log: too many to read`);
  },
});

/** Connects as somebody at nc would, and must get one line that says why not, then the end. */
async function refusesPlain(port: number): Promise<void> {
  await using client = await PlainClient.connect(port, { label: "one too many" });
  try {
    await client.say("mallory");
  } catch {
    // Refused before it spoke.
  }
  const lines = (await client.rest()).filter((line) => !line.startsWith("Welcome to chat."));
  assertEquals(lines.length, 1, lines.join("\n"));
  assertMatch(lines[0] ?? "", /full|many|room/i);
}

/** Says hello, and must get an error or a bye for programs, then the end. */
async function refusesJson(port: number): Promise<void> {
  await using client = await JsonClient.connect(port, { label: "one too many" });
  try {
    await client.hello("mallory");
  } catch {
    // Refused before it spoke.
  }
  const events = await client.rest();
  const full = events.filter((event) =>
    event.type === "error" ? event.code === "full" : event.type === "bye" && event.reason === "full"
  );
  assertGreaterOrEqual(full.length, 1, client.wire.seen.join("\n"));
}

/** Comes in as soon as there is room: the place of who has left is free a moment later. */
async function untilLetIn(port: number, name: string): Promise<void> {
  await until(async () => {
    await using client = await PlainClient.connect(port);
    try {
      await client.say(name);
      await client.expectWelcome(name);
      return true;
    } catch {
      return false;
    }
  }, `a place for ${name}`);
}
