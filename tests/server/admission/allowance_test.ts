import { assertEquals } from "@std/assert";
import { TokenBucket } from "../../../src/server/admission/allowance.ts";

Deno.test("TokenBucket lets five seconds' worth through at once, and then one at a time", () => {
  const bucket = new TokenBucket(20, 0);
  for (let i = 0; i < 100; i++) assertEquals(bucket.take(1, 0), 0);
  assertEquals(bucket.take(1, 0), 50);
  assertEquals(bucket.take(1, 50), 50);
  assertEquals(bucket.take(1, 150), 0);
});

Deno.test("TokenBucket saves up no more than its capacity", () => {
  const bucket = new TokenBucket(1, 0);
  assertEquals(bucket.take(5, 1_000_000), 0);
  assertEquals(bucket.take(1, 1_000_000), 1_000);
});

Deno.test("TokenBucket of rate 0 never waits", () => {
  const bucket = new TokenBucket(0, 0);
  assertEquals(bucket.take(1e9, 0), 0);
});
