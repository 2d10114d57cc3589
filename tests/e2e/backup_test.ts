/**
 * A backup as docs/operations.md makes it while the real server runs, and restores it: it is whole,
 * and who had seen more than it has is told.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { blocksOf, readDocument } from "../docs/fenced.ts";
import { integrityProblems, readEvents } from "../helpers/database.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { needs } from "../helpers/proc.ts";
import { run, startServer } from "../helpers/program.ts";

/** Runs the first commands under a heading of docs/operations.md in a directory. */
async function follow(heading: string, directory: string): Promise<void> {
  const block = blocksOf(readDocument("docs/operations.md"))
    .find((block) => block.heading === heading && block.language === "sh");
  const { code, stderr } = await run([
    ...["sh", "-ec", `cd "$1" && ${block?.text ?? "false"}`, "sh"],
    directory,
  ]);
  assertEquals([code, stderr], [0, ""]);
}

/** Whether nobody but its owner can read a file. */
async function isPrivate(path: string): Promise<boolean> {
  return ((await Deno.stat(path)).mode! & 0o077) === 0;
}

async function talk(client: JsonClient, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await client.say(`m${n}`);
  await client.message(`m${to}`);
}

Deno.test({
  name: "A backup of a running server is whole, and over it nobody's position is taken for another",
  ignore: !await needs("unix", "sqlite3"),
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "chat-backup-" });
    await using _remove = {
      [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
    };
    const flags = ["--db", `${directory}/room.db`, "--rate", "1000"];
    const before = await startServer(flags);
    await using _before = before;
    const { client: ada, welcome } = await JsonClient.join(before.port, "ada");
    await using _ada = ada;
    await talk(ada, 2, 100);
    // What is said while it is written is in it or not, from some place on.
    const talking = talk(ada, 101, 400);
    await follow("Backup", directory);
    await talking;
    await ada.say("the newest");
    const { seq: after, at } = await ada.message("the newest");
    assertEquals(after, 401);
    before.signal("SIGTERM");
    await before.outcome();
    assertEquals(integrityProblems(`${directory}/copy.db`), []);
    const kept = readEvents(`${directory}/copy.db`).length;
    assertEquals(await isPrivate(`${directory}/copy.db`), true);
    await follow("Restore", directory);
    assertEquals(await isPrivate(`${directory}/room.db`), true);

    await using again = await startServer(flags);
    const { session, log } = welcome;
    const { client: back, welcome: restored } = await JsonClient.join(again.port, "ada", {
      ...{ session, log, after, at },
    });
    await using _back = back;
    assertEquals([restored.log, restored.forget], [log, kept]);
    // Numbers go on behind the backup, and all since then comes.
    await back.say("after the restore");
    const seqs = [
      (await back.message("after the restore")).seq,
      ...back.seen()
        .flatMap((event) => "seq" in event && event.type !== "joined" ? [event.seq] : []),
    ];
    assertEquals(Math.min(...seqs), kept + 1);
    const all = readEvents(`${directory}/room.db`);
    assertEquals(all.map(({ seq }) => seq), Array.from(all, (_, i) => i + 1));
  },
});
