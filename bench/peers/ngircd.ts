/**
 * ngircd: a small IRC server, one channel.
 *
 * @module
 */

import { Scratch } from "../scenarios/scratch.ts";
import { type Peer, type RunningPeer, startOnFreePort, versionOf } from "./peer.ts";

/** ngircd. */
export const ngircd: Peer = {
  name: "ngircd",
  wire: "irc",
  about: "ngircd without limits on connections, without DNS, IDENT and PAM, and without its " +
    "throttle (`MaxPenaltyTime = 0`), which would hold back whoever sends more than a few lines",
  version: () => versionOf("ngircd", /ngIRCd (\d[\d.]*)/),
  start,
};

async function start(): Promise<RunningPeer> {
  // Read once at the start: it may go as soon as the server listens.
  using scratch = new Scratch();
  const file = scratch.file("ngircd.conf");
  return await startOnFreePort(/Server ".*" .* ready\./, (port) => {
    Deno.writeTextFileSync(file, settings(port));
    return ["ngircd", "-n", "-f", file];
  });
}

function settings(port: number): string {
  return `[Global]
Name = irc.test
Info = test
Ports = ${port}
Listen = 127.0.0.1
ServerUID = nobody
ServerGID = nogroup
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxNickLength = 20
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
`;
}
