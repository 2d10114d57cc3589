import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { keyProblem, RoomKeys } from "../../../src/server/admission/room_keys.ts";

Deno.test("A key is known again by its hash, which does not hold it and is never the same", async () => {
  const keys = new RoomKeys();
  const [one, two] = await Promise.all([keys.hash("swordfish"), keys.hash("swordfish")]);
  assertMatch(one, /^scrypt\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
  assertNotEquals(one, two);
  const key = { hash: one, version: 1 };
  // The second time it is known without the work.
  for (let time = 0; time < 2; time++) {
    assert(await keys.isRight(key, "swordfish"));
    assert(!await keys.isRight(key, "Swordfish"));
    assert(!await keys.isRight(key, "x".repeat(100_000)));
  }
  assert(await new RoomKeys().isRight(key, " swordfish "));
});

Deno.test("A key that an older or newer server has hashed in another way opens nothing", async () => {
  for (const hash of ["", "scrypt", "scrypt$$", "argon2$00$00"]) {
    assert(!await new RoomKeys().isRight({ hash }, ""));
  }
});

Deno.test("A key is one word", () => {
  assertEquals(keyProblem("x".repeat(128)), null);
  assertEquals(keyProblem("schlüssel-7!"), null);
  assertMatch(keyProblem("x".repeat(129)) ?? "", /has 129 characters/);
  for (const word of ["quit", "{quit}", "/quit"]) {
    assertMatch(keyProblem(word) ?? "", /would leave/);
  }
  for (const word of ["", "two words", "tab\tbed", "a\u0000", "a\u202Eb"]) {
    assertMatch(keyProblem(word) ?? "", /one word/);
  }
});
