/**
 * Servers of a cluster without sockets, over a stream in memory or on NATS.
 *
 * @module
 */

import { Cluster } from "../../../src/server/cluster/cluster.ts";
import type { ChatServerOptions } from "../../../src/server/server.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import type { BatchStream, StreamHandlers } from "../../../src/order/nats/stream.ts";
import type { MemoryStream } from "../../order/nats/memory_stream.ts";
import { within } from "../../helpers/wait.ts";
import { Harness, type Logged, loggerTo } from "../harness.ts";
import { ManualClock, settle } from "../manual_clock.ts";

/** Where a server gets its stream: `MemoryNats`, or NATS. */
export interface StreamSource<S extends BatchStream> {
  /** Connects a server. */
  open(handlers: StreamHandlers): S | Promise<S>;
}

/** One server. */
export class ClusterHarness<S extends BatchStream = MemoryStream> extends Harness {
  readonly stream: S;
  /** Why it had to stop. */
  readonly fatal: string[];
  /** What was logged about the other servers. */
  readonly clusterLog: Logged[];
  readonly #cluster: Cluster;

  private constructor(
    options: Partial<ChatServerOptions> & { readonly cluster: Cluster },
    stream: S,
    { fatal, logged }: { readonly fatal: string[]; readonly logged: Logged[] },
  ) {
    super(options);
    this.#cluster = options.cluster;
    this.stream = stream;
    this.fatal = fatal;
    this.clusterLog = logged;
  }

  /** Starts a server, which has heard everything by then. */
  static async open<S extends BatchStream = MemoryStream>(
    nats: StreamSource<S>,
    options: Partial<ChatServerOptions> = {},
    { aheadMs = 0, ...how }: { readonly isImport?: boolean; readonly aheadMs?: number } = {},
  ): Promise<ClusterHarness<S>> {
    const clock = new ManualClock();
    clock.jumpMs = aheadMs;
    const logged: Logged[] = [];
    const fatal: string[] = [];
    let stream: S;
    const cluster = await Cluster.open({
      ...how,
      open: async (handlers) => stream = await nats.open(handlers),
      clock,
      logger: loggerTo(logged),
      onFatal: (why) => fatal.push(why),
    });
    const store = options.store ??
      new MemoryStore({ lobbyLog: cluster.logId, now: () => clock.now() });
    const harness = new ClusterHarness<S>(
      { ...options, clock, cluster, store: await cluster.begin(store) },
      stream!,
      { fatal, logged },
    );
    await cluster.start(harness.server);
    await settle();
    return harness;
  }

  /** Waits until no state is being saved: that takes turns of the real clock. */
  async saved(): Promise<void> {
    await within(this.#cluster.saving, "the state to be saved");
    await settle();
  }

  /** Ends it. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.saved();
    await super[Symbol.asyncDispose]();
  }
}

/** Lets time pass for all, a second at a time; nothing is being saved then. */
export async function advance(servers: readonly Harness[], ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    for (const server of servers) {
      await server.clock.advance(Math.min(left, 1_000));
      if (server instanceof ClusterHarness) await server.saved();
    }
  }
  for (let turn = 0; turn < 3; turn++) await settle();
}
