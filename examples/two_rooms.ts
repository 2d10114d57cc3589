/**
 * A bot in two rooms: it tells the time in both, and `!lobby TEXT` in #ops is passed on to the
 * lobby. An answer goes to the room where it was asked for. It stays over lost connections, for as
 * long as it takes.
 *
 * ```sh
 * deno run --allow-net examples/two_rooms.ts HOST:PORT
 * ```
 *
 * @module
 */

import { ChatClient } from "../src/client/core/client.ts";
import { dial } from "../src/net/dial.ts";

const { hostname, port } = new URL(`tcp://${Deno.args[0] ?? "127.0.0.1:5001"}`);
const address = { hostname, port: Number(port) };
const client = new ChatClient({
  name: "porter",
  rooms: [{ room: "lobby" }, { room: "ops" }],
  history: 0,
  patient: true,
  connect: (signal) => dial(address, { timeoutMs: 5_000, signal }),
});
const ending = await client.run((events) => {
  for (const told of events) {
    if (told.type !== "told" || told.event.type !== "message" || told.past) continue;
    const { room, from, text } = told.event;
    if (text === "!time") client.say(`It is ${new Date().toTimeString()}.`, { room });
    const [, news] = /^!lobby (.+)/s.exec(text) ?? [];
    if (room === "ops" && news !== undefined) client.say(`${from}: ${news}`, { room: "lobby" });
  }
});
const words = `The bot has ended: ${ending.reason} ${ending.text}\n`;
await Deno.stderr.write(new TextEncoder().encode(words));
Deno.exit(ending.reason === "quit" ? 0 : 1);
