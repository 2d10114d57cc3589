/**
 * When `install.sh` installs nothing: one line says why, and all is as it was.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  fakeChat,
  INSTALL_SH,
  type InstallOptions,
  ReleaseFolder,
  scene,
  TARGET,
  Visitor,
} from "./stand_in.ts";
import { needs } from "../helpers/proc.ts";

const ignore = !await needs("unix", "tar", "gzip", "mktemp");

/** What one run said on standard error, in one line; nothing may be installed by it. */
async function refusal(
  visitor: Visitor,
  code: number,
  args: readonly string[],
  options: InstallOptions = {},
): Promise<string> {
  const before = await visitor.files();
  const outcome = await visitor.run(args, options);
  assertEquals(outcome.code, code, outcome.stderr);
  assertMatch(outcome.stderr, /^install\.sh: .*\n$/, "one line");
  assertEquals(outcome.stdout, "");
  assertEquals(await visitor.files(), before, "everything is as it was");
  assertEquals(await visitor.litter(), []);
  return outcome.stderr;
}

Deno.test({
  name: "install.sh installs nothing when the checksum is wrong, and keeps what was there",
  ignore,
  async fn() {
    const [visitor, folder] = await scene();
    await using _ = visitor;
    await folder.spoil();
    const options = { from: folder.path };
    assertMatch(await refusal(visitor, 3, [], options), /is not what SHA256SUMS lists: .*Nothing/);
    await Deno.mkdir(`${visitor.home}/.local/bin`, { recursive: true });
    await Deno.writeTextFile(visitor.program, fakeChat("0.9.0"), { mode: 0o755 });
    await refusal(visitor, 3, [], options);
  },
});

Deno.test({
  name: "install.sh installs nothing that SHA256SUMS does not list, or without SHA256SUMS",
  ignore,
  async fn() {
    const [visitor, folder] = await scene();
    await using _ = visitor;
    const from = folder.path;
    const archive = `chat-1.0.0-${TARGET}.tar.gz`;
    assertStringIncludes(
      await refusal(visitor, 1, ["--version", "1.0"], { from }),
      "lists no chat-1.0-",
    );
    await Deno.rename(`${from}/${archive}`, `${from}/other.tar.gz`);
    await folder.writeSums(["other.tar.gz"]);
    assertStringIncludes(await refusal(visitor, 1, [], { from }), "lists no chat-VERSION-");
    await Deno.remove(`${from}/SHA256SUMS`);
    assertStringIncludes(await refusal(visitor, 1, [], { from }), `There is no file ${from}/SHA`);
  },
});

Deno.test({
  name: "install.sh leaves another program of that name alone, and removes it neither",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    await Deno.mkdir(`${visitor.home}/.local/bin`, { recursive: true });
    await Deno.writeTextFile(visitor.program, "#!/bin/sh\necho dial\n", { mode: 0o755 });
    assertStringIncludes(await refusal(visitor, 1, [], { from }), "is not this chat");
    assertStringIncludes(await refusal(visitor, 1, ["--uninstall"]), "is not this chat");
  },
});

Deno.test({
  name: "install.sh replaces nothing by a program that does not run here",
  ignore,
  async fn() {
    const program = "#!/bin/sh\necho no GLIBC_2.99 >&2; exit 1\n";
    const [visitor, { path: from }] = await scene({ program });
    await using _ = visitor;
    assertStringIncludes(await refusal(visitor, 1, [], { from }), "does not run here: no GLIBC");
  },
});

Deno.test({
  name: "install.sh names what it cannot write to",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    await Deno.writeTextFile(`${visitor.home}/file`, "");
    const args = ["--to", `${visitor.home}/file/bin`];
    assertStringIncludes(await refusal(visitor, 1, args, { from }), "file is not a directory");
    await Deno.mkdir(`${visitor.home}/.config/fish/completions/chat.fish`, { recursive: true });
    assertStringIncludes(await refusal(visitor, 1, [], { from }), "chat.fish: it is a directory");
  },
});

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

