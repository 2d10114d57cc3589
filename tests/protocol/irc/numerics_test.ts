import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatIrcLine } from "../../../src/protocol/irc/message.ts";
import { numeric, NUMERICS } from "../../../src/protocol/irc/numerics.ts";

const ENDS = { server: "chat", nick: "ada" };

Deno.test("Each numeric stands in the table once, in the order of the codes", () => {
  const codes = Object.values(NUMERICS).map(({ code }) => code);
  assertEquals(codes, [...new Set(codes)].sort());
  for (const code of codes) assertMatch(code, /^\d{3}$/);
});

Deno.test("Errors begin with ERR, and the registration's errors are there", () => {
  for (const [name, { code }] of Object.entries(NUMERICS)) {
    const isError = /^[45]|^(?:696|734|90[4-7])/.test(code);
    assert(name.startsWith(isError ? "ERR_" : "RPL_"), name);
  }
});

Deno.test("A numeric has the nick, its words, and the text of the table", () => {
  assertEquals(
    formatIrcLine(numeric("ERR_NOSUCHNICK", ENDS, ["bob"])),
    ":chat 401 ada bob :No such nick or channel\r\n",
  );
  assertEquals(
    formatIrcLine(numeric("RPL_CHANNELMODEIS", ENDS, ["#a", "+nt"])),
    ":chat 324 ada #a +nt\r\n",
  );
});

Deno.test("A handler may give another text, an empty one too", () => {
  assertEquals(
    formatIrcLine(numeric("RPL_TOPIC", ENDS, ["#a"], "a topic")),
    ":chat 332 ada #a :a topic\r\n",
  );
  assertEquals(formatIrcLine(numeric("RPL_ISON", ENDS, [], "")), ":chat 303 ada :\r\n");
});

Deno.test("Before there is a nick, the receiver is *", () => {
  assertEquals(
    formatIrcLine(numeric("ERR_NICKNAMEINUSE", { server: "chat", nick: "*" }, ["ada b"])),
    ":chat 433 * ada :Nickname is already in use\r\n",
  );
});
