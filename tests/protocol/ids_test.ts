import { assert, assertEquals, assertMatch } from "@std/assert";
import { isMessageId, MessageIds, newSessionSecret } from "../../src/protocol/ids.ts";

Deno.test("newSessionSecret has 128 bits and never comes twice", () => {
  const secrets = new Set(Array.from({ length: 1_000 }, newSessionSecret));
  assertEquals(secrets.size, 1_000);
  for (const secret of secrets) assertMatch(secret, /^[0-9a-f]{32}$/);
});

Deno.test("MessageIds gives ids that are valid and all different", () => {
  const [ours, theirs] = [new MessageIds(), new MessageIds()];
  const ids = Array.from({ length: 1_000 }, () => [ours.next(), theirs.next()]).flat();
  assertEquals(new Set(ids).size, 2_000);
  for (const id of ids) assert(isMessageId(id), id);
});

Deno.test("isMessageId takes 1 to 64 characters of its alphabet", () => {
  for (const id of ["a", "A-z_0.9", "x".repeat(63), "x".repeat(64)]) assert(isMessageId(id), id);
  for (const id of ["", "x".repeat(65), "a b", "é", "a\n", "a/b", '"']) {
    assert(!isMessageId(id), id);
  }
});
