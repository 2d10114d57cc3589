/**
 * Who is put to the test: this program, and the two that Debian offers to people who want the same,
 * all with the flood control that they have by themselves; and how one talks to them.
 *
 * @module
 */

import { WIRES } from "../../../bench/load/wire.ts";
import { ncat, ngircd } from "../../../bench/peers/others.ts";
import { ours } from "../../../bench/peers/ours.ts";
import type { Peer, RunningPeer } from "../../../bench/peers/peer.ts";

/** A chat server that is put to the test. */
export interface Contender {
  /** For the table. */
  readonly name: string;
  /** How it is started, for the notes. */
  readonly about: string;
  /** Its version; null when it is not installed. */
  version(): Promise<string | null>;
  /** Starts it on all addresses of this machine. */
  start(): Promise<RunningPeer>;
  /** What a client sends to come in. */
  enter(name: string): string;
  /** Stands in the line after which a client is in; null: it is in as soon as it has connected. */
  readonly ready: string | null;
  /** What a client sends to say a line. */
  say(text: string): string;
}

/** All of them. */
export const CONTENDERS: readonly Contender[] = [
  contender(ours, "chat", "`chat serve --max-clients 2000`, plain dialect"),
  contender(ncat, "ncat --chat", "`ncat --listen --chat --max-conns 2000`"),
  contender(
    ngircd,
    "ngircd",
    "Debian's settings, but without limits on connections, DNS, IDENT and PAM",
  ),
];

function contender(peer: Peer, name: string, about: string): Contender {
  const { hello, ready, say } = WIRES[peer.wire];
  return {
    name,
    about,
    version: () => peer.version(),
    start: () => peer.start({ maxClients: 2_000, host: "0.0.0.0", hasFloodControl: true }),
    enter: hello,
    // ncat's announcement comes when it gets round to it, and nobody has to wait for it.
    ready: peer.wire === "ncat" ? null : ready,
    say: (text) => say("", text),
  };
}
