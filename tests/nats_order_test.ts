import { assertEquals } from "@std/assert";
import { NatsServer } from "./helpers/nats.ts";
import { needs } from "./helpers/proc.ts";
import { run } from "./helpers/program.ts";

/** Ten times what it takes on a small machine. */
const PATIENCE_MS = 15 * 60_000;

const FLAGS = ("--no-prompt --frozen --quiet " +
  "--allow-net --allow-run --allow-read --allow-write --allow-env --allow-sys").split(" ");

/**
 * Not those that take a database away or put one back, which the stream fills again, nor those of
 * restarts: the stream knows more then, and the server of before has its people until it is found
 * dead.
 */
const FILES = ["history", "joining", "json", "names", "rooms", "session", "shutdown"];

Deno.test({
  name: "the end-to-end tests pass over an order on NATS",
  ignore: !await needs("nats-server"),
  async fn() {
    await using nats = await NatsServer.start();
    const files = FILES.map((name) => `tests/e2e/${name}_test.ts`);
    const { code, stdout, stderr } = await run([Deno.execPath(), "test", ...FLAGS, ...files], {
      env: { CHAT_TEST_MAIN: `tests/helpers/nats_main.ts?nats=${nats.url}`, NO_COLOR: "1" },
      timeoutMs: PATIENCE_MS,
    });
    assertEquals(code, 0, `${stdout.slice(-20_000)}\n${stderr}`);
  },
});
