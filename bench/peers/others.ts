/**
 * Servers that others have written, as Debian installs them: message brokers with one subject or
 * channel, and chat servers with one room.
 *
 * @module
 */

import { Scratch } from "../scratch.ts";
import { type Peer, type PeerOptions, startOnFreePort, versionOf } from "./peer.ts";

/** Port -1 lets it choose; what it says holds the port that it got. */
const NATS_ON_ANY_PORT = ["nats-server", "-a", "127.0.0.1", "-p", "-1"];
const NATS_LISTENS = /Listening for client connections on 127\.0\.0\.1:(\d+)/;

/** One subject that everybody publishes to and subscribes to. */
export const nats: Peer = {
  name: "nats",
  wire: "nats",
  about:
    "`nats-server -a 127.0.0.1`, otherwise as it comes (65,536 clients, 64 MiB pending each); " +
    "`echo` off, as chat servers do it",
  version: () => versionOf("nats-server", /(v\d\S*)/),
  start: () => startOnFreePort(NATS_LISTENS, () => NATS_ON_ANY_PORT),
};

/** One channel of publish and subscribe. */
export const redis: Peer = {
  name: "redis",
  wire: "redis",
  about: "`redis-server --save '' --appendonly no`, nobody dropped for reading slowly " +
    "(`client-output-buffer-limit pubsub 0 0 0`); RESP 3, and the answers to PUBLISH switched off",
  version: () => versionOf("redis-server", /v=(\S+)/),
  start: ({ maxClients }) =>
    startOnFreePort(/Ready to accept connections/, (port) => [
      ...["redis-server", "--bind", "127.0.0.1", "--port", `${port}`],
      ...["--save", "", "--appendonly", "no"],
      // Its default, or more where more come.
      ...["--maxclients", `${Math.max(10_000, maxClients)}`],
      ...["--client-output-buffer-limit", "pubsub 0 0 0"],
    ]),
};

/** What nmap's netcat brings along. */
export const ncat: Peer = {
  name: "ncat",
  wire: "ncat",
  about:
    "`ncat -v -l --chat -m CLIENTS`: it knows no lines, and puts a name in front of whatever " +
    "it reads at once",
  version: () => versionOf("ncat", /Version (\S+)/),
  start: ({ maxClients, host = "127.0.0.1" }) =>
    startOnFreePort(
      /Listening on [\d.]+:(\d+)/,
      (port) => ["ncat", "-v", "-l", "--chat", "-m", `${maxClients}`, host, `${port}`],
    ),
};

/** A small IRC server, one channel. */
export const ngircd: Peer = {
  name: "ngircd",
  wire: "irc",
  about: "ngircd without limits on connections, without DNS, IDENT and PAM, and without its " +
    "throttle (`MaxPenaltyTime = 0`), which would hold back whoever sends more than a few lines",
  version: () => versionOf("ngircd", /ngIRCd (\d[\d.]*)/),
  async start(options) {
    // Read once at the start: it may go as soon as the server listens.
    using scratch = new Scratch();
    const file = scratch.file("ngircd.conf");
    return await startOnFreePort(/Server ".*" .* ready\./, (port) => {
      Deno.writeTextFileSync(file, ircSettings(port, options));
      return ["ngircd", "-n", "-f", file];
    });
  },
};

function ircSettings(port: number, { host = "127.0.0.1", hasFloodControl }: PeerOptions): string {
  return `[Global]
Name = irc.test
Info = test
Ports = ${port}
Listen = ${host}
ServerUID = nobody
ServerGID = nogroup
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxNickLength = 20
${hasFloodControl ? "" : "MaxPenaltyTime = 0"}
[Options]
DNS = no
Ident = no
PAM = no
`;
}

/** A large IRC server, one channel. */
export const inspircd: Peer = {
  name: "inspircd",
  wire: "irc-inspircd",
  about: "InspIRCd without DNS and IDENT, and without what holds back or ends whoever sends much " +
    "or reads late (`threshold`, `commandrate`, `recvq`, `softsendq`, `hardsendq`), and with " +
    "its largest buffer (`netbuffersize`), beyond which nobody sends at once",
  version: () => versionOf("inspircd", /InspIRCd-(\d[\d.]*\d)/),
  async start({ host = "127.0.0.1", hasFloodControl = false }) {
    using scratch = new Scratch();
    const file = scratch.file("inspircd.conf");
    const limits = hasFloodControl ? "" : INSPIRCD_UNLIMITED;
    return await startOnFreePort(/InspIRCd is now running/, (port) => {
      Deno.writeTextFileSync(file, inspircdSettings(host, port, limits));
      // Where the benchmark runs as root, as in a container, so does it.
      return ["inspircd", "--config", file, "--nofork", "--nopid", "--runasroot"];
    });
  },
};

/** It counts commands and bytes of each client; none of these numbers is ever reached. */
const INSPIRCD_UNLIMITED = 'threshold="1000000000" commandrate="1000000000" fakelag="no" ' +
  'recvq="64M" softsendq="64M" hardsendq="64M"';

function inspircdSettings(host: string, port: number, limits: string): string {
  return `<server name="irc.test" description="test" network="test">
<admin name="test" nick="test" email="test@irc.test">
<bind address="${host}" port="${port}" type="clients">
<connect allow="*" timeout="60" pingfreq="600" localmax="100000" globalmax="100000"
 resolvehostnames="no" useident="no" ${limits}>
<performance softlimit="100000" netbuffersize="65534">
<module name="conn_join">
<autojoin channel="#room">
`;
}
