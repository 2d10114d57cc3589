/**
 * `chat serve --db`: what a room keeps over restarts, orderly ones and `kill -9`, and which files a
 * server refuses.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { DatabaseSync } from "node:sqlite";
import { readEvents } from "../helpers/database.ts";
import { type HelloFields, JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import {
  commandLine,
  type Outcome,
  Program,
  type RunningServer,
  startServer,
} from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

/** A server on a database. */
function serve(db: string, ...flags: string[]): Promise<RunningServer> {
  return startServer(["--db", db, ...flags]);
}

/** A server that is expected to end by itself. */
async function refused(db: string, options: { before?: string[] } = {}): Promise<Outcome> {
  const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--db", db];
  await using program = new Program(commandLine(args), { ...options, stdin: false });
  return await program.outcome();
}

/** Asserts one line for people, exit code 1 and no banner. */
function assertRefused({ code, stdout, stderr }: Outcome, ...words: string[]): void {
  assertEquals([code, stdout], [1, ""], stderr);
  assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  assertMatch(stderr, /^chat: /);
  for (const word of words) assertStringIncludes(stderr, word);
}

async function end(server: RunningServer, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  server.signal(signal);
  await server.outcome();
}

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat-restart-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`After ${signal} seq goes on in the same log, without a gap`, () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      const logs = new Set<string>();
      const seqs: number[] = [];
      let session: { session: string } | undefined;
      for (let run = 1; run <= 3; run++) {
        await using server = await serve(db);
        const { client, welcome } = await JsonClient.join(server.port, "ada", session);
        await using _client = client;
        assertEquals([welcome.resumed, welcome.seq], [run > 1, seqs.at(-1) ?? 0]);
        session = { session: welcome.session };
        logs.add(welcome.log);
        if (run === 1) seqs.push((await client.next("join")).seq);
        for (const text of [`${run} one`, `${run} two`]) {
          await client.say(text);
          seqs.push((await client.message(text)).seq);
        }
        await end(server, signal);
      }
      assertEquals(seqs, [1, 2, 3, 4, 5, 6, 7]);
      assertEquals(logs.size, 1);
      const kept = readEvents(db);
      assertEquals(kept.map(({ seq }) => seq), seqs);
      assertEquals(kept.filter(({ type }) => type !== "message").length, 1);
    }));

  Deno.test(`After ${signal} a session is taken up again: nobody sees it, and no id is said twice`, () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      await using first = await serve(db);
      const { client: eve, welcome: eves } = await JsonClient.join(first.port, "eve");
      await using _eve = eve;
      const { client: robot, welcome } = await JsonClient.join(first.port, "robot");
      await using _robot = robot;
      await robot.say("once", "k.1");
      const original = await robot.message("once");
      await end(first, signal);

      await using second = await serve(db);
      const after = original.seq;
      const back = { session: welcome.session, after };
      const { client: again, welcome: resumed } = await JsonClient.join(second.port, "robot", back);
      await using _again = again;
      assertEquals([resumed.resumed, resumed.name, resumed.count], [true, "robot", 2]);
      const { client: watcher, welcome: watched } = await JsonClient.join(second.port, "eve", {
        session: eves.session,
        after,
      });
      await using _watcher = watcher;
      assertEquals(watched.resumed, true);
      await again.say("once", "k.1");
      assertEquals(await again.message("once"), original);
      await again.say("the end", "k.2");
      assertEquals((await again.message("the end")).seq, after + 1);
      await watcher.message("the end");
      const seen = watcher.seen().filter(({ type }) => type !== "welcome" && type !== "joined");
      assertEquals(seen.map(({ type }) => type), ["message"], JSON.stringify(seen));
    }));
}

Deno.test("A name belongs to its session after a restart, however many have come and gone", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    await using first = await serve(db);
    const { client: ann, welcome } = await JsonClient.join(first.port, "ann");
    await using _ann = ann;
    await ann.next("join");
    await end(first, "SIGKILL");
    {
      const store = openSqliteStore(db, { durability: "process" });
      const entries = [
        { room: 0, draft: { type: "join", name: "x" } },
        { room: 0, draft: { type: "leave", name: "x", reason: "quit" } },
      ] as const;
      for (let i = 0; i < 5_200; i++) store.append(entries, new Date().toISOString());
      store.close();
    }
    await using second = await serve(db);
    await using stranger = await JsonClient.connect(second.port);
    await stranger.hello("ann");
    assertEquals((await stranger.next("error")).code, "name_taken");
    const again = await JsonClient.join(second.port, "ann", { session: welcome.session });
    await using _again = again.client;
    assertEquals([again.welcome.resumed, again.welcome.name], [true, "ann"]);
    assertEquals(
      readEvents(db).filter(({ type, ...event }) => (
        type === "join" && "name" in event && event.name === "ann"
      )).length,
      1,
    );
  }));

