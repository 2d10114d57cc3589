import { assertEquals } from "@std/assert";
import { run } from "./helpers/program.ts";

/** Ten times what it takes on a small machine. */
const PATIENCE_MS = 15 * 60_000;

const FLAGS = ("--no-prompt --frozen --quiet " +
  "--allow-net --allow-run --allow-read --allow-write --allow-env --allow-sys").split(" ");

Deno.test("the end-to-end tests pass over an order that settles later, and fails at first", async () => {
  const { code, stdout, stderr } = await run([Deno.execPath(), "test", ...FLAGS, "tests/e2e/"], {
    env: { CHAT_TEST_MAIN: "tests/helpers/late_main.ts", NO_COLOR: "1" },
    timeoutMs: PATIENCE_MS,
  });
  assertEquals(code, 0, `${stdout.slice(-20_000)}\n${stderr}`);
});
