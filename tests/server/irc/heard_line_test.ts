import { assertEquals, assertStrictEquals } from "@std/assert";
import { HeardLine } from "../../../src/server/irc/heard_line.ts";

Deno.test("HeardLine is written once for all who want the time, and once for the others", () => {
  const line = new HeardLine("ada", "AWAY", { text: "lunch" });
  const decoder = new TextDecoder();
  const plain = line.bytes([]);
  assertEquals(decoder.decode(plain), ":ada!u@chat AWAY :lunch\r\n");
  assertStrictEquals(line.bytes([]), plain);
  const timed = line.bytes([["time", "2026-01-01T00:00:00.000Z"]]);
  assertEquals(
    decoder.decode(timed),
    "@time=2026-01-01T00:00:00.000Z :ada!u@chat AWAY :lunch\r\n",
  );
  assertStrictEquals(line.bytes([["time", "2026-01-01T00:00:00.001Z"]]), timed);
});
