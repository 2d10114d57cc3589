/**
 * Coming in, being asked for a name, and leaving, as somebody at `nc` sees it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import { connectAndReset } from "../helpers/reset.ts";

const GREETING = "Welcome to chat. Type your name and press Enter.";

Deno.test("The server asks for the name first, and welcomes by it", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.connect(server.port);
  assertEquals(await ada.line(), GREETING);
  await ada.say("ada");
  assertMatch(await ada.line() ?? "", /^Welcome, ada!/);
});

Deno.test("The welcome says who is here", async () => {
  await using server = await startServer();
  await using _bob = await PlainClient.join(server.port, "bob");
  await using _eve = await PlainClient.join(server.port, "eve");
  await using ada = await PlainClient.connect(server.port);
  await ada.say("ada");
  const welcome = await ada.expectWelcome("ada");
  assertStringIncludes(welcome, "Here now: bob, eve.");
  assertStringIncludes(welcome, "/help");
  assertStringIncludes(welcome, "/quit");
});

Deno.test("A taken name is refused with a free one, which is then accepted", async () => {
  await using server = await startServer();
  await using _first = await PlainClient.join(server.port, "ada");
  await using second = await PlainClient.connect(server.port);
  await second.say("ada");
  const suggestion = /\bada[\w-]+/.exec(await second.expect(/\bada[\w-]/));
  assert(suggestion, "a free name must be suggested");
  await second.say(suggestion[0]);
  await second.expectWelcome(suggestion[0]);
});

Deno.test("A name is asked for again until it is valid", async () => {
  await using server = await startServer();
  await using _ada = await PlainClient.join(server.port, "ada");
  await using client = await PlainClient.connect(server.port);
  assertEquals(await client.line(), GREETING);
  for (const wrong of ["ADA", "a b/c", "*star", "x".repeat(33)]) {
    await client.say(wrong);
    const answer = await client.line() ?? "";
    assert(!answer.startsWith("Welcome, "), `${wrong} must not be welcomed`);
  }
  await client.say("bob");
  await client.expectWelcome("bob");
});

Deno.test("A name is asked for five times more at most, then the connection ends", async () => {
  await using server = await startServer();
  await using client = await PlainClient.connect(server.port);
  assertEquals(await client.line(), GREETING);
  let answers = 0;
  try {
    for (; answers < 10; answers++) {
      await client.say("/no/name");
      if (await client.line() === null) break;
    }
  } catch {
    // The server has closed while this wrote.
  }
  await client.rest();
  assert(answers >= 5 && answers <= 7, `${answers} answers came`);
});

Deno.test("A name is free again after its owner has left", async () => {
  await using server = await startServer();
  await using eve = await PlainClient.join(server.port, "eve");
  for (let round = 0; round < 3; round++) {
    await using ada = await PlainClient.join(server.port, "ada");
    await ada.say("/quit");
    await ada.rest();
    await eve.expect("* ada left (quit)");
  }
});

Deno.test("The others are told who comes and who leaves", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const { client: robot, welcome } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  const eve = await PlainClient.join(server.port, "eve");
  await bob.expect(/^\* eve .*join/);
  const join = await robot.next("join", (join) => join.name === "eve");
  assert(join.seq > welcome.seq);
  await eve.say("/quit");
  await eve.rest();
  await eve[Symbol.asyncDispose]();
  await bob.expect("* eve left (quit)");
  const leave = await robot.next("leave");
  assertEquals([leave.name, leave.reason, leave.seq], ["eve", "quit", join.seq + 1]);
});

for (const word of ["/quit", "{quit}", "quit"]) {
  Deno.test(`${word} leaves`, async () => {
    await using server = await startServer();
    await using eve = await PlainClient.join(server.port, "eve");
    await using ada = await PlainClient.join(server.port, "ada");
    await ada.say(word);
    await ada.rest();
    assert(!ada.broken);
    await eve.expect("* ada left (quit)");
  });

  Deno.test(`${word} as the very first line leaves, and nobody sees a join`, async () => {
    await using server = await startServer();
    await using eve = await PlainClient.join(server.port, "eve");
    await using stranger = await PlainClient.connect(server.port);
    await stranger.say(word);
    await stranger.rest();
    assert(!stranger.broken);
    await using _ada = await PlainClient.join(server.port, "ada");
    await eve.expect(/^\* ada .*join/);
    assertEquals(eve.seen.filter((line) => /^\* .*(left|quit)/.test(line)), []);
  });
}

Deno.test("A message reaches the others, and not its plain sender", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await using eve = await PlainClient.join(server.port, "eve");
  await ada.say("hi all");
  await bob.expect("ada: hi all");
  await eve.expect("ada: hi all");
  await bob.say("hello ada");
  await ada.expect("bob: hello ada");
  assertEquals(ada.seen.filter((line) => line.includes("hi all")), []);
});

Deno.test("A json sender gets its own message back with its id and its time", async () => {
  await using server = await startServer();
  const { client: robot, welcome } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  await robot.say("beep", "k3.1");
  const echo = await robot.next("message");
  assertEquals([echo.from, echo.text, echo.id], ["robot", "beep", "k3.1"]);
  assert(echo.seq > welcome.seq);
  assertMatch(echo.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert(Math.abs(Date.now() - Date.parse(echo.at)) < 3_600_000);
});

Deno.test("A client that fails is removed without harm to the others", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await connectAndReset(server.port, { send: "eve\n", waitFor: "Welcome, eve!" });
  await ada.expect("* eve left (lost)");
  await ada.say("still here");
  await bob.expect("ada: still here");
  await using _eve = await PlainClient.join(server.port, "eve");
});
