/** A room in which anything may happen in any order does what a very simple model says. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Secret } from "../../src/server/admission/secret.ts";
import { Harness } from "../server/harness.ts";
import { anyText } from "./arbitraries.ts";
import { assertLines, fuzz } from "./fuzz.ts";
import { runRoom, type Step } from "./room_run.ts";

const who = fc.nat(20);
const name = fc.constantFrom(
  ...["ada", "Ada", "ａｄａ", "bob", "b0b", "eve", "lil", "1i1", "小春", "ẞ", "ss", "O'Neil"],
  ...["two words", "", "\x1b[31m", "аda", "x".repeat(33), "*", "/who"],
);
/** In plain a name is a line of its own: an empty one is no answer, a command is none either. */
const plainName = name.filter((text) => /^[^/\p{Cc}]/u.test(text));
const text = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("hi", "hi there", "~ waves", "* left", "[to you]", "日本"),
  },
  fc.constantFrom("a\x1b[2Jb", "\u202eevil", "x".repeat(4_000), "x".repeat(4_001), "\u009bm", "\0"),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("come"), json: fc.constant(true), name }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("come"), json: fc.constant(false), name: plainName }),
  },
  {
    weight: 8,
    arbitrary: fc.record(
      { do: fc.constant("say"), who, text, id: fc.constantFrom("a", "b", "c") },
      { requiredKeys: ["do", "who", "text"] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("act"), who, text }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("direct"),
      who,
      to: name.filter((to) => /^\S+$/.test(to)),
      text,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("rename"), who, name: name.filter((to) => to !== "") }),
  },
  fc.record({
    do: fc.constant("ask"),
    who,
    what: fc.constantFrom("who" as const, "history" as const, "search" as const),
  }),
  fc.record({ do: fc.constant("nonsense"), who, line: text }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("quit" as const, "end" as const, "break" as const),
      who,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("stall" as const, "unstall" as const), who }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("resume"), who }) },
  fc.record({ do: fc.constant("wait"), seconds: fc.constantFrom(1, 14, 16) }),
) as fc.Arbitrary<Step>;

fuzz(
  "The server and a model of the room agree on who is here and on what each has seen",
  fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), runRoom),
);

const COMMANDS = [
  ...["help", "who", "me", "msg", "nick", "history", "search", "op", "kick", "ban", "unban"],
  ...["bans", "mute", "unmute", "announce", "top", "HELP", "", "/", "x"],
];

fuzz(
  "Any slash command is answered or done, in either dialect, for operators and for others",
  fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom(...COMMANDS), anyText), { maxLength: 8 }),
    fc.boolean(),
    fc.boolean(),
    async (commands, isJson, isOperator) => {
      await using harness = new Harness({ rate: 0, operatorPassword: new Secret("sesame") });
      const bob = await harness.plain("bob");
      const conn = isJson ? (await harness.json("ada")).conn : await harness.plain("ada");
      const send = (line: string) =>
        isJson ? conn.request({ type: "command", line }) : conn.send(`${line}\n`);
      if (isOperator && !isJson) {
        await send("/op");
        await conn.send("sesame\n");
      }
      conn.received();
      for (const [name, rest] of commands) {
        const line = `/${name} ${isJson ? rest : rest.replaceAll("\n", " ")}`;
        await send(line);
        for (const answer of conn.received()) assertEquals(assertLines(`${answer}\n`).length, 1);
        if (conn.closed || harness.server.state.members.get("ada") === undefined) break;
        // The line after /op is a password, whatever it says.
        if (name === "op") await send("");
      }
      for (const line of bob.received()) {
        assertEquals(assertLines(`${line}\n`).length, 1);
        assert(/^(ada: |~ ada |\* |\[from )|^\S+: |^~ \S+ /.test(line), line);
      }
      assertEquals(harness.entries("session failed"), []);
      assertEquals(harness.entries("fault"), []);
    },
  ),
  { share: 0.5 },
);
