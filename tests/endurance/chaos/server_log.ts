/**
 * What a server says on standard error (`--log-format json`), as far as those who watch it need it.
 *
 * @module
 */

/** Lines of standard error that are kept for reports. */
const KEPT_LINES = 50;

/** Fields of a line that are looked at here. */
interface LogLine {
  readonly level?: unknown;
  readonly event?: unknown;
  /** With `slow turn`: how long the loop stood still. */
  readonly ms?: number;
}

/** What it has said on standard error. */
export class ServerLog {
  /** What no healthy server says: errors, and all that is no log line. At most 50 lines. */
  readonly strange: string[] = [];
  /** The longest turn of its loop that it told, in milliseconds; may be set back to 0. */
  turnMs = 0;

  /** Takes a line. */
  take(line: string): void {
    const log = logLineOf(line);
    if (log?.event === "slow turn") this.turnMs = Math.max(this.turnMs, log.ms ?? 0);
    const isFine = line.trim() === "" || (log !== undefined && log.level !== "error");
    if (!isFine && this.strange.length < KEPT_LINES) this.strange.push(line);
  }
}

/** Undefined for what is no line of a log. */
function logLineOf(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
