import { assert, assertEquals } from "@std/assert";
import { JsonClient } from "../../helpers/json_client.ts";
import { PlainClient } from "../../helpers/plain_client.ts";
import { startServer } from "../../helpers/program.ts";
import { Watched } from "./client_harness.ts";

Deno.test("A client that begins with a session takes its place up, and says what was on its way once", async () => {
  await using server = await startServer();
  await using nora = await PlainClient.join(server.port, "nora");
  const { client, welcome } = await JsonClient.join(server.port, "ada");
  await client.say("said before", "x.1");
  await nora.expect("ada: said before");
  await client[Symbol.asyncDispose]();
  const watched = new Watched(server.port, {
    session: welcome.session,
    unacknowledged: [
      { type: "say", room: "lobby", text: "said before", id: "x.1" },
      { type: "say", room: "lobby", text: "not said yet", id: "x.2" },
    ],
  });
  const connected = await watched.next("connected");
  assert(connected.welcome.resumed);
  assertEquals(watched.client.session, welcome.session);
  await watched.next("delivered");
  await watched.next("delivered");
  await nora.expect("ada: not said yet");
  await watched.leave();
  await nora.expect("* ada left (quit)");
  assertEquals(nora.seen.filter((line) => line.startsWith("ada: ")), [
    "ada: said before",
    "ada: not said yet",
  ]);
  assertEquals(nora.seen.filter((line) => line === "* ada joined").length, 1);
});

Deno.test("A client asks for one page of the past at a time, and is told it as history", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using nora = await PlainClient.join(server.port, "nora");
  await nora.send(Array.from({ length: 300 }, (_, n) => `line ${n}\n`).join(""));
  await nora.say("/who");
  await nora.expect("* 1 here: nora");
  const watched = new Watched(server.port, { history: 10 });
  assertEquals(watched.client.older("lobby", 100, 50), false, "there is no connection yet");
  await watched.next("entered");
  assert(watched.client.older("lobby", 100, 50));
  assertEquals(watched.client.older("lobby", 100, 50), false, "one page is awaited");
  for (;;) {
    const { event, past } = await watched.next("told");
    if (event.type !== "history") continue;
    assert(past);
    assertEquals(event.events.map(({ seq }) => seq), Array.from({ length: 50 }, (_, n) => 50 + n));
    break;
  }
  assert(watched.client.older("lobby", 50, 50));
  await watched.leave();
});
