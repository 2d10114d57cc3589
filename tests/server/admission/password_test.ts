import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import { MAX_PENALTY_MS, Penalties } from "../../../src/server/admission/penalties.ts";
import { checkSecret, Secret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";

function guarded(): Harness {
  return new Harness({ password: new Secret("open sesame") });
}

Deno.test("a plain room with a password asks for it first, and then for the name", async () => {
  await using room = guarded();
  const ada = await room.connect();
  await room.clock.advance(150);
  assertEquals(ada.received(), ["Welcome to chat. Type the password and press Enter."]);
  await ada.send("open sesame\n");
  assertEquals(ada.received(), ["* Thank you. Type your name and press Enter."]);
  await ada.send("ada\n");
  assertMatch(ada.received()[0]!, /^Welcome, ada!/);
});

Deno.test("password, name and words may come in one packet", async () => {
  await using room = guarded();
  const ada = await room.connect();
  await ada.send("open sesame\nada\nhello\n/who\n");
  assertEquals(ada.received().at(-1), "* 1 here: ada");
  assert(!JSON.stringify(room.logged).includes("sesame"));
});

Deno.test("a wrong password is refused, five times at most, and is nobody's name", async () => {
  await using room = guarded();
  const eve = await room.connect();
  eve.received();
  for (let i = 0; i < 5; i++) {
    await eve.send("guess\n");
    await room.clock.advance(10_000);
    assertMatch(eve.received()[0]!, /^\* That is not the password/);
  }
  assert(eve.writeClosed);
  assertEquals(room.server.state.members.size, 0);
  assert(!JSON.stringify(room.logged).includes("guess"));
});

Deno.test("in json the password is a field of the hello, which may be sent again", async () => {
  await using room = guarded();
  const conn = await room.connect();
  const hello = { type: "hello", protocol: 1, name: "ada" };
  await conn.request(hello);
  assertEquals(conn.events()[0].code, "password");
  await conn.request({ ...hello, password: "wrong" });
  assertEquals(conn.events()[0].code, "password");
  await conn.request({ ...hello, password: "open sesame" });
  await room.clock.advance(1_000);
  assertEquals(conn.events()[0].type, "welcome");
});

Deno.test("wrong passwords slow the answers to their address, and the right one still opens", async () => {
  await using room = guarded();
  for (let i = 0; i < 3; i++) {
    const eve = await room.connect("10.0.0.66");
    await eve.send("guess\n".repeat(5));
    await room.clock.advance(60_000);
  }
  const eve = await room.connect("10.0.0.66");
  await eve.send("guess\nguess\nguess\n");
  await room.clock.advance(20_000);
  const neighbour = await room.connect("10.0.0.66");
  neighbour.received();
  await neighbour.send("open sesame\n");
  assertEquals(neighbour.received(), []);
  await room.clock.advance(MAX_PENALTY_MS);
  assertMatch(neighbour.received()[0]!, /Thank you/);
  const elsewhere = await room.connect("10.0.0.7");
  elsewhere.received();
  await elsewhere.send("open sesame\n");
  assertMatch(elsewhere.received()[0]!, /Thank you/);
});

Deno.test("who leaves while an answer is delayed leaves no timer behind", async () => {
  await using room = guarded();
  const eve = await room.connect();
  await eve.send("a\nb\nc\nd\n");
  await eve.end({ broken: true });
});

Deno.test("Penalties doubles up to a second and forgives with time", () => {
  const penalties = new Penalties();
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    waits.push(penalties.waitMs("10.0.0.1", 0));
    penalties.add("10.0.0.1", 0);
  }
  assertEquals(waits, [0, 250, 500, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  assertEquals(penalties.waitMs("10.0.0.2", 0), 0);
  assertEquals(penalties.waitMs("10.0.0.1", 5 * 60_000), 1_000);
  assertEquals(penalties.waitMs("10.0.0.1", 60 * 60_000), 0);
});

Deno.test("a password that could not be typed as the first line is refused without showing it", () => {
  for (
    const [text, why] of [
      ["", /empty/],
      ["  ", /empty/],
      ["{secret", /JSON/],
      ["quit", /leave/],
      ["/quit", /leave/],
      [" secret", /spaces/],
      ["sec\x07ret", /control/],
      ["sec\uFFFDret", /UTF-8/],
      ["PASS secret", /IRC/],
      ["join secret", /IRC/],
      [":secret ping me", /IRC/],
      ["GET /secret in", /browser/],
      ["SSH-2.0-secret", /another protocol/],
      ["x".repeat(300), /300/],
    ] as const
  ) {
    const { message } = assertThrows(() => checkSecret(text, '"file"'), Failure);
    assert(message.includes('"file"') && !/sec.?ret/.test(message), message);
    assertMatch(message, why);
  }
  assert(checkSecret("correct horse", "f").equals("correct horse"));
  assert(!checkSecret("correct horse", "f").equals("Correct horse"));
});
