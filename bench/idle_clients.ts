/**
 * Thousands of plain clients in one process: `idle_clients.ts PORT COUNT`. On its standard input it
 * is told `connect`, then `name`; on its standard output it says `connected` when all are, and
 * `joined` when all were let in and nothing more comes: all have read who joined.
 *
 * @module
 */

import { writeAll } from "./load/shared.ts";

/** Connections made, or names given, at the same time: a server's backlog must not overflow. */
const BATCH = 250;

/** Nothing arrived for this long: everything has been read, in milliseconds. */
const QUIET_MS = 1_500;

const READ_BYTES = 16 * 1024;

const READY = "Welcome, ";

class IdleClient {
  readonly #conn: Deno.Conn;
  readonly #greeted = Promise.withResolvers<void>();
  readonly #letIn = Promise.withResolvers<void>();
  #text: string | null = "";

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#read();
  }

  get greeted(): Promise<void> {
    return this.#greeted.promise;
  }

  async join(name: string): Promise<void> {
    await writeAll(this.#conn, new TextEncoder().encode(`${name}\n`));
    await this.#letIn.promise;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (let count; (count = await this.#conn.read(buffer)) !== null;) {
      lastReadMs = performance.now();
      if (this.#text === null) continue;
      this.#text += new TextDecoder().decode(buffer.subarray(0, count));
      if (this.#text.includes("\n")) this.#greeted.resolve();
      if (!this.#text.includes(READY)) continue;
      this.#letIn.resolve();
      this.#text = null;
    }
    throw new Error(`The server closed a connection. It said: ${this.#text ?? ""}`);
  }
}

let lastReadMs = 0;
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
  while (performance.now() - lastReadMs < QUIET_MS) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 10));
  }
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
