import { assertEquals } from "@std/assert";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { type Note } from "../../../src/store/store.ts";
import { directKey } from "../../../src/store/stored_sessions.ts";

const AT = "2026-03-01T12:00:00.000Z";
const HOUR_MS = 60 * 60 * 1000;

Deno.test("SqliteStore keeps the ids of direct messages for 24 hours, the newest 1,000 of a session", () => {
  const directory = Deno.makeTempDirSync();
  const path = `${directory}/room.db`;
  try {
    const notes: Note[] = [];
    for (let n = 0; n < 1_100; n++) {
      notes.push({ type: "direct", session: "s", name: "ada", id: `${n}` });
    }
    notes.push({ type: "undelivered", session: "s", id: "1099" });
    const atMs = Date.parse(AT);
    for (const [hours, oldest] of [[1, directKey("99")], [25, undefined]] as const) {
      const store = openSqliteStore(path, { durability: "process" });
      if (hours === 1) assertEquals(store.append([], AT, notes), []);
      const ids = () =>
        [...store.sessions(0, { sessions: 9, ids: 2_000 })].flatMap(({ ids }) =>
          ids.map(({ id, outcome }) => [id, outcome])
        );
      if (hours === 1) assertEquals(ids().at(-1), [directKey("1098"), 0]);
      for (let step = 0; step < 10; step++) store.maintain(atMs + hours * HOUR_MS);
      assertEquals([ids()[0]?.[0], store.room(0).lastSeq], [oldest, 0]);
      store.close();
    }
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
