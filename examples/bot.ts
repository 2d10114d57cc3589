/**
 * A bot: whoever says `!time` is told what time it is. It stays over lost connections, for as long
 * as it takes.
 *
 * ```sh
 * deno run --allow-net examples/bot.ts HOST:PORT
 * ```
 *
 * @module
 */

import { ChatClient } from "../src/client/core/client.ts";
import { dial } from "../src/net/dial.ts";

const { hostname, port } = new URL(`tcp://${Deno.args[0] ?? "127.0.0.1:5001"}`);
const address = { hostname, port: Number(port) };
const client = new ChatClient({
  name: "clock",
  history: 0,
  patient: true,
  connect: (signal) => dial(address, { timeoutMs: 5_000, signal }),
});
const ending = await client.run((events) => {
  for (const told of events) {
    if (told.type !== "told" || told.event.type !== "message" || told.past) continue;
    if (told.event.text === "!time") client.say(`It is ${new Date().toTimeString()}.`);
  }
});
const words = `The bot has ended: ${ending.reason} ${ending.text}\n`;
await Deno.stderr.write(new TextEncoder().encode(words));
Deno.exit(ending.reason === "quit" ? 0 : 1);
