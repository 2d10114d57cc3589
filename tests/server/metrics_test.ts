import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { renderMetrics, serveMetrics } from "../../src/server/metrics.ts";
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
  assertEquals(values.get("chat_events_total"), "4");
  assert(Number(values.get("chat_bytes_sent_total")) > 100);
  for (const name of values.keys()) {
    const bare = name.replace(/\{.*/, "");
    assert(text.includes(`# HELP ${bare} `) && text.includes(`# TYPE ${bare} `), bare);
  }
});

Deno.test("metrics are served at /metrics, and nowhere else", async () => {
  const http = serveMetrics({ host: "127.0.0.1", port: 0 }, () => "figure 1\n");
  const { port } = http.addr as Deno.NetAddr;
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [response.status, await response.text()];
  };
  assertEquals(await get("/metrics"), [200, "figure 1\n"]);
  assertEquals((await get("/"))[0], 404);
  assertEquals((await get("/metrics", "POST"))[0], 405);
  const { message } = assertThrows(
    () => serveMetrics({ host: "127.0.0.1", port }, () => ""),
    Failure,
  );
  assertMatch(message, /^Cannot serve metrics on 127\.0\.0\.1:\d+: /);
  await http.shutdown();
});
