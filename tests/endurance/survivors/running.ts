/**
 * A server of any kind as a child process.
 *
 * @module
 */

import { eachLine, kill } from "../chaos/chat_process.ts";
import { pause } from "../chaos/crowd.ts";
import type { Running } from "./contender.ts";

/** How long it may take to listen. */
const START_MS = 15_000;

/** Options of {@linkcode startServer}. */
export interface StartOptions {
  /** Where it will listen. */
  readonly port: number;
  /** Done when it has ended. */
  readonly cleanUp?: () => Promise<void>;
}

/**
 * Starts a server and waits until it accepts connections.
 *
 * @throws {Error} When it does not; with what it said.
 */
export async function startServer(
  command: readonly string[],
  { port, cleanUp = () => Promise.resolve() }: StartOptions,
): Promise<Running> {
  const child = new Deno.Command("sh", {
    args: ["-c", 'ulimit -n 16384 2>/dev/null; exec "$@"', "sh", ...command],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const keep = (line: string) => said.length < 20 && said.push(line);
  const reading = [eachLine(child.stdout, keep), eachLine(child.stderr, keep)];
  const state = { ended: false };
  const over = child.status.then(() => {
    state.ended = true;
  });
  const running: Running = {
    port,
    get ended() {
      return state.ended;
    },
    async rssBytes() {
      const { stdout } = await new Deno.Command("cat", { args: [`/proc/${child.pid}/status`] })
        .output();
      return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(new TextDecoder().decode(stdout))?.[1] ?? 0);
    },
    async descriptors() {
      const { stdout } = await new Deno.Command("ls", { args: [`/proc/${child.pid}/fd`] }).output();
      return new TextDecoder().decode(stdout).split("\n").length - 1;
    },
    async [Symbol.asyncDispose]() {
      kill(child, "SIGKILL");
      await over;
      await Promise.all(reading);
      await cleanUp();
    },
  };
  for (const deadlineMs = performance.now() + START_MS; performance.now() < deadlineMs;) {
    // A look, and not a connection: one that comes and goes ends some of them.
    if (await listens(port)) return running;
    if (state.ended) break;
    await pause(50);
  }
  await running[Symbol.asyncDispose]();
  throw new Error(`${command[0]} did not start: ${said.join("\n")}`);
}

/** Somebody listens on a TCP port, as the system tells it: state 0A in `/proc/net/tcp`. */
async function listens(port: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("cat", { args: ["/proc/net/tcp"] }).output();
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`^ *\\d+: [0-9A-F]{8}:${hex} [0-9A-F:]+ 0A `, "m")
    .test(new TextDecoder().decode(stdout));
}

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** The first line that a program prints; null when it is not installed. */
export async function firstLine(command: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await new Deno.Command(command, { args }).output();
    const decoder = new TextDecoder();
    return (decoder.decode(stdout) + decoder.decode(stderr)).trim().split("\n")[0] ?? "";
  } catch {
    return null;
  }
}