Deno.test({
  name: "install.sh without permission to write says so before it fetches anything",
  // Root may write everywhere: somebody else has to try.
  ignore: ignore || isRoot && !await needs("setpriv"),
  async fn() {
    const [visitor] = await scene();
    await using _ = visitor;
    const before = isRoot ? "setpriv --reuid 65534 --regid 65534 --clear-groups".split(" ") : [];
    await Deno.chmod(visitor.directory, 0o755);
    await Deno.chmod(`${visitor.directory}/tmp`, 0o777);
    await Deno.chmod(visitor.home, 0o555);
    const script = `${visitor.directory}/install.sh`;
    await Deno.copyFile(INSTALL_SH, script);
    // It is not asked for anything, but has to be there.
    const bin = await visitor.toolsBut({ curl: "exit 7" });
    await Deno.chmod(bin, 0o755);
    const env = { PATH: `${bin}:${Deno.env.get("PATH")}` };
    const options = { from: "http://127.0.0.1:1", before, script, env };
    try {
      assertMatch(await refusal(visitor, 1, [], options), /no permission to write to .*the home\./);
    } finally {
      await Deno.chmod(visitor.home, 0o755);
    }
  },
});

Deno.test({
  name: "install.sh names the tool that is missing",
  ignore,
  async fn() {
    const [visitor, { path }] = await scene();
    await using _ = visitor;
    const cases: [string, string[]][] = [
      ['the program "tar"', ["tar"]],
      ['the program "gzip"', ["gzip"]],
      ['the program "mktemp"', ["mktemp"]],
      ['"curl" or "wget"', ["curl", "wget"]],
      ['"sha256sum", "shasum" or "openssl"', ["sha256sum", "shasum", "openssl"]],
    ];
    for (const [words, missing] of cases) {
      const PATH = await visitor.toolsBut(Object.fromEntries(missing.map((tool) => [tool, null])));
      const from = missing.includes("curl") ? "http://127.0.0.1:1" : path;
      assertStringIncludes(await refusal(visitor, 1, [], { from, env: { PATH } }), words);
    }
    // Any one of the three is enough.
    for (const one of ["sha256sum", "shasum", "openssl"]) {
      if (!await needs(one)) continue;
      const sums = ["sha256sum", "shasum", "openssl"].filter((tool) => tool !== one);
      const PATH = await visitor.toolsBut(Object.fromEntries(sums.map((tool) => [tool, null])));
      const { code, stderr } = await visitor.run([], { from: path, env: { PATH } });
      assertEquals([code, stderr], [0, ""], one);
    }
  },
});

Deno.test({
  name: "install.sh says what to do where there is no executable",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    const uname = (system: string, machine: string) =>
      `case $1 in -s) echo ${system};; *) echo ${machine};; esac`;
    const cases: [string, Record<string, string>][] = [
      ["no executable for FreeBSD", { uname: uname("FreeBSD", "amd64") }],
      ["no executable for Linux on armv7l", { uname: uname("Linux", "armv7l") }],
      ["-x86_64-pc-windows-msvc.zip", { uname: uname("MINGW64_NT-10.0", "x86_64") }],
      ["uses musl", { uname: uname("Linux", "x86_64"), ldd: "echo 'musl libc' >&2; exit 1" }],
    ];
    for (const [words, tools] of cases) {
      const env = { PATH: await visitor.toolsBut(tools) };
      const said = await refusal(visitor, 1, [], { from, env });
      assertStringIncludes(said, words);
      assertStringIncludes(said, "README.md");
    }
  },
});

Deno.test({
  name: "install.sh asks for the address of the releases, and refuses what it does not know",
  ignore,
  async fn() {
    await using visitor = await Visitor.come();
    assertStringIncludes(await refusal(visitor, 1, []), "Set CHAT_RELEASES");
    assertStringIncludes(await refusal(visitor, 1, [], { from: "/no/such" }), '"/no/such"');
    assertStringIncludes(await refusal(visitor, 2, ["--now"]), 'no flag "--now"');
    assertStringIncludes(await refusal(visitor, 2, ["--to"]), "--to needs a value");
    assertStringIncludes(await refusal(visitor, 2, ["--version", "../x"]), '"../x"');
    const help = await visitor.run(["--help"]);
    assertEquals(help.code, 0);
    for (const word of ["--version", "--to", "--no-extras", "--uninstall", "CHAT_RELEASES"]) {
      assertStringIncludes(help.stdout, word);
    }
  },
});

Deno.test({
  name: "install.sh asks which one, where a folder holds several versions",
  ignore,
  async fn() {
    const [visitor, folder] = await scene();
    await using _ = visitor;
    await ReleaseFolder.make(folder.path, "2.0.0");
    await folder.writeSums(["1.0.0", "2.0.0"].map((version) => `chat-${version}-${TARGET}.tar.gz`));
    const said = await refusal(visitor, 1, [], { from: folder.path });
    assertStringIncludes(said, "versions 1.0.0 and 2.0.0 here. Choose one with --version");
    const { code } = await visitor.run(["--version", "1.0.0"], { from: folder.path });
    assertEquals(code, 0);
  },
});
