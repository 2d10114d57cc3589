/**
 * An address that does not answer, without leaving this machine.
 *
 * @module
 */

/** A port of 127.0.0.1 whose connections are never made, until it is disposed. */
export interface SilentPort extends Disposable {
  /** The port. */
  readonly port: number;
}

/**
 * Fills the queue of connections that nobody accepts: Linux then drops who comes. Guard its tests
 * with `needs("linux")`.
 */
export async function openSilentPort(): Promise<SilentPort> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const queue: Deno.Conn[] = [];
  try {
    for (;;) {
      const signal = AbortSignal.timeout(250);
      queue.push(await Deno.connect({ hostname: "127.0.0.1", port, signal }));
    }
  } catch {
    // The queue is full.
  }
  return {
    port,
    [Symbol.dispose]() {
      for (const conn of [...queue, listener]) conn.close();
    },
  };
}
