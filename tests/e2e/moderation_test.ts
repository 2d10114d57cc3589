/** Bans and mutes of the real program, with a database. */

import { assertEquals } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";

async function inDirectory(test: (serve: () => Promise<RunningServer>) => Promise<void>) {
  const directory = await Deno.makeTempDir({ prefix: "chat-moderation-" });
  try {
    await Deno.writeTextFile(`${directory}/operators`, "boss\n");
    const flags = ["--db", `${directory}/room.db`];
    const operators = ["--operator-password-file", `${directory}/operators`];
    await test(() => startServer([...flags, ...operators]));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function operator(port: number): Promise<PlainClient> {
  const root = await PlainClient.join(port, "root");
  await root.send("/op\nboss\n");
  await root.expect(/You are an operator now/);
  return root;
}

Deno.test("A ban that is answered survives kill -9, and so does its end", () =>
  inDirectory(async (serve) => {
    for (const command of ["/ban eve0 7d spam", "/unban eve0", "/bans"]) {
      await using server = await serve();
      const isBanned = command === "/unban eve0";
      await using eve = await PlainClient.connect(server.port);
      await eve.say("EVEo");
      if (isBanned) await eve.expect(/banned/);
      else await eve.expectWelcome("EVEo");
      await using root = await operator(server.port);
      await root.say(command);
      await root.expect(/eve0 is banned for 7d|eve0 may come in again|Nobody is banned/);
      server.signal("SIGKILL");
      await server.outcome();
    }
  }));

Deno.test("A ban and all that comes with it have one order", () =>
  inDirectory(async (serve) => {
    await using server = await serve();
    await using root = await operator(server.port);
    await using eve = await PlainClient.join(server.port, "eve");
    await root.send(
      "/ban eve spam\n/unban eve\n/unban eve\n/bans\nafter\n",
    );
    await root.expect("* eve joined");
    // Events of lines that arrive together come first, then the answers, in their order.
    await root.expect(/eve is banned for good \(spam\); 1 removed now/);
    await root.expect(/may come in again/);
    await root.expect(/"eve" is not banned/);
    await root.expect(/Nobody is banned/);
    await eve.expect(/banned from this server by an operator: spam/);
    await using again = await PlainClient.join(server.port, "eve");
    await again.expect("root: after");
  }));

Deno.test("A mute goes with a session, and leaves its name alone", () =>
  inDirectory(async (serve) => {
    await using server = await serve();
    const { client: mallory } = await JsonClient.join(server.port, "mallory");
    await using _mallory = mallory;
    await using root = await operator(server.port);
    await root.say("/mute mallory");
    await root.expect(/mallory is muted/);
    await mallory.send({ type: "rename", name: "zoe" });
    assertEquals((await mallory.next("error")).code, "not_allowed");
    await mallory.send({ type: "quit" });
    await root.expect("* mallory left (quit)");
    const { client: innocent } = await JsonClient.join(server.port, "mallory");
    await using _innocent = innocent;
    await innocent.say("hello");
    await root.expect("mallory: hello");
    await innocent.send({ type: "rename", name: "zoe" });
    await innocent.say("and hello again");
    await root.expect("zoe: and hello again");
  }));
