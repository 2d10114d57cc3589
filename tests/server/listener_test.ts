import { assertEquals } from "@std/assert";
import { Turns } from "../../src/net/turns.ts";
import { acceptAll } from "../../src/server/listener.ts";
import { ManualClock, settle } from "./manual_clock.ts";

/** Counts what is asked of it, and lets everybody go on. */
class CountingTurns extends Turns {
  asked = 0;

  override next(): Promise<void> {
    this.asked++;
    return Promise.resolve();
  }
}

/** A listener at which so many have knocked already; then nobody comes, until it is closed. */
function knockedAt(count: number): Deno.Listener {
  const none = new Promise<never>(() => {});
  const accept = () => {
    if (--count >= 0) return Promise.resolve({} as Deno.Conn);
    return count === -1 ? none : Promise.reject(new Deno.errors.BadResource("closed"));
  };
  return { accept } as Deno.Listener;
}

const logger = { debug() {}, info() {}, warn() {}, error() {} };

Deno.test("a storm of connections takes a turn for many of them, not one for each", async () => {
  const turns = new CountingTurns();
  let taken = 0;
  const options = { isClosed: () => true, turns, clock: new ManualClock(), logger };
  void acceptAll(knockedAt(512), { ...options, take: () => taken++ });
  await settle();
  while (taken < 512) await settle();
  assertEquals(turns.asked, 16);
});

Deno.test("when letting them in takes long, each connection waits for a turn", async () => {
  const turns = new CountingTurns();
  const clock = new ManualClock();
  let now = clock.now();
  clock.now = () => now;
  let taken = 0;
  const take = () => {
    taken++;
    now += 5;
  };
  void acceptAll(knockedAt(10), { isClosed: () => true, turns, clock, logger, take });
  while (taken < 10) await settle();
  assertEquals(turns.asked, 10);
});
