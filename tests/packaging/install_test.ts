/**
 * `install.sh`, from a folder that stands in for the releases.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run, runChat } from "../helpers/program.ts";
import { needs } from "../helpers/proc.ts";
import { INSTALL_SH, PLACES, ReleaseFolder, scene, Visitor } from "./stand_in.ts";

/** A script that says that this is another system, on the same machine. */
function uname(system: string): string {
  return `case $1 in -s) echo ${system};; *) echo ${Deno.build.arch};; esac`;
}

const LINUX = `${Deno.build.arch}-unknown-linux-gnu`;
const MAC = `${Deno.build.arch}-apple-darwin`;

const ignore = !await needs("unix", "tar", "gzip", "mktemp");

for (const shell of [["sh"], ["dash"], ["bash"], ["busybox", "sh"]]) {
  Deno.test({
    name: `install.sh puts everything into a home with a blank in its name: ${shell.join(" ")}`,
    ignore: ignore || !await needs(shell[0] ?? ""),
    async fn() {
      const [visitor, { path: from }] = await scene();
      await using _ = visitor;
      const { code, stdout, stderr } = await visitor.run([], { from, shell });
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, `Installed chat 1.0.0: ${visitor.program}\n`);
      assertMatch(stdout, /bin is not in PATH\. .* log in again:\n {2}echo '.*' >> ~\/\.profile\n/);
      assertStringIncludes(stdout, `\nBegin with: '${visitor.program}' serve\n`);
      const files = await visitor.files();
      assertEquals(Object.keys(files), PLACES);
      const zsh = files[".local/share/zsh/site-functions/_chat"];
      assertEquals(zsh, "# chat 1.0.0, made by: chat --completions zsh\n");
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
    // With the slash that Tab adds it is in PATH all the same.
    const { code, stdout } = await visitor.run(["--no-extras", "--to", `${to}/`], { from, env });
    assertEquals(code, 0);
    assertEquals(stdout, `Installed chat 1.0.0: ${to}/chat\nBegin with: chat serve\n`);
    await visitor.run(["--no-extras"], { from, env: { CHAT_INSTALL: `${visitor.home}/b` } });
    assertEquals(Object.keys(await visitor.files()), ["a/chat", "b/chat"]);
  },
});

Deno.test({
  name:
    "install.sh gives the line for PATH that the shell takes, and names a chat that is in the way",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    const lines: [string, string, RegExp][] = [
      [LINUX, "/usr/bin/fish", /\n {2}fish_add_path '\/.*\/the home\/\.local\/bin'\n/],
      [LINUX, "/bin/zsh", /fpath\+=\('\/.*site-functions'\)\n[^]*\n {2}echo '.*' >> ~\/\.zshrc\n/],
      // What a new terminal reads: on Linux its shell is not one of a login, on macOS it is.
      [LINUX, "/bin/bash", /open a new terminal:\n {2}echo 'export PATH="\/.*' >> ~\/\.bashrc\n/],
      [MAC, "/bin/bash", /open a new terminal:\n {2}echo '.*' >> ~\/\.bash_profile\n/],
      [LINUX, "", /log in again:\n {2}echo '.*' >> ~\/\.profile\n/],
    ];
    for (const [target, SHELL, line] of lines) {
      const release = `${visitor.directory}/${target}`;
      await ReleaseFolder.make(release, "1.0.0", { target });
      const PATH = await visitor.toolsBut({ uname: uname(target === MAC ? "Darwin" : "Linux") });
      const { stdout } = await visitor.run([], { from: release, env: { PATH, SHELL } });
      assertMatch(stdout, line);
    }
    const before = await visitor.toolsBut({ chat: "echo dial" });
    const PATH = `${before}:${visitor.home}/.local/bin:${Deno.env.get("PATH")}`;
    const { stdout } = await visitor.run([], { from, env: { PATH } });
    assertStringIncludes(stdout, `But "chat" is ${before}/chat here: put `);
    assertStringIncludes(stdout, `\nBegin with: '${visitor.program}' serve\n`);
  },
});

Deno.test({
  name: "install.sh finds the files of one release also in a directory called releases",
  ignore,
  async fn() {
    await using visitor = await Visitor.come();
    const from = `${visitor.directory}/releases`;
    await ReleaseFolder.make(from, "1.0.0");
    const { code, stderr } = await visitor.run([], { from });
    assertEquals([code, stderr], [0, ""]);
  },
});

