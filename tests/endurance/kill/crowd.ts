/**
 * The clients of a kill run: who is in which rooms, how far each has come, and what they all saw in
 * the end.
 *
 * @module
 */

import { integrityProblems, readEvents } from "../../helpers/database.ts";
import type { Random } from "../random.ts";
import { Cutter } from "./cutter.ts";
import { isSame, Ledger } from "./ledger.ts";
import type { RoomRunOptions, RoomRunResult } from "./room_run.ts";
import { Talker } from "./talker.ts";
import { judge, sumOf } from "./verdict.ts";

/** A client is in a room with this probability, and with another one in any case. */
const MEMBER_PROBABILITY = 0.6;

/** What a {@linkcode Crowd} finds in the end. */
export type Findings = Omit<RoomRunResult, "kills" | "seconds">;

/** Names of the rooms of a crowd, the lobby first. */
export function roomNames(count: number): string[] {
  return ["lobby", ...Array.from({ length: count - 1 }, (_, i) => `room${i + 2}`)];
}

/** What they do. */
export interface CrowdOptions extends Omit<RoomRunOptions, "kills" | "note" | "seed"> {
  /** Each waits for up to so many milliseconds before each message; default: it does not. */
  readonly maxPauseMs?: number;
}

/** See the module. */
export class Crowd implements AsyncDisposable {
  readonly #options: CrowdOptions;
  readonly #ledgers: ReadonlyMap<string, Ledger>;
  readonly #cutters: Cutter[] = [];
  readonly #talkers: Talker[] = [];
  readonly #running: Promise<string>[] = [];
  #damaged = 0;
  #news = Promise.withResolvers<void>();
  #newsMs = performance.now();
  #over = false;

  /**
   * Nobody has connected yet.
   *
   * @param options What the run is like.
   * @param ports Of 127.0.0.1, of one server or of several with the same rooms.
   * @param random Decides who is in which rooms, and gives each client its dice.
   */
  constructor(options: CrowdOptions, ports: readonly number[], random: Random) {
    this.#options = options;
    const { clients, messages, maxLead = Infinity } = options;
    const rooms = roomNames(options.rooms);
    this.#ledgers = new Map(rooms.map((room) => [room, new Ledger()]));
    const places = overlaps(clients, rooms, random.fork());
    for (let i = 0; i < clients; i++) {
      // Not all of them at the same server.
      const mine = ports.map((_, k) => ports[(i + k) % ports.length]!);
      const cutter = new Cutter(mine, random.fork(), options.cuts);
      this.#cutters.push(cutter);
      const talker = new Talker({
        name: `talker${i + 1}`,
        rooms: places[i]!,
        cutter,
        random: random.fork(),
        ledgers: this.#ledgers,
        count: Math.floor((messages + i) / clients),
        longShare: options.longShare ?? 0.002,
        maxPauseMs: options.maxPauseMs ?? 0,
        mayTalk: () => this.#until(() => this.#lead <= maxLead),
        onProgress: () => this.#progressed(),
      });
      this.#talkers.push(talker);
    }
  }

  /** Messages that are acknowledged. */
  get delivered(): number {
    return this.#talkers.reduce((sum, { delivered }) => sum + delivered, 0);
  }

  /** For people. */
  get state(): string {
    const positions = this.#talkers.map(({ seen, connected }) =>
      `${seen}${connected ? "" : " (away)"}`
    );
    return `${this.delivered} acknowledged, seen: ${positions.join(", ")}`;
  }

  /** Resolves when something has happened. @throws {Error} When the run is over. */
  async progress(): Promise<void> {
    await this.#news.promise;
    if (this.#over) throw new Error("The run is over.");
  }

  /**
   * A server was killed, and is not started again before this returns.
   *
   * @param db Its own database: that of one that runs is copied in the middle of a write.
   */
  killed(db: string | undefined): void {
    if (db !== undefined) this.#damaged += integrityProblems(db).length;
    this.#newsMs = performance.now();
  }

  /** One after another, so that each log begins with their joins. */
  async enter(): Promise<void> {
    for (const talker of this.#talkers) {
      this.#running.push(talker.run().then(({ reason, text }) => `${reason} ${text}`.trim()));
      await this.watch(talker.entered);
    }
  }

  /** Resolves when everybody has said everything, and has seen what was said in their rooms. */
  async talk(): Promise<void> {
    await Promise.all(this.#talkers.map((talker) => talker.talk()));
    const said = new Map<string, number>();
    for (const room of this.#ledgers.keys()) {
      said.set(room, this.#talkers.reduce((sum, talker) => sum + talker.said(room).length, 0));
    }
    await this.#until(() =>
      this.delivered >= this.#options.messages &&
      this.#talkers.every(({ views }) =>
        [...views].every(([room, { messages }]) => messages >= said.get(room)!)
      )
    );
  }

  /** Everybody leaves. @throws {Error} When somebody ended otherwise. */
  async leave(): Promise<void> {
    for (const talker of this.#talkers) talker.leave();
    const endings = await this.watch(Promise.all(this.#running));
    const wrong = endings.find((ending) => ending !== "quit");
    if (wrong !== undefined) throw new Error(`A client ended with: ${wrong}`);
    // The server would wait for ghosts to read their last words.
    for (const cutter of this.#cutters) cutter[Symbol.dispose]();
  }

  /** Compares what everybody saw and what is stored. */
  findings(): Findings {
    const verdicts = [];
    let messages = 0, different = 0;
    for (const [room, ledger] of this.#ledgers) {
      const seen = ledger.events.filter((event) => event !== undefined);
      const kept = this.#options.db === undefined ? seen : readEvents(this.#options.db, room);
      const bySeq = new Map(kept.map((event) => [event.seq, event]));
      for (const event of seen) {
        const same = bySeq.get(event.seq);
        if (same === undefined || !isSame(same, event)) different++;
      }
      verdicts.push(judge(kept, new Map(this.#talkers.map((one) => [one.name, one.said(room)]))));
      messages += kept.filter((event) => event.type === "message").length;
    }
    for (const { views, missed } of this.#talkers) {
      different += missed;
      for (const { missing, repeated, different: other } of views.values()) {
        different += missing + repeated + other;
      }
    }
    return {
      ...sumOf(verdicts),
      messages,
      cuts: this.#cutters.reduce((sum, { cuts }) => sum + cuts, 0),
      different,
      odd: this.#talkers.reduce((sum, { odd }) => sum + odd, 0),
      damaged: this.#damaged,
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

  /** Ends whatever still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.#progressed();
    for (const talker of this.#talkers) talker.leave();
    for (const cutter of this.#cutters) cutter[Symbol.dispose]();
    await Promise.all(this.#running);
  }

  /** How far somebody is behind in one of the rooms, in events. */
  get #lead(): number {
    let lead = 0;
    for (const { views } of this.#talkers) {
      for (const [room, { last }] of views) {
        lead = Math.max(lead, this.#ledgers.get(room)!.last - last);
      }
    }
    return lead;
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

/**
 * Who is in which rooms: everybody in one or more. Where there are enough clients, no room is
 * empty.
 *
 * @returns For each client its rooms.
 */
function overlaps(clients: number, rooms: readonly string[], random: Random): string[][] {
  return Array.from({ length: clients }, (_, i) => {
    const own = rooms[i % rooms.length]!;
    return rooms.filter((room) => room === own || random.chance(MEMBER_PROBABILITY));
  });
}
