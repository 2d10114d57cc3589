import { assertEquals, assertThrows } from "@std/assert";
import { archiveName, executableName, TARGETS, targetsOf } from "../../packaging/targets.ts";
import { TaskUsageError } from "../../packaging/task.ts";

Deno.test("No target is this machine, all are all, and one that is named twice is made once", () => {
  assertEquals(targetsOf([], "aarch64-apple-darwin"), ["aarch64-apple-darwin"]);
  assertEquals(targetsOf(["all"]), TARGETS);
  const linux = "x86_64-unknown-linux-gnu";
  assertEquals(targetsOf([linux, linux]), [linux]);
});

Deno.test("An unknown target is refused in one line that lists the known ones", () => {
  const error = assertThrows(() => targetsOf(["amiga"]), TaskUsageError, '"amiga"');
  for (const target of TARGETS) assertEquals(error.message.includes(target), true, target);
  assertEquals(error.message.includes("\n"), false);
});

Deno.test("Files carry version and target; Windows programs end in .exe and lie in a zip", () => {
  assertEquals(
    executableName("1.2.3", "aarch64-unknown-linux-gnu"),
    "chat-1.2.3-aarch64-unknown-linux-gnu",
  );
  assertEquals(
    archiveName("1.2.3", "aarch64-apple-darwin"),
    "chat-1.2.3-aarch64-apple-darwin.tar.gz",
  );
  const windows = "x86_64-pc-windows-msvc";
  assertEquals(executableName("1.2.3", windows), "chat-1.2.3-x86_64-pc-windows-msvc.exe");
  assertEquals(archiveName("1.2.3", windows), "chat-1.2.3-x86_64-pc-windows-msvc.zip");
});
