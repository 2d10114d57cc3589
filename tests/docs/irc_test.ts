/**
 * docs/irc.md names no command that the server does not know. What it has for irssi and WeeChat is
 * typed into them by tests/e2e/irc_irssi_test.ts and tests/e2e/irc_weechat_test.ts.
 *
 * @module
 */

import { assert } from "@std/assert";
import { SERVE_FLAGS } from "../../src/cli/serve_flags.ts";
import { CAPABILITIES } from "../../src/protocol/irc/capabilities.ts";
import { commandsFor } from "../../src/protocol/commands.ts";
import { IRC_COMMANDS } from "../../src/server/irc/commands.ts";
import { readDocument, rowsUnder } from "./fenced.ts";

const DOCUMENT = readDocument("docs/irc.md");

/** What stands in backticks in the document. */
const CODE = [...DOCUMENT.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");

Deno.test("Every command of IRC that docs/irc.md names exists", () => {
  const named = CODE.flatMap((code) => /^(?:\/quote )?([A-Z]{3,})\b/.exec(code)?.[1] ?? [])
    .filter((name) => !["HOST", "WORD"].includes(name));
  assert(named.length >= 25, `${named.length}`);
  for (const name of named) assert(IRC_COMMANDS.has(name), `there is no ${name}`);
});

Deno.test("Every slash command of docs/irc.md exists, and every flag and capability", () => {
  const known: readonly string[] = commandsFor("everyone", "keepers", "operators")
    .map(({ name }) => name);
  const rows = rowsUnder(DOCUMENT, "What an IRC guest has");
  const typed = rows.flatMap(([cell = ""]) => [...cell.matchAll(/`\/(\w+)/g)]);
  assert(typed.length >= 15, `${typed.length}`);
  for (const [, name = ""] of typed) assert(known.includes(name), `there is no /${name}`);
  const flags = CODE.flatMap((code) => /^--([a-z-]+)$/.exec(code)?.[1] ?? []);
  for (const name of flags) assert(name in SERVE_FLAGS, `there is no --${name}`);
  const capabilities: readonly string[] = CAPABILITIES.map(({ name }) => name);
  for (const name of ["server-time", "draft/chathistory"]) {
    assert(CODE.includes(name) && capabilities.includes(name), name);
  }
});
