/**
 * Two real servers on one real nats-server, where the same is asked of both in the same moment, or
 * of one while the other stands still.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { clusterTest } from "../helpers/cluster_lab.ts";
import { JsonClient, type ServerEvent } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { until } from "../helpers/wait.ts";

/** Each is another race. */
const ROUNDS = 20;

async function answerTo(client: JsonClient): Promise<string> {
  const event: ServerEvent | null = await client.event();
  return event?.type === "error" ? event.code : event?.type ?? "end";
}

clusterTest(
  "Of two who ask two servers at once for one name, or one like it, one has it",
  async (lab) => {
    await using a = await lab.start();
    await using b = await lab.start();
    for (let round = 0; round < ROUNDS; round++) {
      // A capital I is taken for an l.
      const names = round % 2 === 0 ? ["Ada", "ada"] : ["paul", "pauI"];
      const ports = round % 4 < 2 ? [a.port, b.port] : [b.port, a.port];
      const clients = await Promise.all(ports.map((port) => JsonClient.connect(port)));
      await Promise.all(clients.map((client, i) => client.hello(`${names[i]}${round}`)));
      const answers = await Promise.all(clients.map(answerTo));
      assertEquals(answers.toSorted(), ["name_taken", "welcome"], `round ${round}`);
      for (const client of clients) await client[Symbol.asyncDispose]();
    }
  },
);

clusterTest(
  "A session that is taken up at two servers at once has one place, and nobody leaves",
  async (lab) => {
    await using a = await lab.start();
    await using b = await lab.start();
    const { client: watcher } = await JsonClient.join(a.port, "watcher");
    await using _watcher = watcher;
    const { client: first, welcome } = await JsonClient.join(a.port, "ada");
    let living = first;
    for (let round = 0; round < ROUNDS; round++) {
      const { session } = welcome;
      const both = await Promise.all([a, b].map(({ port }) => JsonClient.connect(port)));
      await Promise.all(both.map((client) => client.hello("ada", { session })));
      for (const client of both) {
        assertEquals((await client.next("welcome")).resumed, true, `round ${round}`);
      }
      await living.next("bye", ({ reason }) => reason === "replaced");
      await living[Symbol.asyncDispose]();
      const byes = () => both.filter((client) => client.seen().some(({ type }) => type === "bye"));
      await until(() => byes().length === 1, `the end of one of two, round ${round}`);
      living = both.find((client) => !byes().includes(client))!;
      await living.say(`round ${round}`, `${round}`);
      await watcher.message(`round ${round}`);
      await living.message(`round ${round}`);
      await byes()[0]![Symbol.asyncDispose]();
    }
    await living[Symbol.asyncDispose]();
    assertEquals(watcher.seen().filter(({ type }) => type === "leave"), []);
  },
);

clusterTest(
  "A ban that is made while a server stands still holds there when it goes on",
  async (lab) => {
    const operators = `${lab.directory}/operators`;
    await Deno.writeTextFile(operators, "boss\n");
    await using a = await lab.start();
    await using b = await lab.start("--operator-password-file", operators);
    await using eve = await PlainClient.join(a.port, "eve");
    await using root = await PlainClient.join(b.port, "root");
    await root.send("/op\nboss\n");
    await root.expect(/You are an operator now/);
    a.signal("SIGSTOP");
    try {
      await root.say("/ban eve 7d spam");
      await root.expect(/eve is banned for 7d/);
      await eve.say("is anybody there?");
    } finally {
      a.signal("SIGCONT");
    }
    await eve.expect(/You are banned/);
    await using again = await PlainClient.connect(a.port);
    await again.say("EVE");
    await again.expect(/banned/);
    await root.say("/who");
    await root.expect(/root/);
    assertEquals(root.seen.filter((line) => line.includes("is anybody there?")), []);
  },
);
