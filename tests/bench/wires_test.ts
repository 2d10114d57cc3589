/**
 * The load generator and the real servers: it must understand what they say.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Load } from "../../bench/load.ts";
import { inspircd, ngircd } from "../../bench/peers/others.ts";
import { oursIrc, oursIrcFour, oursIrcTags, oursJson, startChat } from "../../bench/peers/ours.ts";
import { limitC, limitCJson } from "../../bench/peers/scripts.ts";
import { NatsServer, needsNats } from "../helpers/nats.ts";
import { needs } from "../helpers/proc.ts";

const LINES = 200;
const RECEIVERS = 8;

const PEERS = [
  ...[oursJson, oursIrc, oursIrcTags, oursIrcFour],
  ...[ngircd, inspircd, limitC, limitCJson],
];

for (const peer of PEERS) {
  Deno.test(`A flood of ${peer.name} is checked to the last byte`, async () => {
    if (!await needs("linux")) return;
    const program = peer.name.startsWith("limit-c") ? "cc" : peer.name;
    if (!peer.name.startsWith("ours") && !await needs(program)) return;
    await using server = await peer.start({ maxClients: 20 });
    const { wire, readers = [wire] } = peer;
    using load = await Load.connect(server.port, { wire, readers, receivers: RECEIVERS });
    for (let flood = 0; flood < 2; flood++) {
      const { deliveries } = await load.flood(LINES);
      assertEquals(deliveries, LINES * RECEIVERS);
    }
  });
}

Deno.test("A flood into two servers on NATS is checked to the last byte", async () => {
  if (!await needsNats()) return;
  await using nats = await NatsServer.start();
  const options = { maxClients: 20, nats: nats.url };
  await using one = await startChat(options);
  await using other = await startChat(options);
  const ports = [one.port, other.port];
  using load = await Load.connect(ports, { wire: "json", senders: 2, receivers: 2 });
  for (let flood = 0; flood < 2; flood++) {
    const { lines } = await load.flood(LINES);
    assertEquals(lines, 2 * LINES);
  }
});
