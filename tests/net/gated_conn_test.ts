import { assertEquals } from "@std/assert";
import { GatedConn } from "../../src/net/gated_conn.ts";
import { Turns } from "../../src/net/turns.ts";
import { FakeConn } from "./fake_conn.ts";

/** Everything that is ready happens. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("What a read brings is handed on when it is this connection's turn", async () => {
  let nowMs = 0;
  let rested = () => {};
  let turnEnds = () => {};
  const turns = new Turns({
    now: () => nowMs,
    after: (_ms, call) => {
      rested = call;
      return () => {};
    },
    soon: (call) => turnEnds = call,
  });
  const conn = new GatedConn(new FakeConn(["one", "two"]), turns, "192.0.2.7");
  const buffer = new Uint8Array(8);
  assertEquals(await conn.read(buffer), 3);
  // Somebody works for so long that the loop has to rest.
  nowMs = 20;
  let length: number | null | undefined;
  conn.read(buffer).then((read) => length = read);
  await settle();
  assertEquals(length, undefined);
  turnEnds();
  rested();
  await settle();
  assertEquals(length, 3);
  turns.close();
  assertEquals([await conn.read(buffer), conn.turn()], [null, null]);
});
