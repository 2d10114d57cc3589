/**
 * nats-server: a message broker, here one subject that everybody publishes to and subscribes to.
 *
 * @module
 */

import { type Peer, startOnFreePort, versionOf } from "./peer.ts";

/** nats-server. */
export const nats: Peer = {
  name: "nats",
  wire: "nats",
  about:
    "`nats-server -a 127.0.0.1`, otherwise as it comes (65,536 clients, 64 MiB pending each); " +
    "`echo` off, as chat servers do it",
  version: () => versionOf("nats-server", /(v\d\S*)/),
  // Port -1 lets it choose; what it says holds the port that it got.
  start: () =>
    startOnFreePort(
      /Listening for client connections on 127\.0\.0\.1:(\d+)/,
      () => ["nats-server", "-a", "127.0.0.1", "-p", "-1"],
    ),
};
