/**
 * What docs/operations.md says about exporting, about proxies and about a class. Its other commands are run by
 * `tests/store/sqlite/operations_test.ts`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { headerV2 } from "../helpers/proxy_headers.ts";
import { blocksOf, readDocument } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

Deno.test({
  name: "docs/operations.md: Export over the network",
  ignore: !await needs("unix"),
  async fn() {
    const blocks = blocksOf(readDocument("docs/operations.md"));
    const [block, ...others] = blocks.filter(({ heading }) =>
      heading === "Export over the network"
    );
    assertEquals(others, []);
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await bob.say("to be kept");
    await using eve = await PlainClient.join(server.port, "eve");
    await using workshop = await Workshop.open();
    const script = block?.text.replace("HOST:PORT", `127.0.0.1:${server.port}`) ?? "exit 9";
    assertEquals((await workshop.start(script).outcome()).code, 0);
    const lines = (await Deno.readTextFile(`${workshop.directory}/room.jsonl`)).trim().split("\n");
    const events = lines.map((line) => JSON.parse(line) as LogEvent);
    assertEquals(events.map(({ seq }) => seq), events.map((_, i) => i + 1));
    assert(events.some((event) => event.type === "message" && event.text === "to be kept"));
    await eve.expect(/^\* export joined/);
  },
});

Deno.test("docs/operations.md: Behind a proxy", async () => {
  const [block, ...others] = blocksOf(readDocument("docs/operations.md"))
    .filter(({ heading, language }) => heading === "Behind a proxy" && language === "sh");
  assertEquals(others, []);
  const here = block?.text.trim().replace("10.0.0.2", "127.0.0.1").replace("--web", "--web=0");
  const [chat, serve, ...flags] = here?.split(" ") ?? [];
  assertEquals([chat, serve], ["chat", "serve"]);
  await using server = await startServer(flags);
  await using ada = await PlainClient.connect(server.port);
  await ada.send(headerV2("198.51.100.7"));
  await ada.say("ada");
  await ada.expectWelcome("ada");
  await server.log.expect(/joined .*198\.51\.100\.7:/);
});

Deno.test("docs/operations.md: A class behind one address", async () => {
  const [block] = blocksOf(readDocument("docs/operations.md"))
    .filter(({ heading }) => heading === "A class behind one address");
  const [chat, serve, ...flags] = block?.text.trim().split(" ") ?? [];
  assertEquals([chat, serve], ["chat", "serve"]);
  await using server = await startServer(flags);
  await using ada = await PlainClient.join(server.port, "ada");
  for (let i = 1; i <= 12; i++) {
    await ada.say(`/join group${i}`);
    await ada.expect(new RegExp(`You are in #group${i} now`));
  }
});
