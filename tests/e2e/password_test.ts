import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { runChat, startServer } from "../helpers/program.ts";
import { Terminal } from "../helpers/terminal.ts";

const terminals = await needs("script");

/** A directory with the passwords of a room and of its operators. */
async function withPasswords(
  test: (files: { room: string; operators: string; wrong: string }) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const files = {
      room: `${directory}/room`,
      operators: `${directory}/operators`,
      wrong: `${directory}/wrong`,
    };
    await Deno.writeTextFile(files.room, "open sesame\nnot this line\n");
    await Deno.writeTextFile(files.operators, "boss\n");
    await Deno.writeTextFile(files.wrong, "guess\n");
    await test(files);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("A room with a password lets those in who know it: plain, json, and a pipe", () =>
  withPasswords(async ({ room, wrong }) => {
    await Deno.chmod(room, 0o644);
    await using server = await startServer(["--password-file", room]);
    await using bob = await PlainClient.connect(server.port);
    await bob.expect("Welcome to chat. Type the password and press Enter.");
    await bob.say("open sesame");
    await bob.say("bob");
    await bob.expect(/^Welcome, bob!/);
    await using program = await JsonClient.connect(server.port);
    await program.send({ type: "hello", protocol: 1, name: "gus", password: "open sesame" });
    assertEquals((await program.next("welcome"))["name"], "gus");

    const address = `127.0.0.1:${server.port}`;
    const right = await runChat(["join", address, "--name", "ci", "--password-file", room], {
      input: "hello\n",
    });
    assertEquals([right.code, right.stderr], [0, ""]);
    await bob.expect("ci: hello");
    const fromEnvironment = await runChat(["join", address, "--name", "env"], {
      input: "me too\n",
      env: { CHAT_PASSWORD: "open sesame" },
    });
    assertEquals([fromEnvironment.code, fromEnvironment.stderr], [0, ""]);
    await bob.expect("env: me too");
    for (const args of [[], ["--password-file", wrong], ["--password-file", `${wrong}-missing`]]) {
      const { code, stderr } = await runChat(["join", address, "--name", "eve", ...args], {
        input: "let me in\n",
      });
      assertEquals(code, 1);
      assertMatch(stderr, /^chat: [^\n]*password[^\n]*\n$/);
    }
    const log = server.log.text;
    for (const secret of ["sesame", "guess"]) assertEquals(log.includes(secret), false);
    assertStringIncludes(log, "wrong password");
    assertStringIncludes(log, "warn  others may read the password");
    await Deno.chmod(room, 0o600);
    await using other = await startServer(["--password-file", room, "--log-level", "warn"]);
    assertEquals(other.log.text, "");
  }));

Deno.test("serve and join read the same password files: with a byte order mark, in UTF-16, in no text", () =>
  withPasswords(async ({ room, wrong }) => {
    const bytes = [..."\uFEFFopen sesame\r\n"].flatMap((char) => {
      const unit = char.charCodeAt(0);
      return [unit & 0xFF, unit >> 8];
    });
    await Deno.writeFile(room, Uint8Array.from(bytes));
    await using server = await startServer(["--password-file", room]);
    await Deno.writeTextFile(wrong, "\uFEFFopen sesame\n");
    const join = ["join", `127.0.0.1:${server.port}`, "--name", "ci", "--password-file", wrong];
    const { code, stderr } = await runChat(join, { input: "hello\n" });
    assertEquals([code, stderr], [0, ""]);
    await Deno.writeFile(wrong, Uint8Array.of(0xe9, 0x0a));
    for (const args of [join, ["serve", "--port", "0", "--password-file", wrong]]) {
      const refused = await runChat(args);
      assertEquals(refused.code, 1);
      assertMatch(
        refused.stderr,
        /^chat: The password file .* is not UTF-8 text: save it as UTF-8\.\n$/,
      );
    }
  }));

Deno.test({
  name: "chat join asks for the password without showing it, and /op for the operators'",
  ignore: !terminals,
  fn: () =>
    withPasswords(async ({ room, operators }) => {
      await using server = await startServer([
        ...["--password-file", room, "--operator-password-file", operators],
      ]);
      await using bob = await PlainClient.connect(server.port);
      await bob.say("open sesame");
      await bob.say("bob");
      await bob.expect(/^Welcome, bob!/);
      await using terminal = Terminal.chat(["join", `127.0.0.1:${server.port}`, "--name", "ada"]);
      await terminal.shows(/Password: /);
      await terminal.type("open sesame");
      await terminal.shows(/•{11}/);
      await terminal.type("\r");
      await bob.expect("* ada joined");
      await terminal.shows(/Welcome, /);
      await terminal.type("half a line");
      await terminal.shows(/> half a line/);
      await terminal.type("\x15/op\r");
      await terminal.shows(/Operators' password:/);
      await terminal.type("boss\r");
      await terminal.shows(/You are an operator now/);
      await terminal.type("/announce Lunch\r");
      await bob.expect("* Announcement: Lunch");
      for (const secret of ["sesame", "boss"]) {
        assertEquals(terminal.drawn.includes(secret), false, terminal.drawn);
      }
    }),
});
