/**
 * `deno task release-archive`: what people download, made from an executable.
 *
 * ```sh
 * deno task release-archive x86_64-unknown-linux-gnu dist/chat-0.1.0-x86_64-unknown-linux-gnu \
 *   dist/extras dist/release
 * ```
 *
 * The archive holds a directory of its own name with `chat` (or `chat.exe`), what to read, the
 * manual page and the completions, and for Linux the service of systemd. `install.sh` relies on
 * these names.
 *
 * @module
 */

import { packTar } from "modern-tar";
import { zipSync } from "fflate";
import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { commitDate } from "./commit.ts";
import { readVersion } from "./stage.ts";
import { archiveName, isWindows, stem, type Target, targetsOf } from "./targets.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";
import { pathOf, putInPlace } from "./whole_file.ts";

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

/** One file in an archive. */
interface Entry {
  /** With `/` between its parts, relative. */
  readonly path: string;
  /** What is in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Who may do what with it: 0o755, or 0o644. */
  readonly mode: number;
}

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
    mode: 0o755,
  }];
  const papers = target.includes("-linux-") ? [...PAPERS, SERVICE] : PAPERS;
  for (const name of papers) {
    const bytes = await read(pathOf(new URL(name, ROOT)), "it belongs into the repository");
    entries.push({ path: `${folder}/${name}`, bytes, mode: 0o644 });
  }
  for (const [name, place] of Object.entries(EXTRAS)) {
    const bytes = await read(`${extras}/${name}`, `make it with deno task extras ${extras}`);
    entries.push({ path: `${folder}/${place}`, bytes, mode: 0o644 });
  }
  return entries;
}

/** The directories above some files, outermost first, each once. */
function directoriesOf(entries: readonly Entry[]): string[] {
  const found = new Set<string>();
  for (const { path } of entries) {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      found.add(path.slice(0, end + 1));
    }
  }
  return [...found];
}

/**
 * A `.tar.gz` of files and of the directories that they lie in, the same bytes on every machine: no
 * clock, no owner and no order of a directory gets in.
 */
async function tarGz(
  entries: readonly Entry[],
  mtime: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  const common = { mtime, uid: 0, gid: 0, uname: "root", gname: "root" };
  const tar = await packTar([
    ...directoriesOf(entries).map((name) => ({
      header: { ...common, name, type: "directory" as const, mode: 0o755, size: 0 },
    })),
    ...entries.map(({ path: name, bytes, mode }) => ({
      header: { ...common, name, type: "file" as const, mode, size: bytes.length },
      body: bytes,
    })),
  ]);
  // Deno's own gzip is the same on every system and says nothing of the time.
  const packed = new Blob([tar]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(packed).bytes();
}

/** A zip of files, the same bytes on every machine. */
function zip(entries: readonly Entry[], date: Date): Uint8Array {
  // A zip holds local time, and noon is a time that no zone leaves out.
  const mtime = new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12);
  return zipSync(
    Object.fromEntries(entries.map(({ path, bytes, mode }) => {
      // Made on Unix (3), so that the mode of an executable survives where there are modes.
      return [path, [bytes, { mtime, os: 3, attrs: (0o100000 | mode) << 16 }]];
    })),
  );
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
  const bytes = isWindows(target) ? zip(entries, date) : await tarGz(entries, date);
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
