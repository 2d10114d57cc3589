/**
 * redis-server: publish and subscribe on one channel.
 *
 * @module
 */

import { type Peer, startOnFreePort, versionOf } from "./peer.ts";

/** redis-server. */
export const redis: Peer = {
  name: "redis",
  wire: "redis",
  about: "`redis-server --save '' --appendonly no`, nobody dropped for reading slowly " +
    "(`client-output-buffer-limit pubsub 0 0 0`); RESP 3, and the answers to PUBLISH switched off",
  version: () => versionOf("redis-server", /v=(\S+)/),
  start: ({ maxClients }) =>
    startOnFreePort(/Ready to accept connections/, (port) => command(port, maxClients)),
};

function command(port: number, maxClients: number): readonly string[] {
  return [
    "redis-server",
    "--bind",
    "127.0.0.1",
    "--port",
    String(port),
    "--save",
    "",
    "--appendonly",
    "no",
    "--maxclients",
    // Its default, or more where more come.
    String(Math.max(10_000, maxClients)),
    "--client-output-buffer-limit",
    "pubsub 0 0 0",
  ];
}
