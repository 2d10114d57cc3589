/**
 * `install.sh`, from a folder that stands in for the releases.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "../helpers/program.ts";
import {
  fakeChat,
  has,
  INSTALL_SH,
  type InstallOptions,
  PLACES,
  ReleaseFolder,
  TARGET,
  Visitor,
} from "./stand_in.ts";

const ignore = Deno.build.os === "windows" || !await has("tar", "gzip", "mktemp");

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

/** A visitor and a release 1.0.0 in a folder. */
async function scene(program?: string): Promise<[Visitor, ReleaseFolder]> {
  const visitor = await Visitor.come();
  return [visitor, await ReleaseFolder.make(`${visitor.directory}/folder`, "1.0.0", program)];
}

for (const shell of [["sh"], ["dash"], ["bash"], ["busybox", "sh"]]) {
  Deno.test({
    name: `install.sh puts everything into a home with a blank in its name: ${shell.join(" ")}`,
    ignore: ignore || !await has(shell[0] ?? ""),
    async fn() {
      const [visitor, { path: from }] = await scene();
      await using _ = visitor;
      const { code, stdout, stderr } = await visitor.run([], { from, shell });
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, `Installed chat 1.0.0: ${visitor.program}\n`);
      assertMatch(stdout, /bin is not in PATH\..*\n {2}echo 'export PATH="\/.*' >> ~\/\.profile\n/);
      const files = await visitor.files();
      assertEquals(Object.keys(files), PLACES);
      assertEquals(files[".local/share/zsh/site-functions/_chat"], "completions/_chat of 1.0.0\n");
      assertEquals((await run([visitor.program, "--version"])).stdout, "chat 1.0.0\n");
      assertEquals(await visitor.litter(), []);
    },
  });
}

Deno.test({
  name: "install.sh --to, --no-extras and CHAT_INSTALL say what goes where",
  ignore,
  async fn() {
    const [visitor, { path }] = await scene();
    await using _ = visitor;
    const from = `file://${path}`;
    const to = `${visitor.home}/a`;
    const env = { PATH: `${to}:${Deno.env.get("PATH")}` };
    const { code, stdout } = await visitor.run(["--no-extras", "--to", to], { from, env });
    assertEquals(code, 0);
    assertEquals(stdout, `Installed chat 1.0.0: ${to}/chat\nBegin with: chat serve\n`);
    await visitor.run(["--no-extras"], { from, env: { CHAT_INSTALL: `${visitor.home}/b` } });
    assertEquals(Object.keys(await visitor.files()), ["a/chat", "b/chat"]);
  },
});

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
  name: "install.sh replaces an older version and tells both, also backwards; the same one again",
  ignore,
  async fn() {
    await using visitor = await Visitor.come();
    const releases = `${visitor.directory}/releases`;
    await ReleaseFolder.make(`${releases}/latest/download`, "2.0.0");
    await ReleaseFolder.make(`${releases}/download/v2.0.0`, "2.0.0");
    await ReleaseFolder.make(`${releases}/download/v1.0.0`, "1.0.0");
    const said: string[] = [];
    for (const args of [["--version", "v1.0.0"], [], [], ["--version", "1.0.0"]]) {
      const { code, stdout, stderr } = await visitor.run(args, { from: releases });
      assertEquals([code, stderr], [0, ""]);
      said.push(stdout.split(":")[0] ?? "");
    }
    assertEquals(said, [
      "Installed chat 1.0.0",
      "Replaced chat 1.0.0 by 2.0.0",
      "Installed chat 2.0.0 again",
      "Replaced chat 2.0.0 by 1.0.0",
    ]);
    assertEquals((await run([visitor.program, "--version"])).stdout, "chat 1.0.0\n");
    const both = await ReleaseFolder.make(`${visitor.directory}/both`, "1.0.0");
    await ReleaseFolder.make(both.path, "2.0.0");
    await both.writeSums(["1.0.0", "2.0.0"].map((version) => `chat-${version}-${TARGET}.tar.gz`));
    assertStringIncludes(await refusal(visitor, 1, [], { from: both.path }), "--version");
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
    const [visitor, { path: from }] = await scene("#!/bin/sh\necho no GLIBC_2.99 >&2; exit 1\n");
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
  ignore: ignore || isRoot && !await has("setpriv"),
  async fn() {
    const [visitor] = await scene();
    await using _ = visitor;
    const before = isRoot ? "setpriv --reuid 65534 --regid 65534 --clear-groups".split(" ") : [];
    await Deno.chmod(visitor.directory, 0o755);
    await Deno.chmod(`${visitor.directory}/tmp`, 0o777);
    await Deno.chmod(visitor.home, 0o555);
    const script = `${visitor.directory}/install.sh`;
    await Deno.copyFile(INSTALL_SH, script);
    const options = { from: "http://127.0.0.1:1", before, script };
    assertMatch(await refusal(visitor, 1, [], options), /no permission to write to .*the home\./);
    await Deno.chmod(visitor.home, 0o755);
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
      if (!await has(one)) continue;
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
  name: "install.sh --uninstall removes what was installed, and nothing else",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    await Deno.writeTextFile(`${visitor.home}/room.db`, "mine");
    assertEquals((await visitor.run([], { from })).code, 0);
    const { code, stdout } = await visitor.run(["--uninstall"]);
    assertEquals([code, stdout.split("\n").length], [0, PLACES.length + 1]);
    assertEquals(await visitor.files(), { "room.db": "mine" });
    assertStringIncludes(await refusal(visitor, 1, ["--uninstall"]), "nothing to remove");
  },
});

Deno.test({
  name: "install.sh that breaks off anywhere does nothing",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    const whole = (await Deno.readTextFile(INSTALL_SH)).trimEnd();
    const script = `${visitor.directory}/cut.sh`;
    // Every one of the last 40 characters, and every 331st before them.
    for (let at = whole.length - 1; at > 0; at -= at > whole.length - 40 ? 1 : 331) {
      await Deno.writeTextFile(script, whole.slice(0, at));
      const { stdout } = await visitor.run([], { from, script });
      assertEquals([stdout, await visitor.files()], ["", {}], `cut at ${at}`);
    }
    await Deno.writeTextFile(script, whole);
    assertEquals((await visitor.run([], { from, script })).code, 0);
  },
});

Deno.test({
  name: "install.sh is clean for shellcheck",
  ignore: ignore || !await has("shellcheck"),
  async fn() {
    const { code, stdout } = await run(["shellcheck", INSTALL_SH]);
    assert(code === 0, stdout);
  },
});
