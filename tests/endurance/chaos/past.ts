/**
 * A database with a past, made with the program's own store and no server: 300,000 messages take
 * some seconds. It lies in memory where the machine has a place for that (`/dev/shm`), since a disk
 * that is slow to sync is not what an attack is about.
 *
 * @module
 */

import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { Random } from "../random.ts";

/** Messages of one transaction. */
const BATCH = 2_000;

/** How many people said it, each with ids that the server remembers for a day. */
const PEOPLE = 300;

/** Words of which texts are made. */
const COMMON = "the of and to in that it is was for on are with as be at one have this".split(" ");

/** How much of the index is made at once. */
const MAINTENANCE_ROWS = 20_000;

/** See the module. */
export class Past implements AsyncDisposable {
  /** The database's file. */
  readonly file: string;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.file = `${directory}/chat.db`;
  }

  /** Makes one with so many messages; the same number makes the same texts. */
  static async make(messages: number): Promise<Past> {
    const past = new Past(await memoryDirectory());
    const store = openSqliteStore(past.file, { durability: "process" });
    const random = new Random(1 + messages);
    let ids = 0;
    const startMs = Date.now() - messages * 100;
    try {
      for (let done = 0; done < messages; done += BATCH) {
        const entries = Array.from({ length: Math.min(BATCH, messages - done) }, () => {
          const person = random.below(PEOPLE);
          const id = `past.${ids++}`;
          const said = {
            type: "message" as const,
            from: `person${person}`,
            text: text(random),
            id,
          };
          return { room: 0, draft: said, session: person.toString(16).padStart(64, "0") };
        });
        store.append(entries, new Date(startMs + done * 100).toISOString());
      }
      while (store.maintain(Date.now(), MAINTENANCE_ROWS) || store.maintain(Date.now()));
    } finally {
      store.close();
    }
    return past;
  }

  /** Takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

async function memoryDirectory(): Promise<string> {
  try {
    return await Deno.makeTempDir({ dir: "/dev/shm", prefix: "chat-past-" });
  } catch {
    return await Deno.makeTempDir({ prefix: "chat-past-" });
  }
}

/** Some everyday words, and one that few texts have. */
function text(random: Random): string {
  const words = Array.from({ length: 3 + random.below(12) }, () => random.pick(COMMON));
  words.push(`word${random.below(1_000)}`);
  return words.join(" ");
}
