/**
 * The limit to measure against: a bare program on one Deno thread that does only the reads and
 * writes that a room needs. Whatever is sent is appended to one shared log, and every client writes
 * from its own place to the end: no names, no past, no bounds. What a chat server loses against it
 * is the price of being one.
 *
 * It passes on whole lines only, up to the last newline of what it has read, so that two senders'
 * lines cannot run into each other; one of 64 KiB or more is cut. A client's first chunk is a name,
 * answered with a welcome. A sender gets its own lines back: leaving them out would be work.
 *
 * @module
 */

/** Bytes of one read at most, as a chat server can afford for each of its clients. */
const CHUNK_BYTES = 64 * 1024;

/** Bytes of one write at most: with 32 senders half as fast again as 64 KiB, with one as fast. */
const WRITE_BYTES = 256 * 1024;

/** Bytes of one block of the log: one allocation for many reads. */
const BLOCK_BYTES = 1024 * 1024;

const NEWLINE = 10;
const encoder = new TextEncoder();

/** A part of the log; it is freed when every client has left it behind. */
class Block {
  readonly bytes = new Uint8Array(BLOCK_BYTES);
  end = 0;
  next: Block | null = null;
}

let newest = new Block();
const clients = new Set<Client>();

function append(lines: Uint8Array): void {
  if (newest.end + lines.length > BLOCK_BYTES) newest = newest.next = new Block();
  newest.bytes.set(lines, newest.end);
  newest.end += lines.length;
  for (const client of clients) if (!client.isWriting) client.write();
}

class Client {
  isWriting = false;
  readonly #conn: Deno.Conn;
  #block = newest;
  #offset = 0;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async serve(): Promise<void> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    try {
      if (await this.#conn.read(buffer) === null) return;
      await this.#conn.write(encoder.encode("Welcome, you!\n"));
      this.#block = newest;
      this.#offset = newest.end;
      clients.add(this);
      let kept = 0;
      for (let count; (count = await this.#conn.read(buffer.subarray(kept))) !== null;) {
        const end = kept + count;
        const whole = buffer.lastIndexOf(NEWLINE, end - 1) + 1 || (end < CHUNK_BYTES ? 0 : end);
        append(buffer.subarray(0, whole));
        buffer.copyWithin(0, whole, end);
        kept = end - whole;
      }
    } catch {
      // A connection that breaks is an end like any other.
    } finally {
      clients.delete(this);
      this.#conn.close();
    }
  }

  /** Writes up to the end of the log. A failure ends the reading, too. */
  async write(): Promise<void> {
    this.isWriting = true;
    try {
      for (;;) {
        const until = Math.min(this.#block.end, this.#offset + WRITE_BYTES);
        if (this.#offset < until) {
          this.#offset += await this.#conn.write(this.#block.bytes.subarray(this.#offset, until));
        } else if (this.#block.next !== null) {
          this.#block = this.#block.next;
          this.#offset = 0;
        } else break;
      }
    } catch {
      clients.delete(this);
    }
    this.isWriting = false;
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const ready = `relay is listening on 127.0.0.1:${listener.addr.port}\n`;
await Deno.stdout.write(encoder.encode(ready));
for await (const conn of listener) {
  // As our server, nats-server and redis-server: without, the kernel keeps lines back for whoever
  // has not acknowledged the last one, and a line that is not sent costs half.
  conn.setNoDelay(true);
  new Client(conn).serve();
}
