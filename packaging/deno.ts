/**
 * Running Deno's own build commands, with a bound on the time and without a trace of what was half
 * done.
 *
 * @module
 */

/** How one run ended. */
export interface DenoOutcome {
  /** It exited with 0. */
  readonly success: boolean;
  /** It was stopped because it took too long. */
  readonly timedOut: boolean;
  /** Standard output and standard error, without colours. */
  readonly output: string;
}

/** Where and how long. */
export interface DenoOptions {
  /** The directory to run in. */
  readonly cwd: string;
  /** After so many ms it is killed. */
  readonly timeoutMs: number;
  /** Kills it earlier. */
  readonly signal?: AbortSignal | undefined;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs this Deno with arguments. */
export async function runDeno(args: readonly string[], options: DenoOptions): Promise<DenoOutcome> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signals = options.signal === undefined ? [timeout] : [timeout, options.signal];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: options.cwd,
    stdin: "null",
    env: { ...options.env, NO_COLOR: "1" },
    signal: AbortSignal.any(signals),
  }).output();
  const decoder = new TextDecoder();
  return {
    success,
    timedOut: !success && timeout.aborted,
    output: decoder.decode(stdout) + decoder.decode(stderr),
  };
}

/**
 * What went wrong, in one line: the causes that Deno numbers when there are any, since they are
 * more to the point than the line above them.
 */
export function faultIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const causes = lines.filter((line) => /^\d+: /.test(line) && !line.endsWith("<unknown>"));
  if (causes.length > 0) return causes.map((line) => line.replace(/^\d+: /, "")).join(": ");
  const start = lines.findIndex((line) => line.startsWith("error:"));
  if (start < 0) return "it gave no reason";
  const cause = lines.indexOf("Caused by:", start);
  const said = (lines[start] ?? "").replace(/^error: /, "");
  return cause < 0 ? said : `${said}: ${lines[cause + 1] ?? ""}`;
}