Deno.test({
  name: "install.sh replaces an older version and tells both, also backwards; the same one again",
  ignore,
  async fn() {
    await using visitor = await Visitor.come();
    const releases = `${visitor.directory}/releases`;
    const latest = await ReleaseFolder.make(`${releases}/latest/download`, "2.0.0");
    await latest.copyTo(`${releases}/download/v2.0.0`);
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
    // Without a chat that this machine may have.
    const env = { PATH: await visitor.toolsBut({}) };
    const { code, stdout } = await visitor.run(["--uninstall"], { env });
    assertEquals([code, stdout.split("\n").length], [0, PLACES.length + 1]);
    assertEquals(await visitor.files(), { "room.db": "mine" });
    const again = await visitor.run(["--uninstall"]);
    assertEquals(again.code, 1);
    assertStringIncludes(again.stderr, "nothing to remove");
  },
});

Deno.test({
  name: "install.sh --uninstall leaves manual page and completions to another chat, wherever it is",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    const { home } = visitor;
    const bare = await visitor.toolsBut({});
    const removeB = ["--uninstall", "--to", `${home}/b`];
    const others: [string, Record<string, string>][] = [
      [".local/bin/chat", { PATH: bare }],
      ["a/chat", { PATH: bare, CHAT_INSTALL: `${home}/a` }],
      ["a/chat", { PATH: `${bare}:${home}/a` }],
    ];
    for (const [other, env] of others) {
      const to = `${home}/${other.replace("/chat", "")}`;
      for (const place of [to, `${home}/b`]) await visitor.run(["--to", place], { from, env });
      const { code, stdout } = await visitor.run(removeB, { env });
      assertEquals(code, 0);
      const [first, second] = stdout.split("\n");
      assertEquals(first, `Removed ${home}/b/chat`);
      assertStringIncludes(second ?? "", `${home}/${other}`);
      assertEquals(Object.keys(await visitor.files()).length, PLACES.length);
      // Nothing is there any more, so this is a mistake, and must not cost the other one its
      // extras.
      assertEquals((await visitor.run(removeB, { env })).code, 1);
      assertEquals((await visitor.run(["--uninstall", "--to", to], { env })).code, 0);
      assertEquals(await visitor.files(), {});
    }
  },
});

Deno.test({
  name: "install.sh --uninstall --no-extras removes the program alone",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    await visitor.run([], { from });
    const { code, stdout } = await visitor.run(["--uninstall", "--no-extras"]);
    assertEquals([code, stdout], [0, `Removed ${visitor.program}\n`]);
    assertEquals(
      Object.keys(await visitor.files()),
      PLACES.filter((place) => place !== ".local/bin/chat"),
    );
  },
});

Deno.test({
  name: "install.sh touches no manual page and no completions of another program",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    const place = PLACES[0]!;
    const path = `${visitor.home}/${place}`;
    await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(path, "# of some other chat\n");
    const { code, stderr } = await visitor.run([], { from });
    assertEquals([code, stderr.includes(path), stderr.includes("--no-extras")], [1, true, true]);
    assertEquals(await visitor.files(), { [place]: "# of some other chat\n" });
    await Deno.remove(path);
    assertEquals((await visitor.run([], { from })).code, 0);
    await Deno.writeTextFile(path, "# of some other chat\n");
    const { stdout } = await visitor.run(["--uninstall"]);
    assertStringIncludes(stdout, `Left ${path}: it is not of this chat.`);
    assertEquals(await visitor.files(), { [place]: "# of some other chat\n" });
  },
});

Deno.test({
  name: "install.sh knows the manual page and the completions that this program makes",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    await visitor.run([], { from });
    for (const place of PLACES.filter((place) => place !== ".local/bin/chat")) {
      const shell = /bash|zsh|fish/.exec(place)?.[0];
      const args = shell === undefined ? ["--man"] : ["--completions", shell];
      await Deno.writeTextFile(`${visitor.home}/${place}`, (await runChat(args)).stdout);
    }
    assertEquals((await visitor.run(["--uninstall"])).code, 0);
    assertEquals(await visitor.files(), {});
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
    const cuts = new Set<number>();
    // Every one of the last 40 characters, and every 331st before them.
    for (let at = whole.length - 1; at > 0; at -= at > whole.length - 40 ? 1 : 331) cuts.add(at);
    // The beginning of a function's name may be a program: "w", "sum", "install".
    for (const { 0: word, index } of whole.matchAll(/^[a-z]+/gm)) {
      for (let length = 1; length <= word.length; length++) cuts.add(index + length);
    }
    for (const at of cuts) {
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
  ignore: ignore || !await needs("shellcheck"),
  async fn() {
    const { code, stdout } = await run(["shellcheck", INSTALL_SH]);
    assert(code === 0, stdout);
  },
});
