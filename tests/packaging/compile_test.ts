/**
 * Executables, as far as they can be made without the network: from this Deno instead of denort.
 * What comes out is not `chat`, since only denort reads what was added, but a file all the same.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { compileExecutable, type CompileOptions } from "../../packaging/executable.ts";
import { isWindows, type Target } from "../../packaging/targets.ts";
import { ROOT } from "../../packaging/task.ts";
import { Failure } from "../../src/failure.ts";
import { run } from "../helpers/program.ts";

const TARGET = Deno.build.target as Target;

/** What is made: Deno gives Windows programs their ending anyway. */
const NAME = `chat-test${isWindows(TARGET) ? ".exe" : ""}`;

/** A directory with a module to compile, and the environment that the test wants. */
class Place implements AsyncDisposable {
  readonly directory: string = Deno.makeTempDirSync({ prefix: "chat-compile-" });
  readonly options: CompileOptions;
  readonly #before = new Map<string, string | undefined>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    Deno.mkdirSync(`${this.directory}/modules`);
    const main = `${this.directory}/modules/main.js`;
    Deno.writeTextFileSync(main, `console.log("hello");\n`);
    Deno.utimeSync(main, 0, 0);
    this.options = { main, target: TARGET, path: `${this.directory}/dist/${NAME}` };
    // An empty cache, so that there is no base in it.
    const all = { DENO_DIR: `${this.directory}/cache`, ...env };
    for (const [name, value] of Object.entries(all)) {
      this.#before.set(name, Deno.env.get(name));
      set(name, value);
    }
  }

  /** What is in the directory for what is made. */
  async made(): Promise<string[]> {
    const entries = Array.fromAsync(Deno.readDir(`${this.directory}/dist`), ({ name }) => name);
    return (await entries).toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, value] of this.#before) set(name, value);
    await Deno.remove(this.directory, { recursive: true });
  }
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}

/** An environment in which the base must be downloaded, through a proxy of the test's. */
function through({ addr }: Deno.TcpListener): Record<string, string | undefined> {
  const proxy = `http://127.0.0.1:${addr.port}`;
  return { DENORT_BIN: undefined, HTTPS_PROXY: proxy, https_proxy: proxy };
}

function listen(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

async function failure(options: CompileOptions): Promise<string> {
  const { message } = await assertRejects(() => compileExecutable(options), Failure);
  assertEquals(message.includes("\n"), false, message);
  return message;
}

Deno.test("DENORT_BIN is the base of an executable: the same bytes for the same modules anywhere", async () => {
  const sums: string[] = [];
  for (let time = 0; time < 2; time++) {
    await using place = new Place({ DENORT_BIN: Deno.execPath() });
    await compileExecutable(place.options);
    assertEquals(await place.made(), [NAME]);
    const bytes = await Deno.readFile(place.options.path);
    sums.push(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex());
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(place.options.path)).mode! & 0o111, 0o111, "it may be run");
    }
  }
  assertEquals(sums[0], sums[1]);
});

Deno.test("A DENORT_BIN that is no executable is named in one line, and nothing is left", async () => {
  await using place = new Place({});
  const base = `${place.directory}/base`;
  await Deno.writeTextFile(base, "no executable");
  await using _env = new Place({ DENORT_BIN: base });
  const message = await failure(place.options);
  assert(message.includes(base) && message.includes(TARGET), message);
  assertEquals(await place.made(), []);
});

Deno.test("A DENORT_BIN that is not there is named in one line", async () => {
  await using place = new Place({ DENORT_BIN: "no/such/file" });
  assertMatch(await failure(place.options), /^There is no file DENORT_BIN=no\/such\/file: /);
});

Deno.test("Without the base there is one line that says what to do, and no file", async () => {
  const listener = listen();
  const env = through(listener);
  // From now on nobody listens there.
  listener.close();
  await using place = new Place(env);
  const message = await failure(place.options);
  assertMatch(message, /^Could not download https:\S+, the runtime base for /);
  assert(message.includes("DENORT_BIN") && message.includes(Deno.version.deno), message);
  assertEquals(await place.made(), []);
});

Deno.test("A host that does not answer is waited for no longer than the bound", async () => {
  // Connections are made by the system; nobody says anything.
  using silent = listen();
  await using place = new Place(through(silent));
  assertMatch(
    await failure({ ...place.options, timeoutMs: 1_000 }),
    /^Could not download denort within 1 s, .*DENORT_BIN/,
  );
  assertEquals(await place.made(), []);
});

Deno.test("What is interrupted leaves nothing behind", async () => {
  // Connections are made by the system; nobody says anything.
  using silent = listen();
  await using place = new Place(through(silent));
  const message = await failure({ ...place.options, signal: AbortSignal.timeout(500) });
  assertMatch(message, /^Stopped/);
  assertEquals(await place.made(), []);
});

Deno.test("deno task compile refuses an unknown target, and other engines, with exit code 2", async () => {
  const task = new URL("packaging/compile.ts", ROOT).href;
  const flags = ["--no-prompt", "--allow-read", "--allow-env=DENORT_BIN"];
  // QuickJS has no Intl.Segmenter, and its executables write a cache all the same.
  for (const word of ["amiga", "--engine=quickjs"]) {
    const { code, stderr } = await run([Deno.execPath(), "run", ...flags, task, word]);
    assertEquals(code, 2);
    assertMatch(stderr.trim(), new RegExp(`^There is no target "${word}"\\. Known are .*$`));
  }
});
