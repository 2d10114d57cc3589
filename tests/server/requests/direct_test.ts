import { assertEquals } from "@std/assert";
import { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

/** What a client was answered, in a few words: the codes of errors, who heard whom. */
function answers(conn: MemoryConnection): string[] {
  return conn.events().filter(({ type }) => type !== "join").map((event) =>
    event.type === "error" ? `${event.code} ${event.id}` : `${event.type} ${event.text}`
  );
}

Deno.test("a message and a direct message with the same id are two, in either order", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const { conn: bob } = await room.json("bob");
  await ada.request({ type: "direct", to: "bob", text: "psst", id: "x" });
  await ada.request({ type: "say", text: "hello", id: "x" });
  await ada.request({ type: "say", text: "hello again", id: "y" });
  await ada.request({ type: "direct", to: "bob", text: "psst again", id: "y" });
  const all = ["direct psst", "message hello", "message hello again", "direct psst again"];
  assertEquals(answers(ada), all);
  assertEquals(answers(bob), all);
});

Deno.test("a direct message with an id of before is acknowledged again, and delivered once", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const { conn: bob } = await room.json("bob");
  const line = `${JSON.stringify({ type: "direct", to: "bob", text: "psst", id: "d" })}\n`;
  await ada.send(line);
  await ada.send(line + line);
  assertEquals(answers(ada), ["direct psst", "direct psst", "direct psst"]);
  assertEquals(answers(bob), ["direct psst"]);
});

Deno.test("nothing is acknowledged that reached nobody, also twice at once, and its id is free again", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const line = `${JSON.stringify({ type: "direct", to: "bob", text: "psst", id: "d" })}\n`;
  await ada.send(line + line);
  assertEquals(answers(ada), ["no_such_person d", "unavailable d"]);
  const { conn: bob } = await room.json("bob");
  await ada.send(line);
  assertEquals(answers(ada), ["direct psst"]);
  assertEquals(answers(bob), ["direct psst"]);
});

Deno.test("who is muted by now still hears that a message was said before", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  await ada.request({ type: "say", text: "hello", id: "x" });
  const [said] = ada.events();
  const member = room.server.state.members.get("ada")!;
  room.server.order.propose({ type: "mute", member, untilMs: Infinity }, null);
  await ada.request({ type: "say", text: "hello", id: "x" });
  await ada.request({ type: "say", text: "more", id: "y" });
  const [again, refused] = ada.events();
  assertEquals(again, said);
  assertEquals([refused.code, refused.id], ["not_allowed", "y"]);
});
