import { assert, assertEquals, assertMatch } from "@std/assert";
import { isupportLines } from "../../../src/protocol/irc/isupport.ts";
import { formatIrcLine } from "../../../src/protocol/irc/message.ts";
import { numeric } from "../../../src/protocol/irc/numerics.ts";

Deno.test("Each line of 005 has at most 13 tokens, of ASCII, and fits", () => {
  const nick = "n".repeat(32);
  for (const network of ["chat", "小".repeat(63)]) {
    const lines = isupportLines(network);
    assert(lines.length > 1);
    for (const tokens of lines) {
      assert(tokens.length > 0 && tokens.length <= 13);
      for (const token of tokens) assertMatch(token, /^[A-Za-z\d/]+(?:=[!-<>-~]*)?$/);
      const line = formatIrcLine(numeric("RPL_ISUPPORT", { server: "s".repeat(63), nick }, tokens));
      assertMatch(line, / :are supported by this server\r\n$/);
    }
  }
});

Deno.test("No token comes twice", () => {
  const keys = isupportLines("chat").flat().map((token) => token.split("=")[0]);
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("The network's name is escaped where it needs it", () => {
  assertEquals(isupportLines("chat.example")[0]![0], "NETWORK=chat.example");
  assertEquals(isupportLines("a b=é")[0]![0], "NETWORK=a\\x20b\\x3D\\xC3\\xA9");
});
