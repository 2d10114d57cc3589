/**
 * What one types in the room, for the manual page.
 *
 * @module
 */

import { commandsFor, type CommandSpec } from "../../protocol/commands.ts";
import { sentence } from "./options.ts";
import { bold, italic, item, paragraph, section, subsection } from "./roff.ts";

function items(commands: readonly CommandSpec[]): string {
  return commands.map(({ name, args, help, who }) =>
    item(
      bold(`/${name}`) + (args === "" ? "" : ` ${italic(args)}`),
      sentence(who === "terminal" ? `in chat join: ${help}` : help),
    )
  ).join("");
}

/** The section about the room: what a line means, and all commands. */
export function theRoom(): string {
  return section(
    "IN THE ROOM",
    paragraph(
      "What is typed is said to everybody when Enter is pressed. A line that begins with / is a " +
        "command; one that begins with // is said, with one slash less. On a terminal, Tab " +
        "completes names and commands, and Ctrl-R searches one's own lines.",
    ),
    items(commandsFor("everyone", "terminal")),
    subsection(
      "Operators",
      paragraph("After /op and the password of --operator-password-file, these are there, too:"),
      items(commandsFor("operators")),
    ),
  );
}
