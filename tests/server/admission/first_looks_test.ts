import { assert, assertEquals } from "@std/assert";
import { FirstLooks, MAX_WRONG_LOOKS } from "../../../src/server/admission/first_looks.ts";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import type { MemoryConnection } from "../memory_connection.ts";
import { Harness } from "../harness.ts";

const MINUTE_MS = 60_000;

function hello(conn: MemoryConnection, name: string, password: string): Promise<void> {
  return conn.request({ type: "hello", protocol: 1, name, password });
}

/** Since the last look; pongs may come between. */
function told(conn: MemoryConnection, type: string): boolean {
  return conn.events().some((event) => event.type === type);
}

Deno.test("who knows the password comes in at once, behind any number at the address who guess", async () => {
  await using room = new Harness({
    password: checkSecret("open sesame", "a test"),
    maxClients: 1_000,
  });
  const eves: MemoryConnection[] = [];
  for (let i = 0; i < 600; i++) {
    const eve = await room.connect("10.0.0.66");
    await hello(eve, `eve${i}`, `guess ${i}`);
    eves.push(eve);
  }
  for (const name of ["ada", "bob"]) {
    const conn = await room.connect("10.0.0.66");
    await hello(conn, name, "open sesame");
    assertEquals(conn.events()[0].type, "welcome");
  }
  // The others are told as late as ever: at once, after 250 and 500 ms, and then one a second.
  await room.clock.advance(10_000);
  const answered = eves.filter((eve) => told(eve, "error")).length;
  assert(answered >= 9 && answered <= 13, String(answered));
  const wrong = room.logged.filter(({ event }) => event === "wrong password").length;
  assertEquals(wrong, 600);
});

Deno.test("the second password of a connection waits for its turn, though it is right", async () => {
  await using room = new Harness({
    password: checkSecret("open sesame", "a test"),
    maxClients: 1_000,
  });
  for (let i = 0; i < 5; i++) {
    await hello(await room.connect("10.0.0.66"), `eve${i}`, "guess");
  }
  await room.clock.advance(10_000);
  const ada = await room.connect("10.0.0.66");
  await hello(ada, "ada", "open sesam");
  await room.clock.advance(1_000);
  assert(told(ada, "error"));
  await hello(ada, "ada", "open sesame");
  assert(!told(ada, "welcome"));
  await room.clock.advance(1_000);
  assert(told(ada, "welcome"));
});

Deno.test("FirstLooks looks at so many wrong ones of an address, and at one more each minute", () => {
  const looks = new FirstLooks();
  let looked = 0;
  function wrong(atMs: number, address = "a"): boolean | undefined {
    return looks.look(address, atMs, () => {
      looked++;
      return false;
    });
  }
  for (let i = 0; i < MAX_WRONG_LOOKS; i++) assertEquals(wrong(0), false);
  assertEquals(wrong(0), undefined);
  assertEquals(looked, MAX_WRONG_LOOKS);
  // What is right is not looked at either: there is no telling by it.
  assertEquals(looks.look("a", 0, () => true), undefined);
  assertEquals(wrong(0, "b"), false);
  assertEquals(wrong(MINUTE_MS), false);
  assertEquals(wrong(MINUTE_MS), undefined);
  const dayMs = 24 * 60 * MINUTE_MS;
  looked = 0;
  for (let ms = 2 * MINUTE_MS; ms <= dayMs + MINUTE_MS; ms += 1_000) wrong(ms);
  assertEquals(looked, 1_440);
});

Deno.test("FirstLooks counts no right ones", () => {
  const looks = new FirstLooks();
  for (let i = 0; i < 2 * MAX_WRONG_LOOKS; i++) assertEquals(looks.look("a", 0, () => true), true);
});
