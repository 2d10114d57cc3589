/**
 * `deno task release-archive`: what people download, made from an executable.
 *
 * ```sh
 * deno task release-archive x86_64-unknown-linux-gnu dist/chat-0.1.0-x86_64-unknown-linux-gnu \
 *   dist/extras dist/release
 * ```
 *
 * The archive holds a directory of its own name with `chat` (or `chat.exe`), what to read, the manual
 * page and the completions, and for Linux the service of systemd. `install.sh` relies on these names.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { commitDate } from "./commit.ts";
import { compress } from "./compress.ts";
import { readVersion } from "./stage.ts";
import { type Entry, tarFile } from "./tar.ts";
import { archiveName, isWindows, stem, type Target, targetsOf } from "./targets.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";
import { pathOf, putInPlace } from "./whole_file.ts";
import { zipFile } from "./zip.ts";

/** From the repository: what to read. */
const PAPERS = ["README.md", "LICENSE", "CHANGELOG.md"] as const;

/** From the repository, for Linux: where docs/operations.md looks for it. */
const SERVICE = "packaging/chat.service";

/** From the directory of `deno task extras`, and where each lies in the archive. */
const EXTRAS = {
  "chat.1": "man/chat.1",
  "chat.bash": "completions/chat.bash",
  "_chat": "completions/_chat",
  "chat.fish": "completions/chat.fish",
} as const;

/** What an archive is made from. */
export interface ArchiveSources {
  /** The path of the executable. */
  readonly executable: string;
  /** The directory with the manual page and the completions. */
  readonly extras: string;
}

async function read(path: string, hint: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Failure(`There is no file ${path}: ${hint}`);
  }
}

/** The files of an archive, in the order in which they lie in it. */
async function entriesOf(
  target: Target,
  folder: string,
  { executable, extras }: ArchiveSources,
): Promise<Entry[]> {
  const entries: Entry[] = [{
    path: `${folder}/chat${isWindows(target) ? ".exe" : ""}`,
    bytes: await read(executable, `make it with deno task compile ${target}`),
    executable: true,
  }];
  const papers = target.includes("-linux-") ? [...PAPERS, SERVICE] : PAPERS;
  for (const name of papers) {
    const bytes = await read(pathOf(new URL(name, ROOT)), "it belongs into the repository");
    entries.push({ path: `${folder}/${name}`, bytes });
  }
  for (const [name, place] of Object.entries(EXTRAS)) {
    const bytes = await read(`${extras}/${name}`, `make it with deno task extras ${extras}`);
    entries.push({ path: `${folder}/${place}`, bytes });
  }
  return entries;
}

/**
 * Writes the archive for a target. It is complete or not there.
 *
 * @param directory Where to.
 * @returns Its path.
 * @throws {Failure} When something that belongs into it is missing.
 */
export async function writeArchive(
  target: Target,
  sources: ArchiveSources,
  directory: string,
): Promise<string> {
  const version = await readVersion();
  const entries = await entriesOf(target, stem(version, target), sources);
  const date = await commitDate();
  const bytes = isWindows(target)
    ? await zipFile(entries, date)
    : await compress(tarFile(entries, date), "gzip");
  const path = `${directory}/${archiveName(version, target)}`;
  await putInPlace(path, (temporary) => Deno.writeFile(temporary, bytes));
  return path;
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [word, executable, extras, directory] = Deno.args;
      if (directory === undefined || Deno.args.length > 4) {
        throw new TaskUsageError(
          "Name four things: deno task release-archive TARGET EXECUTABLE EXTRAS DIRECTORY",
        );
      }
      const [target] = targetsOf([word ?? ""]);
      const path = await writeArchive(target as Target, {
        executable: executable ?? "",
        extras: extras ?? "",
      }, directory);
      printOut(`${path}: ${((await Deno.stat(path)).size / 1e6).toFixed(1)} MB\n`);
    }),
  );
}
