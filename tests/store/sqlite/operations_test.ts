/**
 * `docs/operations.md` holds what it says: every command in it is run, on a database that a server
 * has open, unless the document says that the server must be stopped.
 *
 * @module
 */

import { before, search } from "../../helpers/lobby.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { needs } from "../../helpers/proc.ts";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { type Entry, type Store } from "../../../src/store/store.ts";
import { finish } from "../../../src/store/room_store.ts";

const DOCUMENT = new URL("../../../docs/operations.md", import.meta.url);

const ENTRIES: readonly Entry[] = [
  { room: 0, draft: { type: "join", name: "ada" }, session: "h1" },
  {
    room: 0,
    draft: { type: "message", from: "ada", text: "hello 東京", id: "k.1" },
    session: "h1",
  },
  { room: 0, draft: { type: "message", from: "ada", text: "waves", action: true } },
  { room: 0, draft: { type: "rename", from: "ada", to: "eve" } },
  { room: 0, draft: { type: "leave", name: "eve", reason: "quit" } },
];

/** The commands of a section, in the order in which they stand. */
function commandsUnder(heading: string): string[] {
  const section = Deno.readTextFileSync(DOCUMENT).split(`### ${heading}\n`)[1]?.split("\n### ")[0];
  assert(section !== undefined, `no section "${heading}"`);
  return [...section.matchAll(/```sh\n([^]*?)```/g)].map((match) => match[1] ?? "");
}

/** Runs a command where `room.db` is; returns what it says. */
async function run(command: string, cwd: string): Promise<string> {
  const process = new Deno.Command("sh", { args: ["-ec", command], cwd });
  const { code, stdout, stderr } = await process.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const ignore = !await needs("sqlite3");

function fill(directory: string): Store {
  const store = openSqliteStore(`${directory}/room.db`, { durability: "process" });
  store.append(ENTRIES.slice(0, 3), "2026-03-01T12:00:00.000Z");
  store.append(ENTRIES.slice(3), "2026-03-02T12:00:00.000Z");
  while (store.maintain(Date.parse("2026-03-02T11:59:59Z"), 1));
  return store;
}

Deno.test({
  name: "The ready queries of operations.md show a running server's room",
  ignore,
  async fn() {
    const cwd = Deno.makeTempDirSync();
    const store = fill(cwd);
    try {
      const [text, json, person, day, ranking, ...rest] = commandsUnder("Ready queries");
      assertEquals(rest, []);
      assertEquals((await run(text ?? "", cwd)).split("\n"), [
        "2026-03-01T12:00:00.000Z  * ada joined",
        "2026-03-01T12:00:00.000Z  ada: hello 東京",
        "2026-03-01T12:00:00.000Z  ~ ada waves",
        "2026-03-02T12:00:00.000Z  * ada is now eve",
        "2026-03-02T12:00:00.000Z  * eve left (quit)",
        "",
      ]);
      const lines = (await run(json ?? "", cwd)).trimEnd().split("\n");
      assertEquals(
        lines.map((line) => JSON.parse(line)),
        before(store.room(0), Infinity, 10).events.map((event) => ({ ...event, room: "lobby" })),
      );
      assertEquals(
        await run(person ?? "", cwd),
        "2026-03-01T12:00:00.000Z|hello 東京\n2026-03-01T12:00:00.000Z|waves\n",
      );
      assertEquals((await run(day ?? "", cwd)).trimEnd().split("\n").length, 2);
      assertEquals(await run(ranking ?? "", cwd), "ada|2\n");
    } finally {
      store.close();
      Deno.removeSync(cwd, { recursive: true });
    }
  },
});

Deno.test({
  name: "The backups of operations.md work while the server writes",
  ignore,
  async fn() {
    const cwd = Deno.makeTempDirSync();
    const store = fill(cwd);
    try {
      const commands = commandsUnder("Backup");
      assertEquals(commands.length, 2);
      for (const command of commands) {
        let isDone = false;
        const running = run(command, cwd).finally(() => isDone = true);
        while (!isDone) {
          store.append(
            [{ room: 0, draft: { type: "message", from: "ada", text: "meanwhile" } }],
            new Date().toISOString(),
          );
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        await running;
      }
      for (const copy of ["copy.db", "compact.db"]) {
        const backup = openSqliteStore(`${cwd}/${copy}`, { durability: "process" });
        assertEquals(backup.room(0).logId, store.room(0).logId);
        assert(backup.room(0).lastSeq >= 5 && backup.room(0).lastSeq <= store.room(0).lastSeq);
        assertEquals(before(backup.room(0), 6, 5), before(store.room(0), 6, 5));
        assertEquals(finish(search(backup, "東京", 5)).events.length, 1);
        assertEquals(finish(search(backup, "hello", 5)).events.length, 1);
        backup.append(ENTRIES, "2026-03-03T12:00:00.000Z");
        backup.close();
      }
    } finally {
      store.close();
      Deno.removeSync(cwd, { recursive: true });
    }
  },
});

Deno.test({
  name: "Shrinking and recovering as in operations.md gives a room that goes on",
  ignore,
  async fn() {
    const cwd = Deno.makeTempDirSync();
    try {
      fill(cwd).close();
      for (const command of commandsUnder("Keeping less")) await run(command, cwd);
      const [recover] = commandsUnder("When something goes wrong");
      assertStringIncludes(await run(recover ?? "", cwd), "ok");
      for (const name of ["room.db", "recovered.db"]) {
        const store = openSqliteStore(`${cwd}/${name}`, { durability: "process" });
        assertEquals(store.room(0).lastSeq, 5, name);
        assertEquals(finish(search(store, "hello", 5)).events.length, 1, name);
        assertEquals([...store.sessions(0, { sessions: 5, ids: 5 })].length, 1, name);
        assertEquals(store.append(ENTRIES, "2026-03-03T12:00:00.000Z")[0]?.seq, 6, name);
        assertEquals(store.maintain(Date.now(), 1), true, name);
        store.close();
      }
    } finally {
      Deno.removeSync(cwd, { recursive: true });
    }
  },
});
