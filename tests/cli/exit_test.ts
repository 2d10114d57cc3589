import { assertEquals } from "@std/assert";
import { Failure, reportAndExitCode, UsageError } from "../../src/cli/exit.ts";

/** Exit code and text of an error. */
function report(error: unknown, options: { command?: string; debug?: boolean } = {}) {
  let text = "";
  const code = reportAndExitCode(error, { ...options, print: (more) => text += more });
  return { code, text };
}

Deno.test("A wrong usage is told with where the help is, and exits with 2", () => {
  assertEquals(report(new UsageError("No such flag"), { command: "serve" }), {
    code: 2,
    text: "chat: No such flag\nTry: chat serve --help\n",
  });
  assertEquals(report(new UsageError("What?")).text, "chat: What?\nTry: chat --help\n");
});

Deno.test("A failure is told on one line, and exits with 1", () => {
  assertEquals(report(new Failure("The port is taken.\nTry another.")), {
    code: 1,
    text: "chat: The port is taken. Try another.\n",
  });
});

Deno.test("An unexpected error is told on one line, with how to see more", () => {
  const { code, text } = report(new TypeError("x is\x1b[2J not a function"));
  assertEquals(code, 1);
  assertEquals(
    text,
    "chat: internal error: TypeError: x is\\u001b[2J not a function " +
      "(CHAT_DEBUG=1 shows a stack trace)\n",
  );
  assertEquals(report("just a text").code, 1);
  assertEquals(report(undefined).code, 1);
});

Deno.test("An unexpected error shows its stack when that is wanted", () => {
  const { text } = report(new TypeError("oops"), { debug: true });
  assertEquals(text.includes("exit_test.ts"), true);
});
