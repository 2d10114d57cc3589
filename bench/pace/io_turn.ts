/**
 * Lets a thread that otherwise blocks look at its sockets once, and no longer: a timer would take
 * 2 ms, and the callbacks that come at once (`setImmediate`) come without a look at any socket
 * (measured). So it writes to itself and waits until that has arrived.
 *
 * @module
 */

/** A connection of a thread to itself. */
export class IoTurn {
  readonly #near: Deno.TcpConn;
  readonly #far: Deno.TcpConn;
  readonly #buffer = new Uint8Array(1);

  private constructor(near: Deno.TcpConn, far: Deno.TcpConn) {
    this.#near = near;
    this.#far = far;
  }

  /** Makes the connection, on 127.0.0.1. */
  static async open(): Promise<IoTurn> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const [far, near] = await Promise.all([
      listener.accept(),
      Deno.connect({ hostname: "127.0.0.1", port }),
    ]);
    near.setNoDelay(true);
    return new IoTurn(near, far);
  }

  /** Resolves when what has arrived at the thread's sockets has been given to those who read. */
  async take(): Promise<void> {
    const arrived = this.#far.read(this.#buffer);
    await this.#near.write(this.#buffer);
    await arrived;
  }

  /** Closes both ends. */
  [Symbol.dispose](): void {
    this.#near.close();
    this.#far.close();
  }
}
