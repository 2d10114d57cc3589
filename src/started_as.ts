/**
 * How this program was started, so that what it advises can be typed: in a clone there is no
 * `chat`, and `deno task` or npx stands for it.
 *
 * @module
 */

/** Where a program came from. */
export interface Origin {
  /** The URL of a module of it; default that of this one. */
  readonly url?: string;
  /** It is an executable with everything inside; default: as Deno says. */
  readonly standalone?: boolean;
  /** Reads a variable, undefined when it is not set or may not be read; default the real ones. */
  readonly readEnv?: (name: string) => string | undefined;
  /** The path of Deno; default the real one, empty when it may not be read. */
  readonly deno?: string;
}

/**
 * What stands for `chat` in front of `serve` and `join`, for somebody who has started this program
 * in a clone.
 *
 * @param origin Default: this process.
 * @returns Undefined in an executable and in the bundle, where `chat` is a command or a file of
 * that name, and when no task runner has started the sources.
 */
export function taskRunner(origin: Origin = {}): string | undefined {
  const { url = import.meta.url, standalone = Deno.build.standalone, readEnv = realEnv } = origin;
  // Executables and the bundle have this program in one file of JavaScript.
  if (standalone || !url.endsWith(".ts") || readEnv("INIT_CWD") === undefined) return undefined;
  const { deno = realPath() } = origin;
  // Where npx puts what it has fetched: there is no `deno` to type then.
  const isNpx = /[\\/]_npx[\\/]/.test(deno);
  return isNpx ? npxTask() : "deno task";
}

/**
 * What stands for `chat join` in a clone, for the banner: others have another way to start Deno.
 *
 * @param origin Default: this process.
 */
export function joinInClone(origin: Origin = {}): string | undefined {
  if (taskRunner(origin) === undefined) return undefined;
  return `deno task join, or ${npxTask()} join`;
}

/** Looked at now: later the permissions are gone. */
const RUNNER: string | null = taskRunner() ?? null;

/**
 * Advice as it can be typed here.
 *
 * @param text Names commands as `chat serve` and `chat join`.
 * @param runner See {@linkcode taskRunner}; null: none.
 */
export function asTyped(text: string, runner: string | null = RUNNER): string {
  return runner === null ? text : text.replace(/\bchat (?=(?:serve|join)\b)/g, `${runner} `);
}

/** `deno task`, for who has no Deno of their own. */
function npxTask(): string {
  return `npx --prefer-offline -y deno@${Deno.version.deno} task`;
}

function realEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // Without the permission nobody can tell.
    return undefined;
  }
}

function realPath(): string {
  try {
    return Deno.execPath();
  } catch {
    return "";
  }
}
