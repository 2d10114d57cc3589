/**
 * Thousands of plain clients in one process: `idle_clients.ts PORT COUNT`. On its standard input it
 * is told `connect`, then `name`; on its standard output it says `connected` when all are, and
 * `joined` when all were let in and have read who joined: one of them says a last line, and a stream
 * is in order.
 *
 * @module
 */

import { writeAll } from "./load/shared.ts";

/** Connections made, or names given, at the same time: a server's backlog must not overflow. */
const BATCH = 250;

/** What the first one says in the end, and how the others get it. */
const LAST_SAID = "that was all\n";
const LAST_HEARD = `idle0: ${LAST_SAID}`;

const READ_BYTES = 16 * 1024;

const READY = "Welcome, ";

/** In the line that tells a client of skipped lines. */
const LAGGED = "You read too slowly";

class IdleClient {
  readonly #conn: Deno.Conn;
  readonly #greeted = Promise.withResolvers<void>();
  readonly #letIn = Promise.withResolvers<void>();
  readonly #heardLast = Promise.withResolvers<void>();
  #text = "";

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#read();
  }

  get greeted(): Promise<void> {
    return this.#greeted.promise;
  }

  get heardLast(): Promise<void> {
    return this.#heardLast.promise;
  }

  async say(line: string): Promise<void> {
    await writeAll(this.#conn, new TextEncoder().encode(line));
  }

  async join(name: string): Promise<void> {
    await this.say(`${name}\n`);
    await this.#letIn.promise;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    let joined = false;
    for (let count; (count = await this.#conn.read(buffer)) !== null;) {
      const text = this.#text + decoder.decode(buffer.subarray(0, count));
      if (!joined) {
        if (text.includes("\n")) this.#greeted.resolve();
        joined = text.includes(READY);
        if (joined) this.#letIn.resolve();
      }
      if (text.includes(LAGGED)) throw new Error("A client was too slow: the figures say nothing.");
      if (text.endsWith(LAST_HEARD)) this.#heardLast.resolve();
      this.#text = joined ? text.slice(-LAST_HEARD.length) : text;
    }
    throw new Error(`The server closed a connection. It said: ${this.#text}`);
  }
}

const decoder = new TextDecoder();
const clients: IdleClient[] = [];

async function connectAll(port: number, count: number): Promise<void> {
  while (clients.length < count) {
    const batch = Math.min(BATCH, count - clients.length);
    const made = await Promise.all(
      Array.from({ length: batch }, () => Deno.connect({ hostname: "127.0.0.1", port })),
    );
    const fresh = made.map((conn) => new IdleClient(conn));
    await Promise.all(fresh.map((client) => client.greeted));
    clients.push(...fresh);
  }
}

async function nameAll(): Promise<void> {
  for (let index = 0; index < clients.length; index += BATCH) {
    const batch = clients.slice(index, index + BATCH);
    await Promise.all(batch.map((client, n) => client.join(`idle${index + n}`)));
  }
  const [first, ...others] = clients;
  await first?.say(LAST_SAID);
  await Promise.all(others.map((client) => client.heardLast));
}

async function say(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const order of text.trim().split("\n")) {
    if (order === "connect") {
      await connectAll(Number(Deno.args[0]), Number(Deno.args[1]));
      await say("connected");
    } else {
      await nameAll();
      await say("joined");
    }
  }
}
Deno.exit(0);
