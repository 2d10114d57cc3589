/**
 * What docs/survivors.md compares of the features of servers: who joins, and who comes back,
 * sees nothing of what was said before; and what stands in front of a line that they relay.
 *
 * @module
 */

import { assert, assertMatch } from "@std/assert";
import { saySkipped } from "../helpers/proc.ts";
import { nats, ncat, ngircd, redis } from "../../bench/peers/others.ts";
import { ours } from "../../bench/peers/ours.ts";
import type { Peer } from "../../bench/peers/peer.ts";
import { PlainClient } from "../helpers/plain_client.ts";

/** How one talks to a server, and what comes of it. */
interface Wire {
  readonly peer: Peer;
  /** What a client sends to come in. */
  readonly enter: (name: string) => string;
  /** The last line that it gets before it is in; null where nothing is said. */
  readonly isIn: RegExp | null;
  /** What a client sends to say something. */
  readonly say: (text: string) => string;
  /** Whether the past is shown. */
  readonly past: boolean;
  /** The line in which others hear ada say "now", or a line above it that tells who it is from. */
  readonly heard: RegExp;
}

const WIRES: readonly Wire[] = [
  {
    peer: ours,
    enter: (name) => `${name}\n`,
    isIn: /^Welcome, /,
    say: (text) => `${text}\n`,
    past: true,
    heard: /^ada: now$/,
  },
  {
    peer: ncat,
    enter: () => "",
    isIn: null,
    say: (text) => `${text}\n`,
    past: false,
    // A number, whoever it is.
    heard: /^<user\d+> now$/,
  },
  {
    peer: ngircd,
    enter: (name) => `NICK ${name}\r\nUSER ${name} 0 * :${name}\r\nJOIN #room\r\n`,
    isIn: / 366 /,
    say: (text) => `PRIVMSG #room :${text}\r\n`,
    past: false,
    heard: /^:ada!\S+ PRIVMSG #room :now$/,
  },
  {
    peer: nats,
    enter: () => `CONNECT {"verbose":false}\r\nSUB room 1\r\nPING\r\n`,
    isIn: /^PONG$/,
    say: (text) => `PUB room ${text.length}\r\n${text}\r\n`,
    past: false,
    // Subject, subscription and length: nothing about who says it.
    heard: /^now$/,
  },
  {
    peer: redis,
    enter: () => "HELLO 3\r\nSUBSCRIBE room\r\nPING here\r\n",
    isIn: /^here$/,
    say: (text) => `PUBLISH room ${text}\r\n`,
    past: false,
    heard: /^now$/,
  },
];

/** Somebody who is in the room. */
async function enter(port: number, name: string, wire: Wire): Promise<PlainClient> {
  const client = await PlainClient.connect(port, { label: name });
  await client.send(wire.enter(name));
  if (wire.isIn !== null) await client.expect(wire.isIn);
  return client;
}

for (const wire of WIRES) {
  const { peer, past, heard, say } = wire;
  const version = Deno.build.os === "linux" ? await peer.version() : null;
  if (version === null) {
    saySkipped(peer.name);
  }
  Deno.test({
    name: `docs/survivors.md, Features: who joins ${peer.name} ${
      past ? "sees" : "misses"
    } the past`,
    ignore: version === null,
    async fn() {
      await using server = await peer.start({ maxClients: 10 });
      const { port } = server;
      await using ada = await enter(port, "ada", wire);
      await using bob = await enter(port, "bob", wire);
      // Where coming in is silent, talking tells that one is in.
      await bob.send(say("hello"));
      await ada.expect(/hello$/);
      await ada.send(say("before"));
      await bob.expect(/before$/);
      await using eve = await enter(port, "eve", wire);
      await eve.send(say("again"));
      await ada.expect(/again$/);
      await ada.send(say("now"));
      assertMatch(await eve.expect(/now$/), heard);
      assert(eve.seen.some((line) => line.endsWith("before")) === past);
    },
  });
}
