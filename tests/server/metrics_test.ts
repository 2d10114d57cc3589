import { assert, assertEquals } from "@std/assert";
import { renderMetrics } from "../../src/server/metrics.ts";
import { Harness } from "./harness.ts";

Deno.test("metrics count people, lines, bytes and refusals, also of those who have gone", async () => {
  await using room = new Harness({ maxClients: 2 });
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  await room.connect();
  await ada.send("hello\n");
  await bob.send("/quit\n");
  await bob.end();
  const text = renderMetrics(room.server, room.server.totals);
  const values = new Map(
    text.split("\n").filter((line) => !line.startsWith("#") && line !== "")
      .map((line) => line.split(" ") as [string, string]),
  );
  assertEquals(values.get("chat_members"), "1");
  assertEquals(values.get('chat_connections{state="ok"}'), "1");
  assertEquals(values.get("chat_connections_total"), "2");
  assertEquals(values.get("chat_refused_total"), "1");
  assertEquals(values.get("chat_lines_received_total"), "4");
  assertEquals(values.get('chat_events_total{room="lobby"}'), "4");
  assert(Number(values.get("chat_bytes_sent_total")) > 100);
  for (const name of values.keys()) {
    const bare = name.replace(/\{.*/, "");
    assert(text.includes(`# HELP ${bare} `) && text.includes(`# TYPE ${bare} `), bare);
  }
});
