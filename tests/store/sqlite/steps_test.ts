/**
 * How much the database reads between two looks at the clock, counted: since no call of SQLite can
 * be interrupted, this is what bounds the time of a step.
 *
 * @module
 */

import { search } from "../../helpers/lobby.ts";
import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { json } from "../../../src/protocol/json.ts";
import { openDatabase } from "../../../src/store/sqlite/schema.ts";
import { SqliteStore } from "../../../src/store/sqlite/store.ts";
import { finish } from "../../../src/store/room_store.ts";

const AT = "2026-03-01T12:00:00.000Z";

/** What one call of SQLite has done, as far as it can be told from outside. */
interface Call {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  rows: number;
}

/** Counts the calls of all statements between two looks at the clock. */
class Counter {
  /** Since the last look. */
  calls: Call[] = [];
  /** Milliseconds that pass with each look. */
  msPerLook = 0;
  #nowMs = 0;
  readonly #check: (calls: readonly Call[]) => void;

  constructor(check: (calls: readonly Call[]) => void) {
    this.#check = check;
  }

  readonly now = (): number => {
    this.#check(this.calls);
    this.calls = [];
    return this.#nowMs += this.msPerLook;
  };

  wrap(db: DatabaseSync): DatabaseSync {
    const prepare = (sql: string) => this.#wrapStatement(sql, db.prepare(sql));
    return new Proxy(db, {
      get: (_, key) => {
        if (key === "prepare") return prepare;
        const value = Reflect.get(db, key) as unknown;
        return typeof value === "function" ? value.bind(db) : value;
      },
    });
  }

  #wrapStatement(sql: string, statement: StatementSync): StatementSync {
    return new Proxy(statement, {
      get: (_, key) => {
        const value = Reflect.get(statement, key) as unknown;
        if (typeof value !== "function") return value;
        return (...parameters: unknown[]): unknown => {
          const call: Call = { sql, parameters, rows: 0 };
          this.calls.push(call);
          const result: unknown = value.apply(statement, parameters);
          if (Array.isArray(result)) call.rows = result.length;
          return result;
        };
      },
    });
  }
}

function inRoom(
  texts: readonly string[],
  check: (calls: readonly Call[]) => void,
  test: (store: SqliteStore, counter: Counter) => void,
): void {
  const directory = Deno.makeTempDirSync();
  const counter = new Counter(check);
  const { db, lock, watch } = openDatabase(`${directory}/room.db`, "process");
  const store = new SqliteStore({ db: counter.wrap(db), lock, watch }, { now: counter.now });
  try {
    const entries = texts.map((text) => ({
      room: 0,
      draft: { type: "message", from: "ada", text } as const,
    }));
    store.append(entries, AT);
    counter.calls = [];
    test(store, counter);
  } finally {
    store.close();
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Everyday lines, then long ones, everyday ones again: no row tells how long the next one is. */
const MIXED = Array.from(
  { length: 3_000 },
  (_, n) =>
    n >= 1_000 && n < 1_200
      ? "a".repeat(4_000)
      : n < 2_000
      ? `line ${n}`
      : "😀".repeat(n % 50 === 0 ? 4_000 : 2),
);

const QUERIES = [
  "aaaaaaab",
  "b",
  "zz qq",
  "😀😗",
  "zebra",
  `${"a ".repeat(127)}b`,
  `${"a".repeat(255)}b`,
];

function bytesOf(first: number, last: number): number {
  let bytes = 0;
  for (const text of MIXED.slice(first, last)) bytes += new TextEncoder().encode(text).length;
  return bytes;
}

Deno.test("SqliteStore looks at the clock after 256 rows or 64 KB, whatever it looks for", () => {
  let scans = 0;
  function check(calls: readonly Call[]): void {
    let rows = 0;
    let bytes = 0;
    for (const { sql, parameters } of calls) {
      if (!sql.includes(" LIKE ")) continue;
      const [low, high] = parameters as [number, number];
      rows += high - low;
      bytes += bytesOf(low, high);
      scans++;
    }
    assertLessOrEqual(rows, 256);
    assertLessOrEqual(bytes, 64 * 1024);
  }
  inRoom(MIXED, check, (store, counter) => {
    for (const query of QUERIES) {
      assertEquals(finish(search(store, query, 10, { now: counter.now })).events, []);
    }
  });
  assert(scans > 100, `${scans} scans`);
});

Deno.test("SqliteStore reads one candidate of the index between two looks at the clock", () => {
  const texts = Array.from({ length: 3_000 }, (_, n) => n % 2 === 0 ? "staying long" : "tayi ying");
  function check(calls: readonly Call[]): void {
    assertLessOrEqual(calls.filter(({ sql }) => sql.includes("seq = ?")).length, 1);
    for (const { rows } of calls) assertLessOrEqual(rows, 512);
  }
  inRoom(texts, check, (store, counter) => {
    while (store.maintain(Date.parse(AT)));
    counter.calls = [];
    assertEquals(finish(search(store, "staying tayix", 10, { now: counter.now })).events, []);
    assertEquals(finish(search(store, "staying", 10, { now: counter.now })).events.length, 10);
    assertEquals(finish(search(store, "ying zz", 10, { now: counter.now })).events.length, 0);
  });
});

Deno.test("SqliteStore lets others have their turn after each few looks, and stops after 50 ms of work", () => {
  inRoom(MIXED, () => {}, (store, counter) => {
    counter.msPerLook = 1;
    for (const query of QUERIES) {
      const lookup = search(store, query, 10, { now: counter.now });
      let steps = 1;
      let step = lookup.next();
      for (; !step.done; step = lookup.next()) steps++;
      assert(steps > 3, `${steps} steps`);
      assertLess(steps, 20);
      assertEquals([step.value.events.length, step.value.more], [0, true], query);
    }
    let pages = 0;
    for (const _ of store.room(0).page(Infinity, 500)) pages++;
    // Of 16 rows at once, which take less than 1 ms.
    assert(pages > 5, `${pages} steps`);
  });
});

Deno.test("SqliteStore reads no further than the page goes that is sent", () => {
  const texts = Array.from({ length: 500 }, () => "😀".repeat(4_000));
  inRoom(texts, () => {}, (store) => {
    const fits = json.fits("history", "lobby");
    let asked = 0;
    const page = finish(store.room(0).page(Infinity, 500, (event) => (asked++, fits(event))));
    assertEquals([page.events.map(({ seq }) => seq), page.more, asked], [[498, 499, 500], true, 4]);
  });
});

Deno.test("SqliteStore tidies no more than 16 KB of text or 128 rows in a step", () => {
  const seen: number[] = [];
  inRoom(MIXED, () => {}, (store, counter) => {
    for (let isBehind = true; isBehind;) {
      counter.calls = [];
      isBehind = store.maintain(Date.parse(AT));
      for (const { sql, parameters } of counter.calls) {
        if (!sql.includes("INSERT INTO search (rowid, text)")) continue;
        const [low, high] = parameters as [number, number];
        seen.push(high - low);
        assertLessOrEqual(high - low, 128);
        if (high - low > 1) assertLessOrEqual(bytesOf(low, high), 16 * 1024);
      }
    }
  });
  assert(seen.length > 50, `${seen.length} steps`);
});
