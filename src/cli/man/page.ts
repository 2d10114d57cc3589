/**
 * The manual page, chat(1), from the tables of commands, flags and variables.
 *
 * @module
 */

import type { CommandSpec, Flag, FlagTable } from "../flags.ts";
import { allFlags, PROGRAM_FLAGS } from "../program_flags.ts";
import { spellings, SUBCOMMANDS } from "../completions/vocabulary.ts";
import { bold, escapeRoff, example, italic, item, paragraph, section, subsection } from "./roff.ts";
import { commandsFor, type CommandSpec as RoomCommand } from "../../protocol/commands.ts";
import { VERSION, VERSION_DATE } from "../../version.ts";
import { VARIABLES } from "../environment.ts";
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "../exit.ts";

/** A text as a sentence of its own. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** What is to be known of a flag beside what it does. */
function limits(flag: Flag): string[] {
  if (flag.kind === "switch") return [];
  const { allowed, bare, default: usual, env, repeated } = flag;
  return [
    `Takes ${allowed}.`,
    ...(bare === undefined ? [] : [`Without a value: ${bare}.`]),
    ...(repeated ? ["May be given several times."] : []),
    ...(env === undefined ? [] : [`When it is not given, the variable ${env} holds.`]),
    ...(usual === undefined ? [] : [`Default: ${usual}.`]),
  ];
}

/**
 * The entries of a table of flags.
 *
 * @param flags In the order in which they are to stand.
 */
function options(flags: FlagTable): string {
  return Object.entries(flags).map(([name, flag]) => {
    const words = spellings(name, flag).map(bold).join(", ");
    const term = flag.kind === "switch" ? words : `${words} ${italic(flag.placeholder)}`;
    return item(term, [sentence(flag.help), ...limits(flag)].join(" "));
  }).join("");
}

/** Where a command can be typed, when that is not everywhere. */
const WHERE: Readonly<Record<RoomCommand["who"], string>> = {
  everyone: "",
  keepers: "",
  operators: "",
  client: "in chat join and on the page: ",
  plain: "at nc and telnet: ",
};

function items(commands: readonly RoomCommand[]): string {
  return commands.map(({ name, args, help, who }) =>
    item(
      bold(`/${name}`) + (args === "" ? "" : ` ${italic(args)}`),
      sentence(WHERE[who] + help),
    )
  ).join("");
}

/** The section about the room: what a line means, and all commands. */
function theRoom(): string {
  return section(
    "IN THE ROOM",
    paragraph(
      "What is typed is said to everybody when Enter is pressed. A line that begins with / is a " +
        "command; one that begins with // is said, with one slash less. On a terminal, Tab " +
        "completes names and commands, and Ctrl-R searches one's own lines.",
    ),
    items(commandsFor("everyone", "client", "plain")),
    subsection(
      "Keepers",
      paragraph(
        "Who makes a room keeps it, and has these there. So have operators, in every room:",
      ),
      items(commandsFor("keepers")),
    ),
    subsection(
      "Operators",
      paragraph("After /op and the password of --operator-password-file, these are there, too:"),
      items(commandsFor("operators")),
    ),
  );
}

function synopsis(): string {
  const commands = SUBCOMMANDS.map(({ name, argument }) => {
    const words = [bold("chat"), bold(name), `[${italic("flags")}]`];
    if (argument !== undefined) words.push(italic(argument.placeholder));
    return words.join(" ");
  });
  const program = [
    bold("chat --help"),
    `${bold("chat --version")} [${bold("--verbose")}]`,
    `${bold("chat --completions")} ${italic("SHELL")}`,
    bold("chat --man"),
  ];
  return section("SYNOPSIS", [...commands, ...program].join("\n.br\n"), "\n");
}

function description(): string {
  return section(
    "DESCRIPTION",
    paragraph(
      "Chat rooms for people who can reach each other over TCP, without accounts: chat serve on " +
        "one machine, chat join on the others. People without it join with nc, telnet " +
        "or a browser (--web); scripts come in through pipes and JSON lines.",
    ),
    paragraph(
      "The rooms live in memory, or in a database (--db) that survives restarts and a kill -9. " +
        "Without --tls-cert or --tls-self-signed everything travels in the clear.",
    ),
  );
}

function commands(): string {
  const items = SUBCOMMANDS.map(({ name, summary, argument }) => {
    const term = argument === undefined
      ? bold(`chat ${name}`)
      : `${bold(`chat ${name}`)} ${italic(argument.placeholder)}`;
    const about = argument === undefined ? "" : ` ${sentence(argument.help)}`;
    return item(term, summary + about);
  });
  return section("COMMANDS", ...items);
}

function optionsOf(spec: CommandSpec): string {
  return subsection(`chat ${spec.name}`, options(allFlags(spec)));
}

function allOptions(): string {
  return section(
    "OPTIONS",
    paragraph(
      "The value of a flag follows as the next word or after an equals sign: --port 5001, " +
        "--port=5001. Behind -- there are no flags.",
    ),
    ...SUBCOMMANDS.map(optionsOf),
    subsection("Without a command", options(PROGRAM_FLAGS)),
  );
}

function environment(): string {
  return section("ENVIRONMENT", ...VARIABLES.map(({ name, help }) => item(bold(name), help)));
}

function exitStatus(): string {
  return section(
    "EXIT STATUS",
    item(bold(String(EXIT_OK)), "It worked."),
    item(
      bold(String(EXIT_FAILED)),
      "It did not work. One line on standard error says what, and what to try.",
    ),
    item(bold(String(EXIT_USAGE)), "The command line was wrong, and nothing was done."),
  );
}

function files(): string {
  const file = italic("FILE");
  return section(
    "FILES",
    paragraph("There is no configuration file. With --db FILE:"),
    item(file, "The database, for any program that reads SQLite, also while it is served."),
    item(
      `${file}${bold("-wal")}, ${file}${bold("-shm")}`,
      "The newest commits and their index, while the server runs. A copy without them is not " +
        "whole.",
    ),
    item(`${file}${bold("-lock")}`, "Empty. A lock on it keeps a second server out."),
  );
}

function examples(): string {
  const more = [
    example("Say one line from a script, and wait until it has arrived:", [
      'echo "build 42 is green" | chat join 127.0.0.1:5001 --name ci',
    ]),
    example("Complete the command line in this bash:", ['eval "$(chat --completions bash)"']),
  ];
  const told = SUBCOMMANDS.flatMap((spec) => spec.examples)
    .map(({ line, purpose }) => example(`${sentence(purpose).replace(/\.$/, ":")}`, [line]));
  return section("EXAMPLES", ...told, ...more);
}

/**
 * The manual page as source for `man`. It is the same for the same version on every machine and
 * day.
 *
 * @returns Lines of man(7), the last one ended.
 */
export function manualPage(): string {
  return [
    `.TH CHAT 1 ${VERSION_DATE} "chat ${escapeRoff(VERSION)}" "User Commands"\n`,
    // Left-aligned and without hyphens: what is typed must not be torn apart.
    ".nh\n.ad l\n",
    section("NAME", "chat \\- chat rooms in one executable\n"),
    synopsis(),
    description(),
    commands(),
    allOptions(),
    theRoom(),
    environment(),
    exitStatus(),
    files(),
    examples(),
    section("SEE ALSO", `${bold("nc")}(1), ${bold("telnet")}(1), ${bold("sqlite3")}(1)\n`),
  ].join("");
}
