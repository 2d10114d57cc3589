/**
 * The limit to measure against: what one Deno thread can do when it does nothing but read and
 * write. Each chunk that one client sends is written as it is to all others: no lines, no names, no
 * bounds. What this delivers, the load generator can take; what a chat server loses against it is
 * the price of being one.
 *
 * @module
 */

const READ_BYTES = 64 * 1024;
const encoder = new TextEncoder();

class Client {
  readonly #conn: Deno.Conn;
  readonly #waiting: Uint8Array[] = [];
  #writing = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  send(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    if (!this.#writing) this.#drain().catch(() => this.#waiting.length = 0);
  }

  async serve(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      const hello = await this.#conn.read(buffer);
      if (hello === null) return;
      this.send(encoder.encode("Welcome, you!\n"));
      clients.add(this);
      for (let count; (count = await this.#conn.read(buffer)) !== null;) {
        const bytes = buffer.slice(0, count);
        for (const client of clients) if (client !== this) client.send(bytes);
      }
    } catch {
      // A connection that breaks is an end like any other here.
    } finally {
      clients.delete(this);
      this.#conn.close();
    }
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    try {
      for (let bytes; (bytes = this.#waiting.shift()) !== undefined;) {
        for (let done = 0; done < bytes.length;) {
          done += await this.#conn.write(bytes.subarray(done));
        }
      }
    } finally {
      this.#writing = false;
    }
  }
}

const clients = new Set<Client>();
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
await Deno.stdout.write(
  encoder.encode(`relay is listening on 127.0.0.1:${listener.addr.port}\n`),
);
for await (const conn of listener) new Client(conn).serve();
