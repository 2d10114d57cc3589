import { assertEquals } from "@std/assert";

Deno.test({
  name: "a server that listens can read no file, dial nowhere, and run nothing",
  // Windows has no TERM, which the child ends itself with.
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = await Deno.makeTempDir();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    try {
      const secret = `${directory}/password`;
      await Deno.writeTextFile(secret, "open sesame\n");
      const child = new URL("./children/least_privilege.ts", import.meta.url).pathname;
      const permissions = ["net", "read", "write", "env", "run", "sys"].map((name) =>
        `--allow-${name}`
      );
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          ...permissions,
          child,
          `${directory}/room.db`,
          secret,
          String(listener.addr.port),
        ],
        stderr: "inherit",
      }).output();
      const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
      const { before, after, code } = JSON.parse(last);
      assertEquals(before, {
        read: "done",
        readDatabase: "NotFound",
        write: "done",
        env: "done",
        run: "done",
        sys: "done",
        connect: "done",
        listen: "done",
      });
      for (const [what, outcome] of Object.entries(after)) {
        assertEquals(outcome, "NotCapable", what);
      }
      assertEquals(code, 0);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
