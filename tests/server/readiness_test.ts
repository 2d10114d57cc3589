import { assertEquals, assertThrows } from "@std/assert";
import { Readiness } from "../../src/server/readiness.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { ManualClock } from "./manual_clock.ts";

/** What a server depends on, as the test says. */
class Parts {
  readonly clock = new ManualClock();
  readonly elsewhere = { isCutOff: false };
  error: Error | null = null;
  tries = 0;
  readonly store = {
    tryWriting: () => {
      this.tries++;
      if (this.error !== null) throw this.error;
    },
  };
}

Deno.test("A server is ready while its store takes commits, which is tried once a second", async () => {
  const parts = new Parts();
  const readiness = new Readiness({ ...parts, elsewhere: null });
  for (let i = 0; i < 1_000; i++) assertEquals(readiness.whyNot(), null);
  assertEquals(parts.tries, 1);
  parts.error = new StoreUnavailable("/secret/room.db: the disk is full");
  assertEquals(readiness.whyNot(), null);
  await parts.clock.advance(1_000);
  // Strangers may ask: where the database is stands in the log only.
  assertEquals(readiness.whyNot(), "the database cannot be written");
  assertEquals(readiness.whyNot(), "the database cannot be written");
  assertEquals(parts.tries, 2);
  parts.error = null;
  await parts.clock.advance(1_000);
  assertEquals(readiness.whyNot(), null);
});

Deno.test("A server is not ready while it is cut off from the others, or being stopped", () => {
  const parts = new Parts();
  const readiness = new Readiness(parts);
  assertEquals(readiness.whyNot(), null);
  parts.elsewhere.isCutOff = true;
  assertEquals(readiness.whyNot(), "the other servers cannot be reached");
  parts.elsewhere.isCutOff = false;
  assertEquals(readiness.whyNot(), null);
  readiness.stop();
  assertEquals(readiness.whyNot(), "the server is being stopped");
});

Deno.test("What is no fault of the store is thrown on", () => {
  const parts = new Parts();
  parts.error = new TypeError("a mistake");
  assertThrows(() => new Readiness({ ...parts, elsewhere: null }).whyNot(), TypeError);
});
