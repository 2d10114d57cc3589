import { assertEquals } from "@std/assert";
import type { Logger } from "../../src/server/logger.ts";
import { RemovalLog } from "../../src/server/open_database.ts";

Deno.test("what was removed is told when it is over, and while it goes on once a minute", () => {
  const told: unknown[] = [];
  const ignore = () => {};
  const logger: Logger = {
    debug: ignore,
    info: (event, fields) => told.push([event, fields]),
    warn: ignore,
    error: ignore,
  };
  let nowMs = 0;
  const log = new RemovalLog(logger, () => nowMs);
  log.pause();
  log.add({ count: 128, upTo: "a" });
  log.add({ count: 100, upTo: "b" });
  assertEquals(told, []);
  log.pause();
  assertEquals(told, [["events removed", { count: 228, upTo: "b" }]]);
  for (nowMs = 1_000; nowMs < 70_000; nowMs += 1_000) {
    log.add({ count: 1, upTo: `${nowMs}` });
    log.pause();
  }
  assertEquals(told.slice(1), [["events removed", { count: 60, upTo: "60000" }]]);
  log.tell();
  log.tell();
  assertEquals(told.slice(2), [["events removed", { count: 9, upTo: "69000" }]]);
});
