/**
 * One kill run: clients in overlapping rooms talk through the client core to the real server, whose
 * process is killed and whose connections are cut, and in the end everybody's memory is compared.
 *
 * @module
 */

import { Crowd } from "./crowd.ts";
import type { CutOptions } from "./cutter.ts";
import { differences } from "./differences.ts";
import { killAtRandom } from "./killer.ts";
import { until } from "../../helpers/wait.ts";
import { Random } from "../random.ts";
import { faultsOf } from "./report.ts";
import { RestartingServer } from "./restarting_server.ts";
import type { Verdict } from "./verdict.ts";

/** What a run is like. */
export interface RoomRunOptions {
  /** All chance comes from it. */
  readonly seed: number;
  /** Clients that talk, 1 or more. */
  readonly clients: number;
  /** Rooms that there are, 1 to 20: the lobby, and others in which some of the clients are. */
  readonly rooms: number;
  /** Messages in all. */
  readonly messages: number;
  /** This part of them, 0 to 1, is 12 KB long instead of a line; default 0.002. */
  readonly longShare?: number;
  /** How often the server is killed; 0 without a database. */
  readonly kills: number;
  /** How connections break. */
  readonly cuts: CutOptions;
  /** The database; absent: the server keeps its rooms in memory. */
  readonly db?: string;
  /**
   * Addresses of NATS: there are two servers with the same rooms then, and `db` is the database of
   * the first. Absent: one server stands alone.
   */
  readonly nats?: readonly string[];
  /**
   * The talkers wait for whoever is more than so many events of a room behind; default: never. A
   * server without a database keeps the newest 10,000 of them, and who is away for longer cannot
   * have all.
   */
  readonly maxLead?: number;
  /** No progress for so long means that the run hangs. */
  readonly stallMs: number;
  /** Is told how far it is, a line at a time. */
  readonly note?: (text: string) => void;
}

/** What came of it. */
export interface RoomRunResult extends Verdict {
  /** Messages in the logs. */
  readonly messages: number;
  /** Kills of the server. */
  readonly kills: number;
  /** Connections that were cut. */
  readonly cuts: number;
  /** Events in which a client's view, or the database, is not the same as the others'. */
  readonly different: number;
  /** What clients were told that they should not be: see `Talker.odd`. */
  readonly odd: number;
  /** Lines of `PRAGMA integrity_check` that are not "ok", after all kills together. */
  readonly damaged: number;
  /** From the first message until everybody had seen the last one. */
  readonly seconds: number;
}

/**
 * Runs it.
 *
 * @throws {Error} When nothing goes on any more; says who waits for what.
 */
export async function runRoom(options: RoomRunOptions): Promise<RoomRunResult> {
  const random = new Random(options.seed);
  const flags = [
    "--rate",
    "0",
    "--new-rooms",
    "0",
    ...(options.nats === undefined ? [] : ["--nats", options.nats.join(",")]),
  ];
  const databases = options.nats === undefined ? [options.db] : [options.db, `${options.db}.2`];
  await using stack = new AsyncDisposableStack();
  const servers = databases.map((db) => {
    const own = db === undefined ? [] : ["--db", db];
    return stack.use(new RestartingServer(random.fork(), [...flags, ...own]));
  });
  for (const server of servers) server.launch();
  await Promise.all(servers.map((server) => server.listening()));
  const crowd = stack.use(new Crowd(options, servers.map(({ port }) => port), random));
  function apart(): number {
    return differences(databases.filter((db) => db !== undefined), options.rooms);
  }
  try {
    await crowd.enter();
    const startMs = performance.now();
    const killing = killAtRandom(servers, random.fork(), {
      kills: options.kills,
      messages: options.messages,
      delivered: () => crowd.delivered,
      progress: () => crowd.progress(),
      onKill(kills, server) {
        crowd.killed(databases[server]);
        options.note?.(`${kills} kills, ${crowd.state}`);
      },
    });
    await crowd.watch(Promise.all([killing, crowd.talk()]));
    const seconds = (performance.now() - startMs) / 1000;
    await crowd.leave();
    if (options.nats !== undefined) {
      await until(() => apart() === 0, "equal databases").catch(() => {});
    }
    for (const server of servers) await server.stop();
    const findings = crowd.findings();
    const different = findings.different + (options.nats === undefined ? 0 : apart());
    return { ...findings, different, kills: options.kills, seconds };
  } catch (error) {
    const faults = faultsOf(crowd.findings()).join(", ");
    const logs = servers.map(({ log }) => `The server's log:\n${tail(log)}`).join("\n");
    throw new Error(`${(error as Error).message}\nSo far: ${faults}\n${logs}`, { cause: error });
  }
}

function tail(log: string): string {
  return log.split("\n").slice(-20).join("\n");
}
