/**
 * The signals that end a client.
 *
 * @module
 */

/** Signals this close together are one: under `deno task` a Ctrl-C arrives twice. */
const SAME_SIGNAL_MS = 1_000;

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Waits for INT, TERM or HUP. One that comes a second after the first ends the program at once,
 * with the exit code 130 that shells give for an interrupt.
 *
 * @param stop Called once.
 * @param kill Called right before a second signal ends the program; must do all it does at once.
 * @returns Stops waiting.
 */
export function onStopSignals(stop: () => void, kill: () => void): () => void {
  let firstAtMs: number | undefined;
  const listener = () => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      stop();
    } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
      kill();
      Deno.exit(130);
    }
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, listener);
  };
}
