import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "../helpers/program.ts";
import config from "../../deno.json" with { type: "json" };

const MAIN = new URL("../../main.ts", import.meta.url);

/** Runs the real program to its end. */
async function chat(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout: out, stderr: err } = await run(
    [Deno.execPath(), "run", "--no-prompt", "--frozen", MAIN.href, ...args],
    { env: { NO_COLOR: "1" } },
  );
  return { code, out, err };
}

Deno.test("The program tells its version", async () => {
  for (const flag of ["--version", "-V"]) {
    assertEquals(await chat(flag), { code: 0, out: `chat ${config.version}\n`, err: "" });
  }
});

Deno.test("The program tells all that it is made of, a working tree without a commit", async () => {
  const { code, out, err } = await chat("--version", "--verbose");
  assertEquals([code, err], [0, ""]);
  const [first, ...rest] = out.trimEnd().split("\n");
  assertEquals(first, `chat ${config.version}`);
  const facts = Object.fromEntries(rest.map((line) => line.split(": ")));
  const { deno, v8, typescript } = Deno.version;
  const { sqlite, ...others } = facts;
  assertEquals(others, {
    commit: "none, a working tree",
    target: Deno.build.target,
    deno,
    v8,
    typescript,
  });
  assertMatch(sqlite, /^3\.\d+\.\d+$/);
  assertEquals(await chat("-V", "--verbose"), { code, out, err });
});

Deno.test("The help goes to standard output when asked for, to standard error when not", async () => {
  const asked = await chat("--help");
  assertEquals([asked.code, asked.err], [0, ""]);
  assertMatch(asked.out, /^Chat rooms[^]*serve[^]*join/);
  assertEquals(await chat("-h"), asked);
  assertEquals(await chat(), { code: 2, out: "", err: asked.out });
});

Deno.test("Each command shows its own help", async () => {
  for (const name of ["serve", "join"]) {
    const { code, out, err } = await chat(name, "--help");
    assertEquals([code, err], [0, ""]);
    assertStringIncludes(out, `Usage: chat ${name}`);
  }
});

Deno.test("The words help and version do what their flags do", async () => {
  assertEquals(await chat("help"), await chat("--help"));
  for (const [first, command] of [["help", "join"], ["--help", "serve"], ["-h", "join"]] as const) {
    assertEquals(await chat(first, command), await chat(command, "--help"));
  }
  assertEquals(await chat("version"), await chat("--version"));
  assertEquals(await chat("version", "--verbose"), await chat("--version", "--verbose"));
});

Deno.test("Wrong usage exits with 2 and says what to try", async () => {
  const expected: [string[], string][] = [
    [["srve"], "There is no command srve. Did you mean chat serve?\nTry: chat --help\n"],
    [["--verson"], "There is no flag --verson. Did you mean chat --version?\nTry: chat --help\n"],
    [["10.0.0.1:5001"], "To join a room, type chat join HOST:PORT\nTry: chat --help\n"],
    [["--port", "1"], "There is no flag --port. Begin with chat serve or chat join\n"],
    [["--version", "x"], "Unexpected argument x after --version\n"],
    [["-V", "--verbose", "x"], "Unexpected argument x after -V --verbose\n"],
    [["--version", "--verbos"], "Unexpected argument --verbos after --version\n"],
    [["--verbose"], "The flag --verbose belongs behind --version: chat --version --verbose\n"],
    [["--completion=zsh"], "There is no flag --completion. Did you mean chat --completions?\n"],
    [["--help", "srve"], "There is no command srve. Did you mean chat serve?\n"],
    [["help", "5001"], "There is no command 5001. Begin with chat serve or chat join\n"],
    [["help", "join", "now"], "Unexpected argument join after --help\n"],
    [["--help", "--version"], "Unexpected argument --version after --help\n"],
    [["verison"], "There is no command verison. Did you mean chat version?\n"],
    [["version", "x"], "Unexpected argument x after --version\n"],
    [["-v"], "There is no flag -v. Did you mean -V or --version?\n"],
    [["--man=1"], "The flag --man takes no value: it got 1\n"],
    [["serve", "--prot", "1"], "Did you mean --port?\nTry: chat serve --help\n"],
    [["join", "--json=1"], "The flag --json takes no value: it got 1\nTry: chat join --help\n"],
  ];
  const runs = await Promise.all(expected.map(([args]) => chat(...args)));
  for (const [i, { code, out, err }] of runs.entries()) {
    assertEquals([code, out], [2, ""]);
    assertMatch(err, /^chat: [^\n]+\nTry: [^\n]+\n$/);
    assertStringIncludes(err, expected[i]?.[1] ?? "");
  }
});

Deno.test("The tasks keep Deno quiet: its progress bar would erase the first lines of ours", () => {
  for (const name of ["serve", "join"] as const) {
    assertMatch(config.tasks[name].command, /^deno run --quiet /);
  }
});

Deno.test("A client loads nothing of the server", async () => {
  const join = new URL("../../src/cli/join.ts", import.meta.url).href;
  const { stdout: modules } = await run([Deno.execPath(), "info", "--json", "--frozen", join]);
  assertStringIncludes(modules, "/src/client/");
  assertEquals(modules.includes("/src/server/"), false);
});
