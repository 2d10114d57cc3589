/** Direct messages of the real program: no server, however it ends, delivers one twice. */

import { assertEquals } from "@std/assert";
import { type EventOf, JsonClient } from "../helpers/json_client.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";

function serve(db: string): Promise<RunningServer> {
  return startServer(["--db", db]);
}

async function kill(server: RunningServer): Promise<void> {
  server.signal("SIGKILL");
  await server.outcome();
}

/** The texts of the direct messages to somebody, up to a message that says how it ends. */
async function heard(client: JsonClient, end: string): Promise<string[]> {
  await client.message(end);
  return client.seen().filter((event) => event.type === "direct").map(({ text }) => text);
}

Deno.test("A direct message that is sent again after kill -9 is not delivered twice", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-direct-" });
  try {
    const db = `${directory}/room.db`;
    await using first = await serve(db);
    const { client: ada, welcome: adas } = await JsonClient.join(first.port, "ada");
    await using _ada = ada;
    const { client: bob, welcome: bobs } = await JsonClient.join(first.port, "bob");
    await using _bob = bob;
    const direct = { type: "direct", to: "bob", text: "psst", id: "d.1" };
    await ada.send({ type: "direct", to: "eve", text: "are you there?", id: "d.2" });
    await ada.next("error");
    await ada.send(direct);
    await ada.next("direct");
    assertEquals((await bob.next("direct")).text, "psst");
    await kill(first);

    await using second = await serve(db);
    const { session } = adas;
    const { client: again, welcome } = await JsonClient.join(second.port, "ada", { session });
    await using _again = again;
    assertEquals(welcome.resumed, true);
    const back = await JsonClient.join(second.port, "bob", { session: bobs.session });
    await using bobAgain = back.client;
    await again.send(direct);
    const error: EventOf<"error"> = await again.next("error");
    assertEquals([error.code, error.id], ["unknown_delivery", "d.1"]);
    // An id that reached nobody is free, and one of a message is another.
    await again.send({ ...direct, text: "are you there now?", id: "d.2" });
    assertEquals((await again.next("direct")).text, "are you there now?");
    await again.say("the end", "d.1");
    assertEquals(await heard(bobAgain, "the end"), ["are you there now?"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
