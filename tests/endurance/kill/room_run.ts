/**
 * One kill run: clients talk through the client core to the real server, whose process is killed
 * and whose connections are cut, and in the end everybody's memory is compared.
 *
 * @module
 */

import { type CutOptions, Cutter } from "./cutter.ts";
import { readEvents } from "../../helpers/database.ts";
import { isSame, Ledger } from "./ledger.ts";
import { killAtRandom } from "./killer.ts";
import { Random } from "../random.ts";
import { faultsOf } from "./report.ts";
import { RestartingServer } from "./restarting_server.ts";
import { Talker } from "./talker.ts";
import { judge, type Said, type Verdict } from "./verdict.ts";

/** What a run is like. */
export interface RoomRunOptions {
  /** All chance comes from it. */
  readonly seed: number;
  /** Clients that talk, 1 or more. */
  readonly clients: number;
  /** Messages in all. */
  readonly messages: number;
  /** This part of them, 0 to 1, is 12 KB long instead of a line; default 0.002. */
  readonly longShare?: number;
  /** How often the server is killed; 0 without a database. */
  readonly kills: number;
  /** How connections break. */
  readonly cuts: CutOptions;
  /** The database; absent: the server keeps its room in memory. */
  readonly db?: string;
  /**
   * The talkers wait for whoever is more than so many events behind; default: never. A server
   * without a database keeps the newest 10,000 events, and who is away for longer cannot have all.
   */
  readonly maxLead?: number;
  /** No progress for so long means that the run hangs. */
  readonly stallMs: number;
  /** Is told how far it is, a line at a time. */
  readonly note?: (text: string) => void;
}

/** What came of it. */
export interface RoomRunResult extends Verdict {
  /** Messages in the log. */
  readonly messages: number;
  /** Kills of the server. */
  readonly kills: number;
  /** Connections that were cut. */
  readonly cuts: number;
  /** Events in which a client's view, or the database, is not the same as the others'. */
  readonly different: number;
  /** Refusals, and acknowledgements that came twice. */
  readonly odd: number;
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
  const flags = ["--rate", "0", ...(options.db === undefined ? [] : ["--db", options.db])];
  await using server = new RestartingServer(random.fork(), flags);
  server.launch();
  await server.listening();
  const room = new Room(options, server.port, random);
  try {
    await room.enter();
    const startMs = performance.now();
    const killing = killAtRandom(server, random.fork(), {
      kills: options.kills,
      messages: options.messages,
      delivered: () => room.delivered,
      progress: () => room.progress(),
      onKill: (kills) => options.note?.(`${kills} kills, ${room.state}`),
    });
    await room.watch(Promise.all([killing, room.talk()]));
    const seconds = (performance.now() - startMs) / 1000;
    await room.leave();
    await server.stop();
    return { ...room.result(), kills: options.kills, seconds };
  } catch (error) {
    const faults = faultsOf(room.result()).join(", ");
    throw new Error(
      `${(error as Error).message}\nSo far: ${faults}\nThe server's log:\n${tail(server.log)}`,
      { cause: error },
    );
  } finally {
    await room[Symbol.asyncDispose]();
  }
}

class Room implements AsyncDisposable {
  readonly #options: RoomRunOptions;
  readonly #ledger = new Ledger();
  readonly #cutters: Cutter[] = [];
  readonly #talkers = new Map<string, Talker>();
  readonly #running: Promise<string>[] = [];
  #news = Promise.withResolvers<void>();
  #newsMs = performance.now();
  #over = false;

  constructor(options: RoomRunOptions, port: number, random: Random) {
    this.#options = options;
    const { clients, messages, maxLead = Infinity } = options;
    for (let i = 0; i < clients; i++) {
      const name = `talker${i + 1}`;
      const cutter = new Cutter(port, random.fork(), options.cuts);
      this.#cutters.push(cutter);
      const talker = new Talker({
        name,
        cutter,
        random: random.fork(),
        ledger: this.#ledger,
        count: Math.floor((messages + i) / clients),
        longShare: options.longShare ?? 0.002,
        mayTalk: () => this.#until(() => this.#ledger.last - this.#slowest <= maxLead),
        onProgress: () => this.#progressed(),
      });
      this.#talkers.set(name, talker);
    }
  }