/**
 * A client has seen what the backup lacks; what the server says to it after others have talked on.
 */
async function afterBackup(others: number): Promise<{
  readonly forget: number | undefined;
  readonly seqs: readonly number[];
  readonly texts: readonly string[];
}> {
  const directory = await Deno.makeTempDir({ prefix: "chat-restart-" });
  try {
    const db = `${directory}/room.db`;
    const talk = async (client: JsonClient, from: number, to: number) => {
      for (let n = from; n <= to; n++) {
        await client.say(`m${n}`);
        await client.message(`m${n}`);
      }
    };
    await using first = await serve(db);
    const { client: ada, welcome } = await JsonClient.join(first.port, "ada");
    await using _ada = ada;
    await talk(ada, 2, 5);
    await Deno.copyFile(db, `${directory}/backup.db`);
    await Deno.copyFile(`${db}-wal`, `${directory}/backup.db-wal`);
    await talk(ada, 6, 8);
    await ada.say("m9");
    const { seq: after, at } = await ada.message("m9");
    assertEquals(after, 9);
    await end(first, "SIGKILL");
    for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(db + suffix);
    await Deno.rename(`${directory}/backup.db`, db);
    await Deno.rename(`${directory}/backup.db-wal`, `${db}-wal`);

    await using second = await serve(db);
    if (others > 0) {
      const { client: bob } = await JsonClient.join(second.port, "bob");
      await using _bob = bob;
      for (let n = 2; n <= others; n++) await bob.say(`new ${n}`);
      if (others > 1) await bob.message(`new ${others}`);
      const { session, log } = welcome;
      return await comeBack(second.port, { session, log, after, at });
    }
    const { session, log } = welcome;
    return await comeBack(second.port, { session, log, after, at });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function comeBack(port: number, fields: HelloFields): Promise<{
  readonly forget: number | undefined;
  readonly seqs: readonly number[];
  readonly texts: readonly string[];
}> {
  const { client, welcome } = await JsonClient.join(port, "ada", fields);
  await using _client = client;
  await client.say("the end");
  await client.message("the end");
  const events = client.seen().filter((event) => "seq" in event && event.type !== "joined");
  return {
    forget: welcome.forget,
    seqs: events.map((event) => "seq" in event ? event.seq : 0),
    texts: events.map((event) => event.type === "message" ? event.text : event.type),
  };
}

for (const others of [9, 2, 0]) {
  Deno.test(`Over a restored backup nothing is missing in silence: ${others} events since`, async () => {
    const { forget, seqs, texts } = await afterBackup(others);
    assertEquals(forget, 5);
    assertEquals(seqs, Array.from({ length: others + 1 }, (_, n) => 6 + n));
    const said = Array.from({ length: Math.max(0, others - 1) }, (_, n) => `new ${n + 2}`);
    assertEquals(texts, [...others > 0 ? ["join"] : [], ...said, "the end"]);
  });
}

Deno.test("Who comes back after a restart gets what was said before he was gone and while he was away", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    await using first = await serve(db);
    const { client: robot, welcome } = await JsonClient.join(first.port, "robot");
    await using _robot = robot;
    const { seq } = await robot.next("join");
    await using eve = await PlainClient.join(first.port, "eve");
    await eve.say("before the end");
    await robot.message("before the end");
    await end(first, "SIGKILL");

    await using second = await serve(db);
    await using bob = await PlainClient.join(second.port, "bob");
    await bob.say("while you were away");
    const { client: again } = await JsonClient.join(second.port, "robot", {
      session: welcome.session,
      after: seq,
    });
    await using _again = again;
    await again.message("while you were away");
    // Plain eve cannot take her place up again, so she is gone.
    assertEquals(
      again.seen().slice(2).map((event) =>
        event.type === "message"
          ? event.text
          : event.type === "leave"
          ? `leave ${event.name} ${event.reason}`
          : `${event.type} ${"name" in event ? event.name : ""}`
      ),
      ["join eve", "before the end", "leave eve shutdown", "join bob", "while you were away"],
    );
  }));

