import { assertEquals } from "@std/assert";
import { PROBE, probed } from "../../packaging/probe/main.ts";

Deno.test("A program that Deno runs cannot read a file once it has given back the permission", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "chat-probe-" }));
  try {
    const deno = [Deno.execPath(), "run", "--no-prompt"];
    assertEquals(await probed([...deno, "--allow-read", PROBE], directory), "refused");
    // What it would say if it could.
    const text = await Deno.readTextFile(PROBE);
    const blind = `${directory}/blind.js`;
    await Deno.writeTextFile(blind, text.replaceAll("Deno.permissions.revokeSync", "String"));
    assertEquals(await probed([...deno, "--allow-read", blind], directory), "read");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
