/**
 * The signals that end a server, and the one that makes it read again.
 *
 * @module
 */

/**
 * Under `deno task` one Ctrl-C reaches the program twice, some milliseconds apart: what comes
 * within a second of the first signal is part of it.
 */
const SAME_SIGNAL_MS = 1_000;

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** See {@linkcode onSignal}. */
export interface SignalOptions {
  /** Called once, at the first signal. */
  readonly stop: (signal: Deno.Signal) => void;
  /** Called at a signal that is meant as "at once". */
  readonly abort: () => void;
  /** Called at each HUP that does not end the server. */
  readonly hangUp: () => void;
}

/**
 * Waits for Ctrl-C or TERM, and for HUP where a standard stream is a terminal, which may close.
 * Elsewhere HUP ends nothing: `nohup` asks for that before it starts a program, which Deno cannot
 * see without all permissions (2.9.6), and without a listener HUP would end the program.
 *
 * @returns Stops waiting.
 */
export function onSignal({ stop, abort, hangUp }: SignalOptions): () => void {
  let firstAt: number | null = null;
  const onTerminal = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (signal === "SIGHUP" && !onTerminal) return hangUp();
      if (firstAt === null) {
        firstAt = performance.now();
        stop(signal);
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
        abort();
      }
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}
