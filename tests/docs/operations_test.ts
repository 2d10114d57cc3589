/**
 * What docs/operations.md says about exporting. Its other commands are run by
 * `tests/room/sqlite_operations_test.ts`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { blocksOf, readDocument } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

Deno.test({
  name: "docs/operations.md: Export over the network",
  ignore: !await needs("setsid"),
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
