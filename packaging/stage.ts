/**
 * The copy of the source that builds are made from: nothing but the program, with its commit
 * written into it, and with its packages beside it, so that nothing of this machine (where the
 * repository lies, where Deno keeps its cache) gets into what is built.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { ROOT } from "./task.ts";

/** A directory with the program; removed when disposed. */
export interface Stage extends AsyncDisposable {
  /** Its absolute path. */
  readonly directory: string;
}

/** The line of `src/version.ts` that a build replaces. */
const COMMIT_LINE = 'export const COMMIT: string = "";';

/** `src/version.ts`, saying a commit. */
function withCommit(source: string, commit: string): string {
  if (!source.includes(COMMIT_LINE)) {
    throw new Error(`Cannot write the commit into src/version.ts: it has no line ${COMMIT_LINE}`);
  }
  return source.replace(COMMIT_LINE, `export const COMMIT: string = ${JSON.stringify(commit)};`);
}

/**
 * `import(import.meta.resolve("…"))`: with it a start from the sources does not read what it does
 * not need. Bundlers follow the plain form only.
 */
const LATER = /\bimport\(\s*import\.meta\.resolve\(("[^"]+")\),?\s*\)/g;

/** Copies a directory, with the plain form in place of {@linkcode LATER} in its modules. */
async function copyTree(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [file, path] = [new URL(name, from), `${to}/${name}`];
    if (isDirectory) await copyTree(new URL(`${name}/`, from), path);
    else if (!name.endsWith(".ts")) await Deno.copyFile(file, path);
    else {
      const source = await Deno.readTextFile(file);
      await Deno.writeTextFile(path, source.replaceAll(LATER, "import($1)"));
    }
  }
}

/**
 * What of `deno.json` builds need. All imports stay, the tests' too: `deno.lock` is checked against
 * them. Nothing that is not imported gets into a build.
 */
async function writeConfig(directory: string): Promise<void> {
  const { version, imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  await Deno.writeTextFile(
    `${directory}/deno.json`,
    // The packages in the stage itself: comments in a bundle then name them by paths that are the
    // same everywhere.
    JSON.stringify({ version, imports, nodeModulesDir: "auto" }),
  );
}

/**
 * Makes the copy, in the system's directory for temporary files.
 *
 * @param commit What `src/version.ts` is to say; empty for none.
 */
export async function openStage(commit: string): Promise<Stage> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "chat-stage-" }));
  const dispose = () => Deno.remove(directory, { recursive: true });
  try {
    await copyTree(new URL("src/", ROOT), `${directory}/src`);
    for (const name of ["main.ts", "deno.lock"]) {
      await Deno.copyFile(new URL(name, ROOT), `${directory}/${name}`);
    }
    await writeConfig(directory);
    const version = `${directory}/src/version.ts`;
    await Deno.writeTextFile(version, withCommit(await Deno.readTextFile(version), commit));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { directory, [Symbol.asyncDispose]: dispose };
}

/** The version in `deno.json`. */
export async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  if (typeof version === "string") return version;
  throw new Failure("deno.json has no version: add one, for example 0.1.0");
}