Deno.test("History and search reach back over a restart, in both dialects", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    {
      await using server = await serve(db, "--rate", "0");
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      for (let i = 1; i <= 20; i++) await ada.say(`number ${i} of "twenty"`);
      await ada.say("東京タワーで会いましょう");
      await ada.message("東京タワーで会いましょう");
      await end(server, "SIGKILL");
    }
    await using server = await serve(db, "--rate", "0");
    await using bob = await PlainClient.connect(server.port, { label: "bob" });
    await bob.say("bob");
    await bob.expect(/^\* The last 21 messages, from /);
    await bob.expect(/ada: number 1 of "twenty"$/);
    await bob.expect(/ada: 東京タワーで会いましょう$/);
    await bob.expect("* Now:");
    await bob.say("/history 2");
    await bob.expect(/^\* The last 2 messages, from /);
    await bob.expect(/ada: number 20 of "twenty"$/);
    await bob.expect("* Now:");
    await bob.say(`/search 7 "twenty"`);
    await bob.expect(/ada: number 7 of "twenty"$/);
    await bob.say("/search 東京");
    await bob.expect(/ada: 東京タワーで会いましょう$/);

    const { client: eve, welcome } = await JsonClient.join(server.port, "eve", { history: 0 });
    await using _eve = eve;
    await eve.send({ type: "history", before: welcome.seq, limit: 5 });
    const page = await eve.next("history");
    assertEquals(
      page.events.map(({ seq }) => seq),
      [1, 2, 3, 4, 5].map((n) => welcome.seq - 6 + n),
    );
    assertEquals(page.more, true);
    await eve.send({ type: "history", before: 4, limit: 50 });
    const oldest = await eve.next("history");
    assertEquals(oldest.events.map(({ seq }) => seq), [1, 2, 3]);
    assertEquals(oldest.more, false);
    await eve.send({ type: "search", query: "number twenty", limit: 3 });
    const found = await eve.next("results");
    assertEquals(
      found.events.map((event) => event.type === "message" ? event.text : event.type),
      [20, 19, 18].map((n) => `number ${n} of "twenty"`),
    );
    assertEquals(found.more, true);
  }));

Deno.test("A second server on one file refuses to start, and the first goes on", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    await using server = await serve(db);
    const { client: ada } = await JsonClient.join(server.port, "ada");
    await using _ada = ada;
    assertRefused(await refused(db), db, "in use by another server");
    await ada.say("still here");
    await ada.message("still here");
    await end(server, "SIGKILL");
    await using next = await serve(db);
    const { welcome, client: eve } = await JsonClient.join(next.port, "eve");
    await using _eve = eve;
    assertEquals(welcome.seq, 2);
  }));

Deno.test("What is no room's database is refused in one line, and nothing is written", () =>
  inDirectory(async (directory) => {
    assertRefused(await refused(`${directory}/none/room.db`), `${directory}/none`, "not exist");
    assertRefused(await refused(directory), directory, "is a directory");
    const letter = `${directory}/letter`;
    const text = "This is a letter and no database.\n".repeat(10);
    await Deno.writeTextFile(letter, text);
    assertRefused(await refused(letter), letter, "is not a database");
    assertEquals(await Deno.readTextFile(letter), text);
    assertEquals(filesIn(directory), ["letter"]);
  }));

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

/** Nothing is read-only for root, but for a root without this capability. */
const asNoRoot = isRoot ? ["setpriv", "--bounding-set=-dac_override", "--"] : [];
const canBeReadOnly = await needs("unix", ...(isRoot ? ["setpriv"] : []));

Deno.test({
  name: "A read-only file and a read-only directory are refused in one line, and stay as they are",
  ignore: !canBeReadOnly,
  fn: () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      {
        await using server = await serve(db);
        await end(server, "SIGTERM");
      }
      const bytes = await Deno.readFile(db);
      const files = filesIn(directory);
      await Deno.chmod(db, 0o444);
      assertRefused(await refused(db, { before: asNoRoot }), db, "permission");
      assertEquals(await Deno.readFile(db), bytes);
      assertEquals(filesIn(directory), files);
      await Deno.chmod(directory, 0o555);
      try {
        const none = `${directory}/other.db`;
        assertRefused(await refused(none, { before: asNoRoot }), none);
      } finally {
        await Deno.chmod(directory, 0o755);
      }
      assertEquals(filesIn(directory), files);
    }),
});

for (const lock of ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE"]) {
  Deno.test(`While another program has the database after ${lock}, a start is refused in one line`, () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      {
        await using server = await serve(db);
        const { client: ada } = await JsonClient.join(server.port, "ada");
        await using _ada = ada;
        await ada.say("to be filed at the start", "a.1");
        await ada.message("to be filed at the start");
        await end(server, "SIGKILL");
      }
      using other = new DatabaseSync(db);
      other.exec(lock);
      if (!lock.startsWith("BEGIN")) other.exec("BEGIN IMMEDIATE; PRAGMA user_version = 2; COMMIT");
      const outcome = await refused(db);
      assertRefused(
        outcome,
        db,
        "locked by another program",
        "start again when that one has finished",
      );
      assertEquals(outcome.stderr.includes("internal error"), false);
    }));
}

