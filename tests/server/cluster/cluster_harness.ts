/**
 * Servers of a cluster without sockets, over a stream in memory.
 *
 * @module
 */

import { Cluster } from "../../../src/server/cluster/cluster.ts";
import type { ChatServerOptions } from "../../../src/server/server.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import type { MemoryNats, MemoryStream } from "../../order/nats/memory_stream.ts";
import { Harness, type Logged, loggerTo } from "../harness.ts";
import { ManualClock, settle } from "../manual_clock.ts";

/** One server. */
export class ClusterHarness extends Harness {
  readonly stream: MemoryStream;
  /** Why it had to stop. */
  readonly fatal: string[];
  /** What was logged about the other servers. */
  readonly clusterLog: Logged[];

  private constructor(
    options: Partial<ChatServerOptions>,
    stream: MemoryStream,
    { fatal, logged }: { readonly fatal: string[]; readonly logged: Logged[] },
  ) {
    super(options);
    this.stream = stream;
    this.fatal = fatal;
    this.clusterLog = logged;
  }

  /** Starts a server, which has heard everything by then. */
  static async open(
    nats: MemoryNats,
    options: Partial<ChatServerOptions> = {},
    { aheadMs = 0, ...how }: { readonly isImport?: boolean; readonly aheadMs?: number } = {},
  ): Promise<ClusterHarness> {
    const clock = new ManualClock();
    clock.jumpMs = aheadMs;
    const logged: Logged[] = [];
    const fatal: string[] = [];
    let stream: MemoryStream;
    const cluster = await Cluster.open({
      ...how,
      open: (handlers) => Promise.resolve(stream = nats.open(handlers)),
      clock,
      logger: loggerTo(logged),
      onFatal: (why) => fatal.push(why),
    });
    const store = options.store ?? new MemoryStore({ lobbyLog: cluster.logId });
    const harness = new ClusterHarness(
      { ...options, clock, cluster, store: await cluster.begin(store) },
      stream!,
      { fatal, logged },
    );
    await cluster.start(harness.server);
    await settle();
    return harness;
  }

  /** As if the process were gone: it says and hears nothing any more. */
  kill(): void {
    this.stream.isCutOff = true;
  }
}

/** Lets time pass for all, a second at a time. */
export async function advance(servers: readonly Harness[], ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    for (const { clock } of servers) await clock.advance(Math.min(left, 1_000));
  }
}
