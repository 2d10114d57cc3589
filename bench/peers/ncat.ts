/**
 * `ncat --chat`: what nmap's netcat brings along.
 *
 * @module
 */

import { type Peer, startOnFreePort, versionOf } from "./peer.ts";

/** `ncat -l --chat`. */
export const ncat: Peer = {
  name: "ncat",
  wire: "ncat",
  about:
    "`ncat -v -l --chat -m CLIENTS`: it knows no lines, and puts a name in front of whatever " +
    "it reads at once",
  version: () => versionOf("ncat", /Version (\S+)/),
  start: ({ maxClients }) =>
    startOnFreePort(
      /Listening on 127\.0\.0\.1:(\d+)/,
      (port) => ["ncat", "-v", "-l", "--chat", "-m", `${maxClients}`, "127.0.0.1", `${port}`],
    ),
};
