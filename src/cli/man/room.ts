/**
 * What one types in the room, for the manual page.
 *
 * @module
 */

import { type CommandSpec } from "../../server/commands/command.ts";
import { COMMANDS } from "../../server/commands/commands.ts";
import { OPERATOR_COMMANDS } from "../../server/commands/operators.ts";
import { sentence } from "./options.ts";
import { bold, italic, item, paragraph, section, subsection } from "./roff.ts";

function items(commands: readonly Pick<CommandSpec, "name" | "args" | "help">[]): string {
  return commands.map(({ name, args, help }) =>
    item(bold(`/${name}`) + (args === "" ? "" : ` ${italic(args)}`), sentence(help))
  ).join("");
}

/** The client's own command, which the server's table cannot know. */
const QUIET = {
  name: "quiet",
  args: "",
  help: "in chat join: hides who comes and goes, or shows it again",
};

/** The section about the room: what a line means, and all commands. */
export function theRoom(): string {
  return section(
    "IN THE ROOM",
    paragraph(
      "What is typed is said to everybody when Enter is pressed. A line that begins with / is a " +
        "command; one that begins with // is said, with one slash less. On a terminal, Tab " +
        "completes names and commands, and Ctrl-R searches one's own lines.",
    ),
    items([...COMMANDS, QUIET]),
    subsection(
      "Operators",
      paragraph("After /op and the password of --operator-password-file, these are there, too:"),
      items(OPERATOR_COMMANDS),
    ),
  );
}
