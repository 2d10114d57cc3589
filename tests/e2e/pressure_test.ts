/**
 * Too much of everything: endless lines, floods, and peers that never read.
 *
 * @module
 */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs, rssBytes } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";

const MIB = 1_048_576;

Deno.test({
  name: "A line of 100 MB without a newline is refused, and memory does not grow",
  ignore: !await needs("linux"),
  async fn() {
    await using server = await startServer(["--rate", "0"]);
    await using ada = await PlainClient.join(server.port, "ada");
    await using bob = await PlainClient.join(server.port, "bob");
    await using endless = await PlainClient.join(server.port, "endless");
    async function pour(mib: number): Promise<number> {
      const chunk = new Uint8Array(MIB).fill(0x78);
      let most = 0;
      for (let i = 0; i < mib; i++) {
        await endless.send(chunk);
        if (i % 5 === 4) most = Math.max(most, await rssBytes(server.pid));
        if (i % 20 === 0) {
          await ada.say(`${i} of ${mib}`);
          await bob.expect(`ada: ${i} of ${mib}`);
        }
      }
      return most;
    }
    const warm = await pour(60);
    const most = await pour(100);
    assertLess(most - warm, 8 * MIB, `grew by ${(most - warm) / MIB} MiB from ${warm / MIB}`);
    await endless.send("\n");
    await endless.expect(/^\*.*(long|65.?536)/);
    await endless.say("short");
    await bob.expect("endless: short");
    assertEquals(bob.seen.filter((line) => line.includes("xxx")), []);
  },
});

Deno.test("At the default rate a line too long is refused, and an endless one hurts nobody", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await using endless = await PlainClient.join(server.port, "endless");
  await endless.say("x".repeat(70_000));
  await endless.expect(/^\*.*(long|65.?536)/);
  const poured = endless.send(new Uint8Array(100 * MIB).fill(0x78)).catch(() => {});
  for (let i = 0; i < 20; i++) {
    await ada.say(`still here ${i}`);
    await bob.expect(`ada: still here ${i}`);
  }
  endless.close();
  await poured;
  assertEquals(bob.seen.filter((line) => line.includes("xxx")), []);
});

Deno.test("A flood at the default rate is slowed: nothing is lost, nobody is cut off", async () => {
  await using server = await startServer();
  await using flooder = await PlainClient.join(server.port, "flooder");
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  const startMs = performance.now();
  const texts = Array.from({ length: 150 }, (_, i) => `flood ${i}`);
  await flooder.send(texts.map((text) => `${text}\n`).join(""));
  for (let i = 0; i < 10; i++) {
    await ada.say(`in between ${i}`);
    await bob.expect(`ada: in between ${i}`);
  }
  await ada.expect("flooder: flood 149");
  // 100 at once, then 20 a second: 50 more take 2.5 s; less one, for the clocks.
  assertGreater(performance.now() - startMs, 1_500);
  const heard = ada.seen.filter((line) => line.startsWith("flooder: "));
  assertEquals(heard, texts.map((text) => `flooder: ${text}`));
  await ada.say("calm down");
  await flooder.expect("ada: calm down");
});

Deno.test("A flood without an end pushes back on who sends it, and on nobody else", async () => {
  await using server = await startServer();
  await using flooder = await PlainClient.join(server.port, "flooder");
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  let written = false;
  const flood = flooder.send("la la la\n".repeat(5_000_000))
    .then(() => written = true, () => {});
  for (let i = 0; i < 30; i++) {
    await ada.say(`in between ${i}`);
    await bob.expect(`ada: in between ${i}`);
  }
  assertEquals(written, false);
  flooder.close();
  await flood;
});

Deno.test("Who never reads holds nobody up, loses only the middle, and is told how much", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using stalled = await PlainClient.connect(server.port, { reading: false });
  await stalled.say("stalled");
  await using stalledRobot = await JsonClient.connect(server.port, { reading: false });
  await stalledRobot.hello("robot");
  await using reader = await PlainClient.join(server.port, "reader");
  await using sender = await PlainClient.join(server.port, "sender");

  const lines = 24_000, batch = 1_000;
  for (let start = 0; start < lines; start += batch) {
    const numbers = Array.from({ length: batch }, (_, i) => start + i);
    await sender.send(numbers.map((n) => `${n} ${"x".repeat(1_000)}\n`).join(""));
    await reader.expect(new RegExp(`^sender: ${start + batch - 1} x`));
  }
  const read = reader.seen.filter((line) => line.startsWith("sender: "));
  assertEquals(read.length, lines);
  assert(read.every((line, i) => line.startsWith(`sender: ${i} `)));

  stalled.startReading();
  await stalled.expect(new RegExp(`^sender: ${lines - 1} x`));
  let next = 0, skips = 0;
  for (const [i, line] of stalled.seen.entries()) {
    const n = Number(/^sender: (\d+) x{1000}$/.exec(line)?.[1] ?? NaN);
    if (Number.isNaN(n)) {
      assert(!line.includes("sender: "), `a torn line: ${line.slice(0, 100)}`);
      continue;
    }
    if (n !== next) {
      skips++;
      const notice = stalled.seen[i - 1] ?? "";
      assert(notice.startsWith("* "), `no notice before the gap: ${notice.slice(0, 100)}`);
      assertEquals(notice.replaceAll(/\D/g, ""), `${n - next}`, notice);
    }
    next = n + 1;
  }
  assertGreater(skips, 0, "nothing was skipped: send more");

  stalledRobot.wire.startReading();
  await stalledRobot.next("message", (message) => message.text.startsWith(`${lines - 1} `));
  let seq: number | undefined, lags = 0;
  for (const event of stalledRobot.seen()) {
    if (event.type === "lagged") {
      lags++;
      assertEquals(event.from, (seq ?? 0) + 1);
      seq = event.to;
    } else if ("seq" in event && event.type !== "joined") {
      if (seq !== undefined) assertEquals(event.seq, seq + 1);
      seq = event.seq;
    }
  }
  assertGreater(lags, 0);
});
