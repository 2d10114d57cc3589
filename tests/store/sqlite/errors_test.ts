import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openError, reasonOf } from "../../../src/store/sqlite/errors.ts";
import { StoreUnavailable } from "../../../src/store/store.ts";

/** What a function throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("An error of SQLite has the same words whether it has a code or not, and other words at the start", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("PRAGMA max_page_count = 10; CREATE TABLE t (x)");
  const fill = "INSERT INTO t VALUES (zeroblob(100000))";
  for (const work of [() => db.exec(fill), () => db.prepare(fill).run()]) {
    const error = thrownBy(work);
    assertEquals(reasonOf(error), "the disk is full; free some space and it goes on by itself");
    const message = "cannot use room.db: the disk is full; free some space and start again";
    assertEquals(openError("room.db", error).message, message);
    const told = new StoreUnavailable(reasonOf(error), { cause: error });
    assertEquals(openError("room.db", told).message, message);
  }
  db.close();
  assertEquals(
    reasonOf(new Error("no such table: t\nat")),
    "the database failed: no such table: t",
  );
});
