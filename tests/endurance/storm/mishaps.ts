/**
 * What befalls a cluster in a storm, one thing after the other: nodes of NATS and chat servers are
 * killed, ended and stopped for a while.
 *
 * @module
 */

import type { NatsCluster, NatsServer } from "../../helpers/nats.ts";
import { pause } from "../../helpers/wait.ts";
import type { RestartingServer } from "../kill/restarting_server.ts";
import type { Random } from "../random.ts";

/** What there is to break. */
export interface Parts {
  /** Three nodes. */
  readonly nats: NatsCluster;
  /** Servers with the same rooms. */
  readonly servers: readonly RestartingServer[];
}

/** Who is killed comes back after up to so long: ms. */
const AWAY_MS = 3_000;

/**
 * Who stands still goes on after up to so long: twice that, when the node that a server is at stands
 * still right after it, and what it takes to notice, is less than it takes to be found dead (15 s).
 */
const STILL_MS = 4_000;

/** Between two mishaps: an election, and the clients of a server that come back. */
const BREATH_MS = 3_000;

/** Each happens, and is over when it returns. */
const MISHAPS: Readonly<Record<string, (parts: Parts, random: Random) => Promise<void>>> = {
  async "leader of NATS killed"({ nats }, random) {
    await restart(await nats.leaderOf("CHAT"), "SIGKILL", random);
  },
  async "node of NATS ended"({ nats }, random) {
    await restart(random.pick(nats.servers), "SIGTERM", random);
  },
  async "node of NATS stopped"({ nats }, random) {
    const node = random.pick(nats.servers);
    node.signal("SIGSTOP");
    await pause(random.below(STILL_MS));
    node.signal("SIGCONT");
  },
  async "all of NATS killed"({ nats }) {
    await Promise.all(nats.servers.map((node) => node.end("SIGKILL")));
    for (const node of nats.servers) node.run();
  },
  async "server killed"({ servers }, random) {
    const server = random.pick(servers);
    await server.kill();
    await pause(random.below(AWAY_MS));
    server.launch();
    await server.listening();
  },
  async "server stopped"({ servers }, random) {
    const server = random.pick(servers);
    server.signal("SIGSTOP");
    await pause(random.below(STILL_MS));
    server.signal("SIGCONT");
  },
};

async function restart(node: NatsServer, signal: "SIGKILL" | "SIGTERM", random: Random) {
  await node.end(signal);
  await pause(random.below(AWAY_MS));
  node.run();
}

/** All kinds of mishaps. */
export const MISHAP_NAMES: readonly string[] = Object.keys(MISHAPS);

/**
 * Lets things happen, each kind once in each round, until it is over.
 *
 * @param isOver Asked before each.
 * @param note Is told what happens.
 * @returns How many things have happened.
 */
export async function storm(
  parts: Parts,
  random: Random,
  { isOver, note }: { readonly isOver: () => boolean; readonly note: (what: string) => void },
): Promise<number> {
  let count = 0;
  for (;;) {
    const round = MISHAP_NAMES.map((name) => ({ name, order: random.next() }))
      .sort((a, b) => a.order - b.order);
    for (const { name } of round) {
      if (isOver()) return count;
      note(name);
      await MISHAPS[name]!(parts, random);
      count++;
      await parts.nats.ready();
      await pause(random.below(BREATH_MS));
    }
  }
}
