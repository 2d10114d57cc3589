import { assert, assertEquals, assertRejects } from "@std/assert";
import { writeArchive } from "../../packaging/archive.ts";
import { writeSums } from "../../packaging/checksums.ts";
import { commitDate } from "../../packaging/commit.ts";
import type { Target } from "../../packaging/targets.ts";
import { Failure } from "../../src/failure.ts";
import { needs } from "../helpers/proc.ts";
import { Program, run } from "../helpers/program.ts";

const CONTENT = [
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "man/chat.1",
  "completions/chat.bash",
  "completions/_chat",
  "completions/chat.fish",
];

/** A directory with an executable and all that belongs to it. */
class Place implements AsyncDisposable {
  readonly directory: string = Deno.makeTempDirSync({ prefix: "chat-archive-" });
  readonly sources = { executable: `${this.directory}/built`, extras: `${this.directory}/extras` };

  constructor() {
    Deno.mkdirSync(this.sources.extras);
    Deno.writeTextFileSync(this.sources.executable, "#!/bin/sh\necho it runs\n");
    for (const name of ["chat.1", "chat.bash", "_chat", "chat.fish"]) {
      Deno.writeTextFileSync(`${this.sources.extras}/${name}`, `this is ${name}`);
    }
  }

  async write(target: Target, to = "release"): Promise<string> {
    return await writeArchive(target, this.sources, `${this.directory}/${to}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

const LINUX: Target = "x86_64-unknown-linux-gnu";
const WINDOWS: Target = "x86_64-pc-windows-msvc";

/** What an archive's directory is called. */
function folderOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.(tar\.gz|zip)$/, "");
}

Deno.test("tar unpacks an archive: an executable that runs, what to read, manual, completions", async () => {
  if (!await needs("unix")) return;
  await using place = new Place();
  const path = await place.write(LINUX);
  const unpacked = await run(["tar", "-xzf", path, "-C", place.directory]);
  assertEquals([unpacked.code, unpacked.stderr], [0, ""]);
  const folder = `${place.directory}/${folderOf(path)}`;
  assertEquals((await run([`${folder}/chat`])).stdout.trim(), "it runs");
  for (const name of CONTENT) assert((await Deno.stat(`${folder}/${name}`)).isFile, name);
  assertEquals(await Deno.readTextFile(`${folder}/completions/_chat`), "this is _chat");
  assertEquals((await Deno.stat(`${folder}/README.md`)).mode! & 0o777, 0o644);
  const { stdout } = await run(["tar", "-tzf", path]);
  assert(stdout.includes("/packaging/chat.service\n"), stdout);
  // Beside them: the executable, the service, and four directories.
  assertEquals(stdout.trim().split("\n").length, CONTENT.length + 6, stdout);
});

Deno.test("A zip for Windows holds the same with chat.exe, whole by its own sums", async () => {
  await using place = new Place();
  const path = await place.write(WINDOWS);
  assert(path.endsWith(".zip"));
  if (!await needs("unzip")) return;
  assertEquals((await run(["unzip", "-tq", path])).code, 0);
  assertEquals((await run(["unzip", "-q", path, "-d", place.directory])).code, 0);
  const folder = `${place.directory}/${folderOf(path)}`;
  assertEquals(await Deno.readTextFile(`${folder}/chat.exe`), "#!/bin/sh\necho it runs\n");
  for (const name of CONTENT) assert((await Deno.stat(`${folder}/${name}`)).isFile, name);
});

Deno.test("What tar unpacks belongs to root and has the date of the commit", async () => {
  if (!await needs("unix")) return;
  await using place = new Place();
  const { stdout } = await run(["tar", "-tvzf", await place.write(LINUX), "--full-time", "--utc"]);
  const lines = stdout.trim().split("\n");
  const date = (await commitDate()).toISOString().slice(0, 19).replace("T", " ");
  for (const line of lines) {
    const [mode, owner, , ...rest] = line.split(/ +/);
    const isOpen = line.endsWith("/") || line.endsWith("/chat");
    assertEquals(mode?.slice(1), isOpen ? "rwxr-xr-x" : "rw-r--r--", line);
    assertEquals([owner, rest.slice(0, 2).join(" ")], ["root/root", date], line);
  }
});

Deno.test("A zip says that its program may be run, and nothing else", async () => {
  await using place = new Place();
  const bytes = await Deno.readFile(await place.write(WINDOWS));
  const view = new DataView(bytes.buffer);
  const modes: string[] = [];
  for (let at = 0; at < bytes.length - 46; at++) {
    // A line of the directory at the end (APPNOTE 4.3.12): made on Unix, mode in the upper half.
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const name = new TextDecoder().decode(
      bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true)),
    );
    assertEquals(view.getUint8(at + 5), 3);
    modes.push(`${view.getUint16(at + 40, true).toString(8)} ${name.slice(name.indexOf("/") + 1)}`);
  }
  assertEquals(modes, ["100755 chat.exe", ...CONTENT.map((name) => `100644 ${name}`)]);
});

Deno.test("Archives of the same content are the same bytes, in whatever time zone they are made", async () => {
  await using place = new Place();
  const { executable, extras } = place.sources;
  for (const target of [LINUX, WINDOWS]) {
    const archives: Uint8Array[] = [];
    for (const zone of ["Pacific/Kiritimati", "America/New_York"]) {
      const script = new URL("../../packaging/archive.ts", import.meta.url).pathname;
      const directory = `${place.directory}/${zone}`;
      const permissions = ["--allow-read", "--allow-write", "--allow-run=git"];
      await using program = new Program(
        [
          ...[Deno.execPath(), "run", "--no-prompt", "--frozen", ...permissions, script],
          ...[target, executable, extras, directory],
        ],
        { env: { TZ: zone }, stdin: false },
      );
      const { code, stderr } = await program.outcome();
      assertEquals(code, 0, stderr);
      const [name = ""] = await names(directory);
      archives.push(await Deno.readFile(`${directory}/${name}`));
    }
    assertEquals(archives[0], archives[1]);
  }
});

Deno.test("An archive without its manual page is not made, and says how to make that", async () => {
  await using place = new Place();
  await Deno.remove(`${place.sources.extras}/chat.1`);
  await assertRejects(() => place.write(LINUX), Failure, "chat.1: make it with deno task extras");
  await Deno.remove(place.sources.executable);
  await assertRejects(() => place.write(LINUX), Failure, `deno task compile ${LINUX}`);
});

Deno.test("SHA256SUMS lists every file but itself, as sha256sum reads it", async () => {
  await using place = new Place();
  await place.write(LINUX);
  await place.write(WINDOWS);
  const release = `${place.directory}/release`;
  await Deno.writeTextFile(`${release}/empty`, "");
  const list = await writeSums(release);
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  assert(list.includes(`${empty}  empty\n`), list);
  assertEquals(list.trim().split("\n").map((line) => line.slice(66)), [
    ...(await names(release)).filter((name) => name !== "SHA256SUMS"),
  ]);
  assertEquals(await writeSums(release), list);
  if (!await needs("sha256sum")) return;
  const check = `cd '${release}' && sha256sum --check --strict SHA256SUMS`;
  assertEquals((await run(["sh", "-c", check])).code, 0);
});

Deno.test("Sums of an empty directory are a mistake", async () => {
  await using place = new Place();
  await Deno.mkdir(`${place.directory}/nothing`);
  await assertRejects(() => writeSums(`${place.directory}/nothing`), Failure, "no file");
});

async function names(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).toSorted();
}
