/**
 * The commands of docs/cluster.md work as they stand there, at other ports.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { natsServerPath, needsNats } from "../helpers/nats.ts";
import { needs } from "../helpers/proc.ts";
import { until } from "../helpers/wait.ts";
import { blocksOf, readDocument } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const ignore = !await needs("unix") || !await needsNats("2.12");

/** Beginnings of ports that are free with each of the digits 1 to 3 behind them. */
function* freePrefixes(): Generator<string> {
  for (let prefix = 2_000 + Math.floor(Math.random() * 1_000);; prefix++) {
    if ([1, 2, 3].every((digit) => isFree(Number(`${prefix}${digit}`)))) yield `${prefix}`;
  }
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test("docs/cluster.md: Start", { ignore }, async () => {
  const prefixes = freePrefixes();
  const [clients, routes, chat] = [prefixes.next(), prefixes.next(), prefixes.next()]
    .map(({ value }) => value as string);
  const [nats, serve, join, ...others] = blocksOf(readDocument("docs/cluster.md"))
    .filter(({ heading }) => heading === "Start")
    .map(({ text }) =>
      text.replaceAll(/\b422(?=[\d$])/g, clients!).replaceAll(/\b622(?=[\d$])/g, routes!)
        .replaceAll(/\b500(?=[\d$])/g, chat!)
    );
  assertEquals(others, []);
  await using workshop = await Workshop.open();
  await Deno.symlink(await natsServerPath(), `${workshop.directory}/bin/nats-server`);
  // Each waits for what it has started in the background.
  workshop.start(`${nats}wait`);
  const servers = workshop.start(
    `${serve!.replace("chat serve", "chat serve --host 127.0.0.1")}wait`,
  );
  for (let n = 0; n < 3; n++) await servers.stdout.expect(/ is listening on 127\.0\.0\.1:/, 60_000);
  const { code, stderr } = await workshop.start(join!).outcome();
  assertEquals([code, stderr], [0, ""]);
  await until(async () => {
    const read = workshop.start(`chat join 127.0.0.1:${chat}3 --name bob --history all --exit`);
    return (await read.outcome()).stdout.includes("ada: hello");
  }, "the message at another server");
});
