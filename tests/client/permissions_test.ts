/**
 * A client leaves no traces: seen from the inside.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { run } from "../helpers/program.ts";

Deno.test("A client that has dropped its permissions can use the network and nothing else", async () => {
  const child = new URL("./children/drop_permissions.ts", import.meta.url);
  const { stdout, stderr } = await run([
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--allow-all",
    child.href,
  ]);
  assertEquals(
    stdout.split("\n").slice(0, 2),
    [
      "read: allowed write: NotFound env: allowed run: allowed sys: allowed net: allowed",
      "read: NotCapable write: NotCapable env: NotCapable run: NotCapable sys: NotCapable " +
      "net: allowed",
    ],
    stderr,
  );
});
