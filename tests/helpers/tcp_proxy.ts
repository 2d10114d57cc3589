/**
 * A proxy for TCP that hands connections on, with a header before them.
 *
 * @module
 */

/** Hands on what comes to a free port of 127.0.0.1. */
export class TcpProxy implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  readonly #listener: Deno.TcpListener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns = new Set<Deno.Conn>();
  readonly #running: Promise<unknown>[] = [];

  /**
   * Begins at once.
   *
   * @param target The port of 127.0.0.1 to which it hands on.
   * @param header What it says first.
   */
  constructor(target: number, header: Uint8Array) {
    this.port = this.#listener.addr.port;
    this.#running.push(this.#accept(target, header));
  }

  /** Ends all connections, as a lost network does; new ones are handed on. */
  cut(): void {
    for (const conn of this.#conns) tryClose(conn);
    this.#conns.clear();
  }

  /** Ends all connections, and waits for their end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) tryClose(conn);
    while (this.#running.length > 0) await this.#running.pop();
  }

  async #accept(target: number, header: Uint8Array): Promise<void> {
    try {
      for (;;) this.#running.push(this.#serve(await this.#listener.accept(), target, header));
    } catch {
      // The end.
    }
  }

  async #serve(near: Deno.Conn, target: number, header: Uint8Array): Promise<void> {
    this.#conns.add(near);
    const far = await Deno.connect({ hostname: "127.0.0.1", port: target });
    this.#conns.add(far);
    await Promise.all([pump(near, far, header), pump(far, near)]);
    tryClose(near);
    tryClose(far);
  }
}

/** Hands on one direction, its end included; a break ends both. */
async function pump(from: Deno.Conn, to: Deno.Conn, first?: Uint8Array): Promise<void> {
  try {
    if (first !== undefined) await writeAll(to, first);
    const buffer = new Uint8Array(16_384);
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) break;
      await writeAll(to, buffer.subarray(0, count));
    }
    await to.closeWrite();
  } catch {
    tryClose(from);
    tryClose(to);
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}

function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed already.
  }
}
