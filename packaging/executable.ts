/**
 * `deno compile` for one target.
 *
 * The runtime base (`denort`) comes from Deno's own download host, once a version and target; where
 * it cannot be reached, `DENORT_BIN` names a file to take instead.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { faultIn, runDeno } from "./deno.ts";
import { GRANT_FLAGS } from "./grants.ts";
import { isWindows, type Target } from "./targets.ts";
import { pathOf, putInPlace } from "./whole_file.ts";

/**
 * A base has 40 MB; a host that cannot be found is noticed in 3 s. What takes longer than this is a
 * host that does not answer.
 */
const TIMEOUT_MS = 300_000;

/** The icon of Windows programs: the speech bubble of the page's icon, `src/web/page/icon.svg`. */
const ICON = pathOf(new URL("chat.ico", import.meta.url));

/**
 * The hosts from which Deno 2.9.6 lets any program import, unless each is denied by its name: a bare
 * `--deny-import` leaves them as they are.
 */
export const IMPORT_HOSTS: string = "deno.land:443,jsr.io:443,esm.sh:443,raw.esm.sh:443," +
  "cdn.jsdelivr.net:443,raw.githubusercontent.com:443,gist.githubusercontent.com:443";

/** What to compile. */
export interface CompileOptions {
  /** The first module; the others lie beside it. */
  readonly main: string;
  /** For which machine. */
  readonly target: Target;
  /** Where the executable is to be. */
  readonly path: string;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** After so many ms it has failed; default five minutes. */
  readonly timeoutMs?: number;
}

/** The command line of `deno compile`. */
function compileArgs({ main, target }: CompileOptions, output: string): string[] {
  return [
    "compile",
    "--quiet",
    // The modules are complete: no configuration, no package, no other module may get in. What they
    // were made from was fixed by --frozen (modules.ts), and the gate has checked the types.
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--no-check",
    // A cache of compiled code would lie under a known name in the directory for temporary files,
    // where others can write too, and its content would run.
    "--no-code-cache",
    // Else the name of the output file would be part of it.
    "--app-name=chat",
    ...GRANT_FLAGS,
    `--deny-import=${IMPORT_HOSTS}`,
    `--target=${target}`,
    ...(isWindows(target) ? [`--icon=${ICON}`] : []),
    `--output=${output}`,
    main,
  ];
}

/** The absolute path that `DENORT_BIN` names, since `deno compile` runs in another directory. */
async function baseFile(): Promise<string | undefined> {
  const base = Deno.env.get("DENORT_BIN");
  if (base === undefined || base === "") return undefined;
  try {
    return await Deno.realPath(base);
  } catch {
    throw new Failure(`There is no file DENORT_BIN=${base}: name a denort executable, or unset it`);
  }
}

/** One line for what Deno said. */
function failureOf(target: Target, fault: string, base: string | undefined): Failure {
  if (base !== undefined && /base binary|denort|Invalid object|PE|Mach-O|ELF/.test(fault)) {
    return new Failure(
      `Cannot make an executable for ${target} from DENORT_BIN=${base}: ${fault}. ` +
        `It must be denort of Deno ${Deno.version.deno} for that target`,
    );
  }
  const url = /https?:\/\/[^\s)]+/.exec(fault)?.[0];
  if (url === undefined) return new Failure(`deno compile for ${target} failed: ${fault}`);
  return withoutBase(target, url);
}

function withoutBase(target: Target, what: string): Failure {
  return new Failure(
    `Could not download ${what}, the runtime base for ${target}. Try again with the network, or ` +
      `set DENORT_BIN to a denort executable of Deno ${Deno.version.deno} for that target`,
  );
}

/**
 * Makes one executable. It is complete or not there.
 *
 * @throws {Failure} One line that says what could not be done and what to try.
 */
export async function compileExecutable(options: CompileOptions): Promise<void> {
  const { target, path, signal, timeoutMs = TIMEOUT_MS } = options;
  const base = await baseFile();
  await putInPlace(path, async (temporary) => {
    const { success, timedOut, output } = await runDeno(
      compileArgs(options, temporary),
      {
        cwd: options.main.slice(0, options.main.lastIndexOf("/")),
        timeoutMs,
        signal,
        env: base === undefined ? {} : { DENORT_BIN: base },
      },
    );
    if (success) return;
    if (signal?.aborted) throw new Failure("Stopped; nothing half-made is left in dist");
    if (timedOut) throw withoutBase(target, `denort within ${timeoutMs / 1000} s`);
    throw failureOf(target, faultIn(output), base);
  });
}
