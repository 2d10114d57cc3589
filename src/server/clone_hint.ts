/**
 * What to type in a clone of the repository, where there is no command `chat`.
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
}

/**
 * What stands for `chat join` in a clone, for somebody who has started this program in one.
 *
 * @param origin Default: this process.
 * @returns Words for the banner; undefined in an executable and in the bundle, where `chat` is a
 * command or a file of that name, and when no task runner has started the sources.
 */
export function joinInClone(origin: Origin = {}): string | undefined {
  const { url = import.meta.url, standalone = Deno.build.standalone, readEnv = realEnv } = origin;
  // Executables and the bundle have this program in one file of JavaScript.
  if (standalone || !url.endsWith(".ts") || readEnv("INIT_CWD") === undefined) return undefined;
  return `deno task join, or npx --prefer-offline -y deno@${Deno.version.deno} task join`;
}

function realEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // Without the permission nobody can tell, and the banner does without.
    return undefined;
  }
}