  get delivered(): number {
    let delivered = 0;
    for (const talker of this.#talkers.values()) delivered += talker.delivered;
    return delivered;
  }

  /** For people. */
  get state(): string {
    const positions = [...this.#talkers.values()].map(({ view, connected }) =>
      `${view.last}${connected ? "" : " (away)"}`
    );
    return `${this.delivered} acknowledged, seen: ${positions.join(", ")}`;
  }

  /** @throws {Error} When the run is over. */
  async progress(): Promise<void> {
    await this.#news.promise;
    if (this.#over) throw new Error("The run is over.");
  }

  /** One after another, so that the log begins with their joins. */
  async enter(): Promise<void> {
    for (const talker of this.#talkers.values()) {
      this.#running.push(talker.run().then(({ reason, text }) => `${reason} ${text}`.trim()));
      await this.watch(talker.entered);
    }
  }

  /** Resolves when everybody has said everything, and has seen what everybody said. */
  async talk(): Promise<void> {
    const { messages } = this.#options;
    const talkers = [...this.#talkers.values()];
    await Promise.all(talkers.map((talker) => talker.talk()));
    await this.#until(() =>
      this.delivered >= messages && talkers.every(({ view }) => view.messages >= messages)
    );
  }

  async leave(): Promise<void> {
    for (const talker of this.#talkers.values()) talker.leave();
    const endings = await this.watch(Promise.all(this.#running));
    const wrong = endings.find((ending) => ending !== "quit");
    if (wrong !== undefined) throw new Error(`A client ended with: ${wrong}`);
    // The server would wait for ghosts to read their last words.
    for (const cutter of this.#cutters) cutter[Symbol.dispose]();
  }

  result(): Omit<RoomRunResult, "kills" | "seconds"> {
    const { db } = this.#options;
    const plan = new Map<string, Said[]>();
    let different = 0, odd = 0;
    for (const [name, talker] of this.#talkers) {
      const { view } = talker;
      plan.set(name, talker.said);
      different += view.missing + view.repeated + view.different + talker.missed;
      odd += talker.refused + talker.acknowledgedAgain;
    }
    const seen = this.#ledger.events.filter((event) => event !== undefined);
    const kept = db === undefined ? seen : readEvents(db);
    const bySeq = new Map(kept.map((event) => [event.seq, event]));
    for (const event of seen) {
      const same = bySeq.get(event.seq);
      if (same === undefined || !isSame(same, event)) different++;
    }
    return {
      ...judge(kept, plan),
      messages: kept.filter((event) => event.type === "message").length,
      cuts: this.#cutters.reduce((sum, { cuts }) => sum + cuts, 0),
      different,
      odd,
    };
  }

  /**
   * Waits while there is progress.
   *
   * @throws {Error} When there is none for too long, or a client has ended.
   */
  async watch<T>(work: Promise<T>): Promise<T> {
    const { stallMs } = this.#options;
    const { promise, reject } = Promise.withResolvers<never>();
    this.#newsMs = performance.now();
    const timer = setInterval(() => {
      if (performance.now() - this.#newsMs <= stallMs) return;
      reject(new Error(`Nothing has happened for ${stallMs / 1000} s: ${this.state}`));
    }, 100);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearInterval(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.#progressed();
    for (const talker of this.#talkers.values()) talker.leave();
    for (const cutter of this.#cutters) cutter[Symbol.dispose]();
    await Promise.all(this.#running);
  }

  get #slowest(): number {
    let slowest = Infinity;
    for (const { view } of this.#talkers.values()) slowest = Math.min(slowest, view.last);
    return slowest;
  }

  async #until(check: () => boolean): Promise<void> {
    while (!check()) await this.progress();
  }

  #progressed(): void {
    this.#newsMs = performance.now();
    const news = this.#news;
    this.#news = Promise.withResolvers<void>();
    news.resolve();
  }
}

function tail(log: string): string {
  return log.split("\n").slice(-20).join("\n");
}
