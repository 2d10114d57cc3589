/**
 * Whatever happens in whichever order (somebody says something, loses the connection, comes back,
 * says what it has seen, leaves, has its name taken; the server is killed), what waits arrives: in
 * order, none lost, none twice, and at nobody else.
 */

import { existsSync } from "node:fs";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { Harness } from "../server/harness.ts";
import { ManualClock } from "../server/manual_clock.ts";
import type { MemoryConnection } from "../server/memory_connection.ts";
import { fuzz } from "./fuzz.ts";

type Step =
  | { readonly do: "say"; readonly to: number; readonly again: boolean }
  | { readonly do: "lose" | "resume" | "confirm" | "take"; readonly who: number }
  | { readonly do: "wait" | "kill" };

/** Those who are written to, and those who take their names. */
const PEOPLE = ["bob", "eve"];

const who = fc.nat(PEOPLE.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("say" as const), to: who, again: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("lose" as const, "resume" as const), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("confirm" as const, "take" as const), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("wait" as const, "kill" as const) }),
  },
);

/** Somebody with a session. */
interface Person {
  name: string;
  session: string;
  conn: MemoryConnection | null;
  /** Number of the last one that it has read. */
  last: number;
  /** What it has read. */
  readonly read: string[];
  /** What its senders were told that it gets, or got. */
  readonly owed: string[];
}

class Run {
  readonly #clock = new ManualClock();
  readonly #directory: string;
  readonly #people: Person[] = [];
  #sender!: Person;
  #harness: Harness;
  #kills = 0;
  #said = 0;

  constructor(directory: string) {
    this.#directory = directory;
    this.#harness = this.#serve();
  }

  async begin(): Promise<void> {
    this.#sender = await this.#newcomer("ada");
    for (const name of PEOPLE) this.#people.push(await this.#newcomer(name));
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "say":
        return await this.#say(PEOPLE[step.to]!, step.again);
      case "lose":
        return await this.#lose(this.#people[step.who]!);
      case "resume":
        return await this.#resume(this.#people[step.who]!);
      case "confirm": {
        const { conn, last } = this.#people[step.who]!;
        return await conn?.request({ type: "seen", directs: last });
      }
      case "take":
        return await this.#takeName(PEOPLE[step.who]!);
      case "wait":
        for (let second = 0; second < 32; second++) {
          await this.#clock.advance(1_000);
          for (const { conn } of this.#all) await conn?.request({ type: "ping" });
        }
        return;
      case "kill":
        return await this.#kill();
    }
  }

  /** Everybody comes back, and has read all, once. */
  async end(): Promise<void> {
    for (const person of this.#people) {
      await this.#lose(person);
      await this.#resume(person);
      assertEquals(person.read, person.owed);
    }
    await this.#harness[Symbol.asyncDispose]();
  }

  get #all(): Person[] {
    return [this.#sender, ...this.#people];
  }

  #serve(): Harness {
    const path = `${this.#directory}/${this.#kills}.db`;
    const store = openSqliteStore(path, { durability: "process" });
    return new Harness({ clock: this.#clock, store, rate: 0 });
  }

  async #newcomer(name: string): Promise<Person> {
    const { conn, welcome } = await this.#harness.json(name, { directs: 0 });
    return { name, session: welcome.session, conn, last: 0, read: [], owed: [] };
  }

  /** What is said twice with one id arrives once. */
  async #say(to: string, again: boolean): Promise<void> {
    const text = `${++this.#said}`;
    const request = { type: "direct", to, text, id: `d.${text}` };
    const { conn } = this.#sender;
    const owner = this.#recipientOf(to);
    conn!.received();
    await conn!.request(request);
    if (again) await conn!.request(request);
    const answers = conn!.events().filter(({ type }) => type === "direct" || type === "error");
    assertEquals(answers.length, again ? 2 : 1);
    assertEquals(answers[0].type, answers.at(-1).type);
    if (answers[0].type === "direct") owner!.owed.push(text);
    else assertEquals(answers[0].code, owner === undefined ? "no_such_person" : "unavailable");
    for (const person of this.#people) this.#read(person);
  }

  /** Who gets what is said to a name: who has it, else who had it last. */
  #recipientOf(name: string): Person | undefined {
    const session = this.#harness.server.state.members.get(name)?.session ??
      this.#harness.server.state.sessions.mailboxes.gone(name);
    return this.#people.find(({ session: secret }) =>
      session !== undefined && session === this.#harness.server.state.sessions.find(
          secret,
          this.#clock.date().getTime(),
        )
    );
  }

  async #lose(person: Person): Promise<void> {
    this.#read(person);
    await person.conn?.end({ broken: true });
    person.conn = null;
  }

  async #resume(person: Person): Promise<void> {
    this.#read(person);
    const conn = await this.#harness.connect();
    const hello = { type: "hello", protocol: 1, session: person.session, directs: person.last };
    const names = [person.name, `${person.name}-${this.#said}`];
    for (const name of names) {
      await conn.request({ ...hello, name });
      const [first, ...events] = conn.events();
      if (first.type !== "welcome") continue;
      person.name = first.name;
      person.conn = conn;
      this.#readAll(person, events);
      return;
    }
    throw new Error(`${person.name} cannot come back`);
  }

  /** Somebody else takes a free name. */
  async #takeName(name: string): Promise<void> {
    if (!this.#harness.server.state.members.isFree(name) || this.#people.length > 6) return;
    this.#people.push(await this.#newcomer(name));
  }

  /** The files are as a server that is killed leaves them. */
  async #kill(): Promise<void> {
    for (const person of this.#all) this.#read(person);
    const before = this.#harness;
    const from = `${this.#directory}/${this.#kills++}.db`;
    const to = `${this.#directory}/${this.#kills}.db`;
    for (const end of ["", "-wal"]) {
      if (existsSync(from + end)) Deno.copyFileSync(from + end, to + end);
    }
    for (const person of this.#all) person.conn = null;
    await before[Symbol.asyncDispose]();
    this.#harness = this.#serve();
    await this.#resume(this.#sender);
  }

  #read(person: Person): void {
    if (person.conn !== null) this.#readAll(person, person.conn.events());
  }

  // deno-lint-ignore no-explicit-any -- tests look into events of any type
  #readAll(person: Person, events: readonly any[]): void {
    if (person === this.#sender) return;
    for (const { type, text, n } of events) {
      if (type !== "direct") continue;
      person.read.push(text);
      if (n !== undefined) person.last = n;
    }
  }
}

fuzz(
  "What waits arrives once, in order, and at nobody else, also when the server is killed",
  fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
    const directory = await Deno.makeTempDir({ prefix: "chat-waiting-" });
    try {
      const run = new Run(directory);
      await run.begin();
      for (const step of steps) await run.take(step);
      await run.end();
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  }),
  { share: 0.15 },
);
