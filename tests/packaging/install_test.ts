/**
 * `install.sh`, from a folder that stands in for the releases.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "../helpers/program.ts";
import { has, INSTALL_SH, PLACES, ReleaseFolder, scene, Visitor } from "./stand_in.ts";

const ignore = Deno.build.os === "windows" || !await has("tar", "gzip", "mktemp");

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
  name:
    "install.sh gives the line for PATH that the shell takes, and names a chat that is in the way",
  ignore,
  async fn() {
    const [visitor, { path: from }] = await scene();
    await using _ = visitor;
    const lines: [string, RegExp][] = [
      ["/usr/bin/fish", /\n {2}fish_add_path '\/.*\/the home\/\.local\/bin'\n/],
      ["/bin/zsh", /fpath\+=\('\/.*site-functions'\)\n[^]*\n {2}echo '.*' >> ~\/\.zshrc\n/],
    ];
    for (const [SHELL, line] of lines) {
      assertMatch((await visitor.run([], { from, env: { SHELL } })).stdout, line);
    }
    const before = await visitor.toolsBut({ chat: "echo dial" });
    const PATH = `${before}:${visitor.home}/.local/bin:${Deno.env.get("PATH")}`;
    const { stdout } = await visitor.run([], { from, env: { PATH } });
    assertStringIncludes(stdout, `But "chat" is ${before}/chat here: put `);
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
    const again = await visitor.run(["--uninstall"]);
    assertEquals(again.code, 1);
    assertStringIncludes(again.stderr, "nothing to remove");
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
