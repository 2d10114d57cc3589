import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../../src/clock.ts";
import { Accounts } from "../../../src/server/admission/accounts.ts";

Deno.test("an address gets what its last connection has left, but not its debt", () => {
  const account = new Accounts(0, systemClock).open("10.0.0.1");
  const eve = account.take(20, 0);
  eve.bucket.take(100 + 7_000, 0);
  account.leave(eve, 0);
  const bob = account.take(20, 0);
  assertEquals(bob.bucket.tokens, 0);
  // The first line waits for one token, however much the one before had to pay.
  assertEquals(bob.bucket.take(1, 0), 50);
});

Deno.test("what an address without a connection has left is forgotten when it is full again", () => {
  const accounts = new Accounts(0, systemClock);
  const account = accounts.open("10.0.0.1");
  const eve = account.take(20, 0);
  eve.bucket.take(60, 0);
  account.leave(eve, 0);
  accounts.close(account);
  accounts.tick(1_000);
  assertEquals(account.leftBehind, 1);
  accounts.tick(5_001);
  assertEquals(account.leftBehind, 0);
  assert(accounts.open("10.0.0.1") === account);
});
