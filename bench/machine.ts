/**
 * What the figures were measured on.
 *
 * @module
 */

import { cpus } from "node:os";

/** The machine and the runtime as lines for below a table, each with its newline. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const gibibytes = Deno.systemMemoryInfo().total / 1024 ** 3;
  const load = Deno.loadavg().map((value) => value.toFixed(1)).join(", ");
  return `Machine: ${navigator.hardwareConcurrency} cores (${model}), ` +
    `${gibibytes.toFixed(0)} GiB of memory, ${Deno.build.os} ${Deno.osRelease()} ` +
    `${Deno.build.arch}.\n` +
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}. Server and generator share these cores. ` +
    `Load average of 1, 5 and 15 minutes at the end: ${load}.\n`;
}
