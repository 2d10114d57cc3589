/**
 * One attack as a process: `attacker.ts NAME ORDER`, the order being an {@linkcode Order} as JSON.
 * Says `ready` when it is in full force, goes on until it is over or its standard input ends, and
 * says what it did as JSON.
 *
 * @module
 */

import { Random } from "../random.ts";
import type { Order } from "./attack.ts";
import { ATTACKS } from "./attacks/all.ts";
import { say } from "../cli.ts";

async function main(): Promise<void> {
  const [name, json = "{}"] = Deno.args;
  const attack = ATTACKS.find((one) => one.name === name);
  if (attack === undefined) throw new Error(`There is no attack called ${name}`);
  const order = JSON.parse(json) as Order;
  const over = new AbortController();
  watchInput().then(() => over.abort());
  const figures = await attack.run({
    ...order,
    random: new Random(order.seed),
    signal: over.signal,
    ready: () => say("ready"),
  });
  say(JSON.stringify(figures));
}

async function watchInput(): Promise<void> {
  for await (const _ of Deno.stdin.readable);
}

await main();
// Whatever is still open is the server's to notice.
Deno.exit(0);
