/**
 * The watch over the files of a database, with files that a test makes up; and the locks of systems
 * that cannot lock the database's own file. What a real server does is in
 * `tests/e2e/database_lost_test.ts`.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StoreOpenError } from "../../../src/store/sqlite/errors.ts";
import { openDatabase } from "../../../src/store/sqlite/schema.ts";
import { SqliteStore } from "../../../src/store/sqlite/store.ts";
import { DatabaseWatch } from "../../../src/store/sqlite/watch.ts";
import { StoreUnavailable } from "../../../src/store/store.ts";

/** Files whose looks a test decides about. */
class FakeFiles {
  links: number | undefined = 1;
  size = 40_960;
  magic = "SQLite format 3\0";
  changes = 7;
  cookie = 3;
  headerBytes = 100;
  walLinks = 1;
  nowMs = 0;
  readonly told: string[] = [];
  readonly watch: DatabaseWatch;

  constructor() {
    this.watch = new DatabaseWatch({
      database: {
        path: "room.db",
        look: () => ({ links: this.links, size: this.size }),
        readHeader: () => this.#header(),
      },
      others: [{ path: "room.db-wal", look: () => ({ links: this.walLinks, size: 0 }) }],
      [Symbol.dispose]: () => {},
    }, () => this.nowMs);
    this.watch.onLost = (what) => this.told.push(what);
  }

  lookLater(): string | undefined {
    this.nowMs += 1_000;
    return this.watch.look();
  }

  #header(): Uint8Array {
    const bytes = new Uint8Array(this.headerBytes);
    if (bytes.length < 100) return bytes;
    new TextEncoder().encodeInto(this.magic, bytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(24, this.changes);
    view.setUint32(40, this.cookie);
    return bytes;
  }
}

function saysAfter(harm: (files: FakeFiles) => void): string | undefined {
  const files = new FakeFiles();
  assertEquals(files.lookLater(), undefined);
  harm(files);
  return files.lookLater();
}

Deno.test("DatabaseWatch sees a file that has no name left, is shorter, or is another one", () => {
  assertEquals(
    saysAfter((files) => files.links = 0),
    "room.db was deleted or replaced while the server ran",
  );
  assertEquals(
    saysAfter((files) => files.size = 4_096),
    "room.db was cut from 40960 to 4096 bytes while the server ran",
  );
  const other = "room.db was written over while the server ran";
  assertEquals(saysAfter((files) => files.magic = "Dear Sir or Mada"), other);
  assertEquals(saysAfter((files) => files.changes = 6), other);
  assertEquals(saysAfter((files) => files.headerBytes = 10), other);
  assertEquals(
    saysAfter((files) => files.walLinks = 0),
    "room.db-wal was deleted while the server ran",
  );
});

Deno.test("DatabaseWatch lets SQLite write, grow, and shrink with VACUUM", () => {
  assertEquals(saysAfter((files) => [files.size, files.changes] = [81_920, 9]), undefined);
  assertEquals(
    saysAfter((files) => [files.size, files.changes, files.cookie] = [4_096, 8, 4]),
    undefined,
  );
  assertEquals(saysAfter((files) => files.links = 2), undefined);
  // Where the system does not count names.
  assertEquals(saysAfter((files) => files.links = undefined), undefined);
});

Deno.test("DatabaseWatch looks no more often than is useful, tells once, and does not forget", () => {
  const files = new FakeFiles();
  files.links = 0;
  files.nowMs += 1;
  assertEquals(files.watch.look(), undefined);
  files.watch.check();
  files.nowMs += 1_000;
  const error = assertThrows(() => files.watch.check(), StoreUnavailable);
  assertStringIncludes(error.message, "deleted or replaced");
  files.links = 1;
  assertThrows(() => files.watch.check(), StoreUnavailable);
  assertEquals([files.told.length, files.watch.lost], [1, files.told[0]]);
});

function inDirectory(test: (directory: string) => void): void {
  const directory = Deno.makeTempDirSync();
  try {
    test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** As on a system that cannot lock the database's own file. */
const ELSEWHERE = { locksDatabase: false };

Deno.test({
  name: "openDatabase refuses a database with two names where it cannot lock it",
  ignore: Deno.build.os === "windows", // no count of names there
  fn: () =>
    inDirectory((directory) => {
      const path = `${directory}/room.db`;
      new SqliteStore(openDatabase(path, "process", ELSEWHERE)).close();
      Deno.linkSync(path, `${directory}/hard.db`);
      const error = assertThrows(() => openDatabase(path, "process", ELSEWHERE), StoreOpenError);
      assertStringIncludes(error.message, `${path} has 2 names`);
      Deno.removeSync(`${directory}/hard.db`);
      new SqliteStore(openDatabase(path, "process", ELSEWHERE)).close();
    }),
});

Deno.test({
  name: "A removed -lock file is a loss where it is the only lock",
  ignore: Deno.build.os === "windows", // what is open cannot be removed there
  fn: () =>
    inDirectory((directory) => {
      let nowMs = 0;
      const path = `${directory}/room.db`;
      const options = { ...ELSEWHERE, now: () => nowMs };
      const store = new SqliteStore(openDatabase(path, "process", options));
      const entry = { room: 0, draft: { type: "message", from: "ada", text: "hi" } } as const;
      store.append([entry], "2026-03-01T12:00:00.000Z");
      Deno.removeSync(`${path}-lock`);
      nowMs += 1_000;
      const append = () => store.append([entry], "2026-03-01T12:00:00.000Z");
      const error = assertThrows(append, StoreUnavailable);
      assertStringIncludes(error.message, "room.db-lock was deleted");
      assertThrows(() => store.append([], "", [{ type: "unban", key: "x" }]), StoreUnavailable);
      assertEquals([store.maintain(0), store.room(0).lastSeq], [false, 1]);
      store.close();
    }),
});

Deno.test("openDatabase leaves no file behind that it made for a database that it refuses", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    Deno.mkdirSync(`${path}-wal`);
    assertThrows(() => openDatabase(path, "process"), StoreOpenError);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["room.db-wal"]);
  }));
