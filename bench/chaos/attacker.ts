/**
 * One attack as a process: `attacker.ts NAME HOST PORT SEED COUNT [PASSWORD [CERTIFICATE]]`. Says `ready` when it is in full
 * force, goes on until it is over or its standard input ends, and says what it did as JSON.
 *
 * @module
 */

import { Random } from "../kill/random.ts";
import { ATTACKS } from "./attacks/all.ts";
import { say } from "./cli.ts";

async function main(): Promise<void> {
  const [name, host = "", port, seed, count, password, certificate] = Deno.args;
  const attack = ATTACKS.find((one) => one.name === name);
  if (attack === undefined) throw new Error(`There is no attack called ${name}`);
  const over = new AbortController();
  watchInput().then(() => over.abort());
  const figures = await attack.run({
    host,
    port: Number(port),
    random: new Random(Number(seed)),
    count: Number(count),
    password: password === "" ? undefined : password,
    certificate,
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
