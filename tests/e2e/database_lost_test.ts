/**
 * `chat serve --db` when somebody takes its files away while it runs, and when somebody tries to
 * start a second server on them by a detour.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readEvents } from "../helpers/database.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { needs } from "../helpers/proc.ts";
import { commandLine, type Outcome, Program, run, startServer } from "../helpers/program.ts";

async function refused(db: string): Promise<Outcome> {
  const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--db", db];
  await using program = new Program(commandLine(args), { stdin: false });
  return await program.outcome();
}

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat-lost-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function sqlite3(db: string, sql: string): Promise<void> {
  const { code, stderr } = await run(["sqlite3", "-cmd", ".timeout 5000", db, sql]);
  assertEquals(code, 0, stderr);
}

/** Windows lets nobody take away what is open. */
const isUnix = Deno.build.os !== "windows";

interface Harm {
  readonly name: string;
  readonly says: string;
  readonly doIt: (db: string) => Promise<void>;
}

const HARMS: readonly Harm[] = [
  { name: "is deleted", says: "was deleted or replaced", doIt: (db) => Deno.remove(db) },
  {
    name: "is deleted with all that belongs to it",
    says: "was deleted or replaced",
    async doIt(db) {
      for (const suffix of ["", "-wal", "-shm", "-lock"]) await Deno.remove(db + suffix);
    },
  },
  {
    name: "is replaced by a copy",
    says: "was deleted or replaced",
    async doIt(db) {
      await Deno.copyFile(db, `${db}.copy`);
      await Deno.rename(`${db}.copy`, db);
    },
  },
  { name: "is emptied", says: "was cut", doIt: (db) => Deno.truncate(db, 0) },
  {
    name: "is cut in half",
    says: "was cut",
    doIt: async (db) => await Deno.truncate(db, (await Deno.stat(db)).size / 2),
  },
  {
    name: "is written over with as many bytes",
    says: "was written over",
    async doIt(db) {
      const { size } = await Deno.stat(db);
      const file = await Deno.open(db, { write: true });
      await file.write(new Uint8Array(size));
      file.close();
    },
  },
  { name: "loses its -wal", says: "-wal was deleted", doIt: (db) => Deno.remove(`${db}-wal`) },
  { name: "loses its -shm", says: "-shm was deleted", doIt: (db) => Deno.remove(`${db}-shm`) },
];

for (const { name, says, doIt } of HARMS) {
  Deno.test({
    name: `A server whose database ${name} refuses to go on, says why once, and exits with 1`,
    ignore: !isUnix,
    fn: () =>
      inDirectory(async (directory) => {
        const db = `${directory}/room.db`;
        await using server = await startServer(["--db", db]);
        const { client: ada } = await JsonClient.join(server.port, "ada");
        await using _ada = ada;
        await ada.say("before", "a.1");
        await ada.message("before");
        await doIt(db);
        // Nobody says anything: it is noticed all the same.
        const line = await server.log.expect(/database lost/);
        assertStringIncludes(line, says);
        assertStringIncludes(line, "room.db");
        for (const id of ["a.2", "a.3"]) {
          await ada.say("after", id);
          const error = await ada.next("error");
          assertEquals([error.code, error.id], ["unavailable", id]);
        }
        server.signal("SIGTERM");
        const { code, stderr } = await server.outcome();
        assertEquals(code, 1, stderr);
        assertEquals(stderr.match(/database lost/g)?.length, 1, stderr);
        assertEquals(stderr.match(/store fails/g)?.length, 1, stderr);
      }),
  });
}

Deno.test({
  name: "What was acknowledged before the -wal was deleted is in the database after the end",
  ignore: !isUnix,
  fn: () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      await using server = await startServer(["--db", db]);
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      await ada.say("before", "a.1");
      await ada.message("before");
      await Deno.remove(`${db}-wal`);
      await server.log.expect(/database lost/);
      server.signal("SIGTERM");
      await server.outcome();
      assert(readEvents(db).some((event) => event.type === "message" && event.text === "before"));
    }),
});

Deno.test({
  name: "Those in the room can still read what was said after the database was deleted",
  ignore: !isUnix,
  fn: () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      await using server = await startServer(["--db", db]);
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      await ada.say("before", "a.1");
      await ada.message("before");
      await Deno.remove(db);
      await server.log.expect(/database lost/);
      await ada.send({ type: "history" });
      const { events } = await ada.next("history");
      assertEquals(events.map(({ type }) => type), ["join", "message"]);
    }),
});

Deno.test({
  name: "A VACUUM by another program and a checkpoint harm nobody, although the file gets shorter",
  ignore: !await needs("unix", "sqlite3"),
  fn: () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      await using server = await startServer(["--db", db, "--rate", "0"]);
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      await sqlite3(
        db,
        `CREATE TABLE extra (x); INSERT INTO extra VALUES (zeroblob(1000000)); DROP TABLE extra;
        PRAGMA wal_checkpoint(TRUNCATE)`,
      );
      const { size } = await Deno.stat(db);
      await ada.say("large", "a.1");
      await ada.message("large");
      await sqlite3(db, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
      assert((await Deno.stat(db)).size < size);
      await ada.say("small", "a.2");
      await ada.message("small");
      server.signal("SIGTERM");
      const { code, stderr } = await server.outcome();
      assertEquals(code, 0, stderr);
    }),
});

Deno.test({
  name: "A second server is kept out by a hard link, and after the -lock file was removed",
  ignore: Deno.build.os !== "linux", // elsewhere the database's own file cannot be locked
  fn: () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      await using server = await startServer(["--db", db]);
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      await Deno.link(db, `${directory}/hard.db`);
      await Deno.remove(`${db}-lock`);
      for (const path of [db, `${directory}/hard.db`]) {
        const { code, stderr } = await refused(path);
        assertEquals(code, 1, stderr);
        assertMatch(stderr, /in use by another server/);
        assertStringIncludes(stderr, path);
      }
      const files = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
      assertEquals(files, ["hard.db", "room.db", "room.db-shm", "room.db-wal"]);
      await ada.say("still here", "a.1");
      await ada.message("still here");
      server.signal("SIGTERM");
      assertEquals((await server.outcome()).code, 0);
      await using next = await startServer(["--db", db]);
      const { client: eve, welcome } = await JsonClient.join(next.port, "eve");
      await using _eve = eve;
      assertEquals(welcome.seq, 2);
    }),
});
