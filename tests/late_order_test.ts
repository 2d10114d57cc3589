import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

Deno.test("the end-to-end tests pass over an order that settles later, and fails at first", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-prompt",
      "--frozen",
      "--quiet",
      "--allow-net",
      "--allow-run",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      "tests/e2e/",
    ],
    cwd: ROOT,
    env: { CHAT_TEST_MAIN: "tests/helpers/late_main.ts", NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, `${decoder.decode(stdout).slice(-20_000)}\n${decoder.decode(stderr)}`);
});
