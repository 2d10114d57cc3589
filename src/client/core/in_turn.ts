/**
 * Connecting to the first of several servers that answers.
 *
 * @module
 */

/**
 * Tries servers in turn. Who comes back begins with the server after the one that it had: that one
 * may answer, and still not be able to take anybody.
 *
 * @param servers One or more.
 * @param connect Connects to one of them; stops when the signal is aborted.
 * @returns Connects to whichever answers first, after each has been asked at most once; throws what
 * the last of them threw.
 */
export function inTurn<S, C>(
  servers: readonly S[],
  connect: (server: S, signal: AbortSignal) => Promise<C>,
): (signal: AbortSignal) => Promise<C> {
  let next = 0;
  return async (signal) => {
    for (let left = servers.length;;) {
      const server = servers[next]!;
      next = (next + 1) % servers.length;
      try {
        return await connect(server, signal);
      } catch (error) {
        if (--left === 0 || signal.aborted) throw error;
      }
    }
  };
}