Deno.test("Who cannot come in while another program has the database is not logged as joined", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    await using server = await serve(db);
    using other = new DatabaseSync(db);
    other.exec("BEGIN IMMEDIATE");
    await using ada = await JsonClient.connect(server.port);
    await ada.hello("ada");
    assertEquals((await ada.next("error")).code, "unavailable");
    assertEquals(await ada.rest(), []);
    await server.log.expect(/store fails .*locked by another program/);
    other.exec("ROLLBACK");
    const { client: eve } = await JsonClient.join(server.port, "eve");
    await using _eve = eve;
    await server.log.expect(/joined .*name=eve/);
    assertEquals(server.log.text.includes("name=ada"), false, server.log.text);
  }));

Deno.test("Where the port is taken, no database is made", () =>
  inDirectory(async (directory) => {
    await using server = await startServer();
    const args = ["serve", "--host", "127.0.0.1", "--port", `${server.port}`];
    await using program = new Program(commandLine([...args, "--db", `${directory}/room.db`]));
    assertRefused(await program.outcome(), `${server.port}`);
    assertEquals(filesIn(directory), []);
  }));

Deno.test("--retain 100 trims the oldest, and seq counts on, also over a restart", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    {
      await using server = await serve(db, "--rate", "0", "--retain", "100");
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      for (let i = 1; i <= 300; i++) await ada.say(`m${i}`);
      assertEquals((await ada.message("m300")).seq, 301);
      await until(() => readEvents(db).length === 100, "100 events in the database");
      await server.log.expect(/events removed count=\d+ upTo=\d{4}-/);
      await ada.send({ type: "history", limit: 500 });
      const page = await ada.next("history");
      assertEquals([page.events.length, page.events[0]?.seq, page.more], [100, 202, false]);
      await ada.send({ type: "search", query: "m1", limit: 500 });
      assertEquals((await ada.next("results")).events, []);
      await end(server, "SIGKILL");
    }
    await using server = await serve(db, "--retain", "100");
    const { client: bob, welcome } = await JsonClient.join(server.port, "bob", { history: 500 });
    await using _bob = bob;
    assert(welcome.seq >= 301);
    assertEquals((await bob.message("m201")).seq, 202);
    await bob.next("join", (join) => join.name === "bob");
    await until(() => readEvents(db).length <= 100, "100 events after the restart");
    assertLessOrEqual(readEvents(db)[0]?.seq ?? 0, welcome.seq);
  }));

Deno.test("A log that nobody has read is numbered right after --retain has removed what it lacks", () =>
  inDirectory(async (directory) => {
    const db = `${directory}/room.db`;
    const flags = ["--rate", "0", "--retain", "50"];
    let said = 0;
    const talk = async (client: JsonClient, count: number) => {
      for (let n = 0; n < count; n++) await client.say(`m${++said}`);
      await client.message(`m${said}`);
      await until(() => readEvents(db).length === 50, "50 events in the database");
    };
    {
      await using server = await serve(db, ...flags);
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      await talk(ada, 60);
      await end(server, "SIGKILL");
    }
    // Both dialects' logs are filled at the start; plain is asked for only in the end.
    await using server = await serve(db, ...flags);
    const { client: eve } = await JsonClient.join(server.port, "eve");
    await using _eve = eve;
    await talk(eve, 280);
    await using nc = await PlainClient.join(server.port, "nc");
    await nc.expect(`eve: m${said}`);
    await nc.say("my own");
    await eve.message("my own");
    await eve.say("the end");
    await nc.expect("eve: the end");
    assertEquals(nc.seen.filter((line) => line.includes("my own")), []);
  }));

Deno.test({
  name: "Nobody else can read a new database, and an old one that others can read is named",
  ignore: Deno.build.os === "windows", // where a mode says nothing
  fn: () =>
    inDirectory(async (directory) => {
      const db = `${directory}/room.db`;
      {
        await using server = await serve(db);
        const { client } = await JsonClient.join(server.port, "ada");
        await using _client = client;
        for (const name of filesIn(directory)) {
          assertEquals(Deno.statSync(`${directory}/${name}`).mode! & 0o777, 0o600, name);
        }
        assertEquals(filesIn(directory).length, 4);
        assertEquals(server.log.text.includes("others may read"), false);
        await end(server, "SIGTERM");
      }
      await Deno.chmod(db, 0o644);
      await using server = await serve(db);
      await server.log.expect(/others may read the database .*todo="chmod 600 .*room\.db"/);
      assertEquals(Deno.statSync(db).mode! & 0o777, 0o644);
    }),
});
