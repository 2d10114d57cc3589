/**
 * What the figures were measured on, and which state of the program.
 *
 * @module
 */

import { cpus } from "node:os";

/** A machine and its runtime. */
export interface Machine {
  /** How many cores; server and generator share them. */
  readonly cores: number;
  /** What the processor calls itself. */
  readonly processor: string;
  /** Memory in bytes. */
  readonly memoryBytes: number;
  /** Operating system, its release and the architecture. */
  readonly system: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Version of V8. */
  readonly v8: string;
}

/** What this process runs on. */
export function thisMachine(): Machine {
  return {
    cores: navigator.hardwareConcurrency,
    processor: cpus()[0]?.model ?? "unknown processor",
    memoryBytes: Deno.systemMemoryInfo().total,
    system: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  };
}

/** This machine, the runtime and the load, as lines for below a table, each with its newline. */
export function describeMachine(): string {
  return `Machine: ${machineText(thisMachine())}\nServer and generator share these cores. ` +
    `Load average of 1, 5 and 15 minutes at the end: ${loadAverage()}.\n`;
}

/** A machine and its runtime on one line. */
export function machineText(machine: Machine): string {
  const gibibytes = (machine.memoryBytes / 1024 ** 3).toFixed(0);
  return `${machine.cores} cores (${machine.processor}), ${gibibytes} GiB of memory, ` +
    `${machine.system}; Deno ${machine.deno}, V8 ${machine.v8}.`;
}

/** Load average of 1, 5 and 15 minutes, as text. */
export function loadAverage(): string {
  return Deno.loadavg().map((value) => value.toFixed(1)).join(", ");
}

/** What a program depends on, as far as this repository holds it. */
const SOURCES = ["src", "main.ts", "deno.json", "deno.lock", "bench"];

/** What the report itself writes between two scenarios says nothing about the program. */
const REPORTED = [":!bench/results", ":!bench/RESULTS.md"];

/**
 * The commit that is checked out.
 *
 * @returns Ten digits of it, with a word behind them when files have changed since; null where this
 * is no clone, or git is missing.
 */
export async function commitHere(): Promise<string | null> {
  const commit = await git("rev-parse", "--short=10", "HEAD");
  if (commit === null) return null;
  const changed = await git("status", "--porcelain", "--", ...SOURCES, ...REPORTED);
  return changed === "" ? commit : `${commit} with changes`;
}

async function git(...args: readonly string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: [...args],
      cwd: new URL("..", import.meta.url),
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}
