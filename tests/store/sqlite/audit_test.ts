import { assertEquals, assertThrows } from "@std/assert";
import { StoreUnavailable } from "../../../src/store/store.ts";
import { TestDatabase } from "../../helpers/rooms.ts";

/** So many of each actor are kept here: each is a transaction. */
const MAX_ACTS = 20;

const ACT = { atMs: 1, by: "root", act: "banned", target: "ada", details: "" };

Deno.test("SqliteStore keeps acts over a restart", () => {
  using database = new TestDatabase();
  database.store.audit.add(ACT, "operator");
  assertEquals(database.reopen().audit.page(0, 9), { acts: [ACT], more: false });
});

Deno.test("openSqliteStore opens a file of schema 7, whose acts all count as operators'", () => {
  using database = new TestDatabase({ maxActs: MAX_ACTS });
  database.store.audit.add(ACT, "operator");
  database.db.exec(`
    DROP INDEX audit_operator;
    ALTER TABLE audit DROP COLUMN operator;
    PRAGMA user_version = 7`);
  const { audit } = database.reopen();
  for (let n = 0; n <= MAX_ACTS; n++) audit.add({ ...ACT, by: "eve" }, "keeper");
  assertEquals(audit.page(MAX_ACTS, 9).acts, [ACT]);
});

Deno.test("SqliteStore commits an act with the removal of what it pushes out", () => {
  using database = new TestDatabase({ maxActs: MAX_ACTS });
  const { audit } = database.store;
  for (let n = 0; n < MAX_ACTS; n++) audit.add({ ...ACT, atMs: n }, "operator");
  database.db.exec(`
    CREATE TRIGGER refused BEFORE DELETE ON audit BEGIN SELECT RAISE(FAIL, 'refused'); END`);
  assertThrows(() => audit.add({ ...ACT, atMs: MAX_ACTS }, "operator"), StoreUnavailable);
  assertEquals(audit.page(0, 1).acts.map(({ atMs }) => atMs), [MAX_ACTS - 1]);
});
