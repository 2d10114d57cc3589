/**
 * `seq 1 N | chat join …` while the server is killed and started again once in the middle, watched
 * by another client.
 *
 * @module
 */

import { ChatClient } from "../../../src/client/core/client.ts";
import type { ClientEvent } from "../../../src/client/core/events.ts";
import { dial } from "../../../src/net/dial.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { commandLine, Program } from "../../helpers/program.ts";
import { within } from "../../helpers/wait.ts";
import { readEvents } from "../../helpers/database.ts";
import { isSame, loggedOf } from "./ledger.ts";
import { Random } from "../random.ts";
import { RestartingServer } from "./restarting_server.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What a run is like. */
export interface PipedRunOptions {
  /** Decides when the server is killed. */
  readonly seed: number;
  /** Numbers that are said, 4 or more. */
  readonly lines: number;
  /** The database. */
  readonly db: string;
  /** The piped client's `--timeout`, seconds: how long the server may be away. */
  readonly timeoutSeconds: number;
  /** All of it may take so long. */
  readonly limitMs: number;
}

/** What came of it. */
export interface PipedRunResult extends Verdict {
  /** Messages in the database. */
  readonly messages: number;
  /** How many the watcher had seen when the server was killed. */
  readonly killedAt: number;
  /** Events that the watcher saw otherwise than the database keeps them. */
  readonly different: number;
  /** Exit code of the piped client. */
  readonly code: number;
  /** What the piped client said on standard error. */
  readonly stderr: string;
  /** From the start of the piped client to its end. */
  readonly seconds: number;
}

const NAME = "seq";

/** Lines that are written to the pipe at once. */
const CHUNK_LINES = 1_000;

/**
 * Runs it.
 *
 * @throws {Error} When it takes too long.
 */
export async function runPiped(options: PipedRunOptions): Promise<PipedRunResult> {
  const { lines, db, timeoutSeconds, limitMs } = options;
  const random = new Random(options.seed);
  const killAt = Math.floor(lines / 4) + random.below(Math.ceil(lines / 2));
  await using server = new RestartingServer(random.fork(), ["--rate", "0", "--db", db]);
  server.launch();
  await server.listening();
  await using watcher = new Watcher(server.port);
  await within(watcher.sees((event) => event.type === "join"), "the watcher's own join");

  const startMs = performance.now();
  await using pipe = new Program(
    commandLine([
      "join",
      `127.0.0.1:${server.port}`,
      "--name",
      NAME,
      "--timeout",
      `${timeoutSeconds}`,
    ]),
  );
  const feeding = feed(pipe, lines);
  const reached = watcher.sees(() => watcher.messages >= killAt);
  // A client that gives up early is not waited for.
  await within(Promise.race([reached, pipe.ended]), `message ${killAt}`, limitMs);
  const killedAt = watcher.messages;
  await server.kill();
  server.launch();
  await server.listening();
  const { code, stderr } = await within(pipe.ended, "the end of the piped client", limitMs);
  const seconds = (performance.now() - startMs) / 1000;
  await feeding;
  await within(
    watcher.sees((event) => event.type === "leave" && event.name === NAME),
    "the piped client's leave",
    limitMs,
  );
  const kept = readEvents(db);
  const said = Array.from(
    { length: lines },
    (_, k) => ({ text: `${k + 1}`, acknowledged: code === 0 }),
  );
  return {
    ...judge(kept, new Map([[NAME, said]])),
    messages: kept.filter((event) => event.type === "message").length,
    killedAt,
    different: differences(watcher.events, kept),
    code,
    stderr,
    seconds,
  };
}

async function feed(pipe: Program, lines: number): Promise<void> {
  for (let k = 1; k <= lines; k += CHUNK_LINES) {
    const count = Math.min(CHUNK_LINES, lines - k + 1);
    await pipe.write(Array.from({ length: count }, (_, i) => `${k + i}\n`).join(""));
  }
  await pipe.closeInput();
}

/** Events of the one that are not at the same place of the other. */
function differences(seen: readonly LogEvent[], kept: readonly LogEvent[]): number {
  let different = Math.abs(seen.length - kept.length);
  for (let i = 0; i < Math.min(seen.length, kept.length); i++) {
    if (!isSame(seen[i]!, kept[i]!)) different++;
  }
  return different;
}

/** A client that only looks. */
class Watcher implements AsyncDisposable {
  readonly events: LogEvent[] = [];
  messages = 0;
  readonly #client: ChatClient;
  readonly #running: Promise<unknown>;
  #news = Promise.withResolvers<void>();

  constructor(port: number) {
    this.#client = new ChatClient({
      connect: (signal) => dial({ hostname: "127.0.0.1", port }, { timeoutMs: 5_000, signal }),
      name: "watcher",
      patient: true,
    });
    this.#running = this.#client.run((events) => this.#take(events));
  }

  /** Resolves when an event is as wanted; those that were seen before count. */
  async sees(wanted: (event: LogEvent) => boolean): Promise<void> {
    for (let looked = 0;;) {
      const news = this.#news.promise;
      for (; looked < this.events.length; looked++) if (wanted(this.events[looked]!)) return;
      await news;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.leave();
    await this.#running;
  }

  #take(events: readonly ClientEvent[]): void {
    for (const event of events) {
      const told = event.type === "told" ? loggedOf(event.event) : undefined;
      if (told === undefined) continue;
      this.events.push(told.logged);
      if (told.logged.type === "message") this.messages++;
    }
    const news = this.#news;
    this.#news = Promise.withResolvers<void>();
    news.resolve();
  }
}
