import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };

const MAIN = new URL("../../main.ts", import.meta.url);

/** Runs the real program to its end. */
async function chat(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--frozen", MAIN.href, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("The program tells its version", async () => {
  for (const flag of ["--version", "-V"]) {
    assertEquals(await chat(flag), { code: 0, out: `chat ${config.version}\n`, err: "" });
  }
});

Deno.test("The help goes to standard output when asked for, to standard error when not", async () => {
  const asked = await chat("--help");
  assertEquals([asked.code, asked.err], [0, ""]);
  assertMatch(asked.out, /^A chat room[^]*serve[^]*join/);
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

Deno.test("Wrong usage exits with 2 and says what to try", async () => {
  const expected: [string[], string][] = [
    [["srve"], "There is no command srve. Did you mean chat serve?\nTry: chat --help\n"],
    [["--verson"], "There is no flag --verson. Did you mean chat --version?\nTry: chat --help\n"],
    [["10.0.0.1:5001"], "To join a room, type chat join HOST:PORT\nTry: chat --help\n"],
    [["--port", "1"], "There is no flag --port. Begin with chat serve or chat join\n"],
    [["--version", "x"], "The argument x is too much after --version\n"],
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

Deno.test("A client loads nothing of the server", async () => {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--frozen", new URL("../../src/cli/join.ts", import.meta.url).href],
  });
  const { stdout } = await command.output();
  const modules = new TextDecoder().decode(stdout);
  assertStringIncludes(modules, "/src/client/");
  assertEquals(modules.includes("/src/server/"), false);
});
