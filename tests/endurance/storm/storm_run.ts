/**
 * One storm: clients talk through the client core to two servers on three nodes of NATS, while all
 * of these are killed, ended and stopped, and connections are cut. In the end everybody's memory
 * and both databases are compared.
 *
 * @module
 */

import { NatsCluster } from "../../helpers/nats.ts";
import { until } from "../../helpers/wait.ts";
import { Crowd, type CrowdOptions, type Findings } from "../kill/crowd.ts";
import { differences } from "../kill/differences.ts";
import { faultsOf } from "../kill/report.ts";
import { RestartingServer } from "../kill/restarting_server.ts";
import { Random } from "../random.ts";
import { storm } from "./mishaps.ts";

/** What a storm is like. */
export interface StormOptions extends Omit<CrowdOptions, "db" | "maxPauseMs"> {
  /** All chance comes from it. */
  readonly seed: number;
  /** Where databases are made. */
  readonly directory: string;
  /** Is told how far it is, a line at a time. */
  readonly note: (text: string) => void;
}

/** What came of it. */
export interface StormResult extends Findings {
  /** Things that happened. */
  readonly mishaps: number;
  /** From the first message until everybody had seen the last one. */
  readonly seconds: number;
}

/** Eight clients that wait for half of it on average say 400 messages a second. */
export const MAX_PAUSE_MS = 40;

const SERVERS = 2;

/** A server that was away has to catch up: ms. */
const CATCH_UP_MS = 60_000;

/**
 * Runs it.
 *
 * @throws {Error} When nothing goes on any more; says who waits for what.
 */
export async function runStorm(options: StormOptions): Promise<StormResult> {
  const { seed, rooms } = options;
  const random = new Random(seed);
  await using nats = await NatsCluster.start();
  const databases = Array.from({ length: SERVERS }, (_, i) => `${options.directory}/${i + 1}.db`);
  const flags = ["--rate", "0", "--new-rooms", "0", "--nats", nats.urls.join(",")];
  await using stack = new AsyncDisposableStack();
  const servers = databases.map((db) =>
    stack.use(new RestartingServer(random.fork(), [...flags, "--db", db]))
  );
  for (const server of servers) server.launch();
  await Promise.all(servers.map((server) => server.listening()));
  const crowd = stack.use(
    new Crowd(
      { ...options, db: databases[0]!, maxPauseMs: MAX_PAUSE_MS },
      servers.map(({ port }) => port),
      random,
    ),
  );
  try {
    await crowd.enter();
    const startMs = performance.now();
    let isOver = false;
    const talking = crowd.talk().finally(() => isOver = true);
    const storming = storm({ nats, servers }, random.fork(), {
      isOver: () => isOver,
      note: (what) => {
        const second = ((performance.now() - startMs) / 1_000).toFixed(1);
        options.note(`${second} s: ${what}; ${crowd.state}`);
      },
    });
    const [, mishaps] = await crowd.watch(Promise.all([talking, storming]));
    const seconds = (performance.now() - startMs) / 1_000;
    await crowd.leave();
    // Both have everything before they stop.
    await until(() => differences(databases, rooms) === 0, "equal databases", CATCH_UP_MS).catch(
      () => {},
    );
    for (const server of servers) await server.stop();
    const findings = crowd.findings();
    const different = findings.different + differences(databases, rooms);
    return { ...findings, different, mishaps, seconds };
  } catch (error) {
    const faults = faultsOf(crowd.findings()).join(", ");
    const logs = servers.map(({ log }) => log.split("\n").slice(-20).join("\n"));
    throw new Error(
      `${(error as Error).message}\nSo far: ${faults}\nThe servers' logs:\n${logs.join("\n--\n")}`,
      { cause: error },
    );
  }
}
