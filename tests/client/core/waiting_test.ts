import { assertEquals } from "@std/assert";
import type { DirectMessage } from "../../../src/protocol/messages.ts";
import { Watched } from "./client_harness.ts";
import { AT, FakeServer } from "./fake_server.ts";

function direct(n: number): DirectMessage {
  return { type: "direct", at: AT, from: "bob", to: "ada", text: `text ${n}`, id: "i", n };
}

Deno.test("ChatClient names the last direct message that waited, and says that it has seen it", async () => {
  using server = new FakeServer();
  const watched = new Watched(server.port, { session: "secret", lastDirect: 4 });
  const first = await server.peer();
  assertEquals((await first.welcome()).directs, 4);
  await first.send(direct(5), direct(6));
  assertEquals((await first.next("seen")).directs, 5);
  assertEquals((await first.next("seen")).directs, 6);
  assertEquals(watched.client.lastDirect, 6);
  await watched.next("told");
  first.close();
  await watched.next("lost");
  watched.timers.advance(10_000);
  // The server has forgotten the session: numbers begin anew.
  const second = await server.peer();
  assertEquals((await second.welcome({ session: "another" })).directs, 6);
  await watched.next("connected");
  assertEquals(watched.client.lastDirect, 0);
  await second.send(direct(1));
  assertEquals((await second.next("seen")).directs, 1);
  await watched.leave();
});
