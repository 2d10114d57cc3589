/** Direct messages that wait, of the real program: over kill -9, and with several servers. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type EventOf, JsonClient } from "../helpers/json_client.ts";
import { NatsServer } from "../helpers/nats.ts";
import { needs } from "../helpers/proc.ts";
import { until } from "../helpers/wait.ts";
import { commandLine, type RunningServer, startServer } from "../helpers/program.ts";

function serve(db: string): Promise<RunningServer> {
  return startServer(["--db", db], (args) => {
    const [deno = "", run = "", ...rest] = commandLine(args);
    return [deno, run, "--allow-read", "--allow-write", ...rest];
  });
}

/** Two servers, with ada at the first one. */
async function twoServers() {
  const stack = new AsyncDisposableStack();
  const { url } = stack.use(await NatsServer.start());
  const a = stack.use(await startServer(["--nats", url]));
  const b = stack.use(await startServer(["--nats", url]));
  const ada = stack.use((await JsonClient.join(a.port, "ada")).client);
  return { a, b, ada, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function kill(server: RunningServer): Promise<void> {
  server.signal("SIGKILL");
  await server.outcome();
}

/** Says something to bob. @returns Whether it waits. */
async function say(client: JsonClient, text: string, id: string): Promise<boolean> {
  await client.send({ type: "direct", to: "bob", text, id });
  const answer: EventOf<"direct"> = await client.next("direct", (event) => event.id === id);
  return answer.waits === true;
}

/** Says something to bob until it waits: the server may not have noticed yet that he is away. */
async function sayAway(client: JsonClient, text: string, id: string): Promise<void> {
  for (let n = 0; !await say(client, text, `${id}.${n}`); n++);
}

/**
 * The same where servers are about to agree on the rules by which messages wait: until then they
 * are refused.
 */
async function sayUntilItWaits(client: JsonClient, text: string, to = "bob"): Promise<void> {
  let tries = 0;
  await until(async () => {
    const id = `${text}.${tries++}`;
    await client.send({ type: "direct", to, text, id });
    let answer = await client.event();
    while (answer !== null && !("id" in answer && answer.id === id)) answer = await client.event();
    return answer?.type === "direct" && answer.waits === true;
  }, "messages that wait");
}

/** What a client has been told that waited: it comes between `welcome` and the rooms. */
function waited(client: JsonClient): (string | number | undefined)[][] {
  const directs = client.seen().filter((event) => event.type === "direct");
  return directs.filter(({ n }) => n !== undefined).map(({ n, text }) => [n, text]);
}

Deno.test("What waits outlives kill -9, is given once, and its id is known", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-waiting-" });
  try {
    const db = `${directory}/room.db`;
    await using first = await serve(db);
    const { client: ada, welcome: adas } = await JsonClient.join(first.port, "ada");
    await using _ada = ada;
    const { client: bob, welcome: { session } } = await JsonClient.join(first.port, "bob");
    await bob[Symbol.asyncDispose]();
    await sayAway(ada, "one", "a");
    assertEquals(await say(ada, "two", "b"), true);
    await kill(first);

    await using second = await serve(db);
    const back = await JsonClient.join(second.port, "ada", { session: adas.session });
    await using again = back.client;
    assertEquals(await say(again, "two", "b"), true);
    const bobAgain = await JsonClient.join(second.port, "bob", { session, directs: 0 });
    assertEquals(waited(bobAgain.client), [[1, "one"], [2, "two"]]);
    await bobAgain.client[Symbol.asyncDispose]();
    await sayAway(again, "three", "c");
    await kill(second);

    // It has read two, and could not say so.
    await using third = await serve(db);
    const last = await JsonClient.join(third.port, "bob", { session, directs: 2 });
    await using _last = last.client;
    assertEquals(waited(last.client), [[3, "three"]]);
    await last.client.send({ type: "seen", directs: 3 });
    await last.client.say("the end");
    await last.client.message("the end");
    using file = new DatabaseSync(db, { readOnly: true });
    assertEquals(file.prepare("SELECT count(*) AS count FROM waiting").get()?.["count"], 0);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test({
  name: "What waits is given at whichever server its recipient comes back, once",
  ignore: !await needs("nats-server"),
  async fn() {
    await using stage = await twoServers();
    const { a, b, ada } = stage;
    const { client: bob, welcome: { session } } = await JsonClient.join(b.port, "bob");
    await bob[Symbol.asyncDispose]();
    await sayUntilItWaits(ada, "one");
    const atA = await JsonClient.join(a.port, "bob", { session, directs: 0 });
    assertEquals(atA.welcome.resumed, true);
    assertEquals(waited(atA.client), [[1, "one"]]);
    await atA.client[Symbol.asyncDispose]();
    await sayAway(ada, "two", "b");
    const atB = await JsonClient.join(b.port, "bob", { session, directs: 1 });
    await using bobAtB = atB.client;
    assertEquals(waited(bobAtB), [[2, "two"]]);
    assertEquals(await say(ada, "three", "c"), false);
    assertStringIncludes((await bobAtB.next("direct", ({ id }) => id === "c")).text, "three");
  },
});

Deno.test({
  name: "What was said to people of a server that stands still is given when it goes on",
  ignore: !await needs("nats-server"),
  async fn() {
    await using stage = await twoServers();
    const { a, b, ada } = stage;
    const { client: cat } = await JsonClient.join(a.port, "cat");
    await cat[Symbol.asyncDispose]();
    await sayUntilItWaits(ada, "before", "cat");
    const { client: bob } = await JsonClient.join(b.port, "bob");
    await using _bob = bob;
    b.signal("SIGSTOP");
    try {
      await until(() => a.log.text.includes("server dead"), "a dead server", 60_000);
      await ada.next("leave", ({ name }) => name === "bob");
      assertEquals(await say(ada, "for you", "a"), true);
    } finally {
      b.signal("SIGCONT");
    }
    const { n, text } = await bob.next("direct");
    assertEquals([n, text], [1, "for you"]);
  },
});
