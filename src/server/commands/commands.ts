/**
 * Runs slash commands: finds them in the table of `protocol/commands.ts`, checks them, and calls
 * what carries them out.
 *
 * In `commands/` lives a handler for each slash command of `protocol/commands.ts`.
 *
 * @module
 */

import { type CommandName, commandsFor, type CommandSpec, usage } from "../../protocol/commands.ts";
import { excerpt, excerptIfNeeded } from "../../protocol/quote.ts";
import { DEFAULT_HISTORY, MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import type { AboutRoom, Command } from "../../protocol/messages.ts";
import { queryProblem } from "../../protocol/text.ts";
import { quit, rename, who } from "../requests/presence.ts";
import { roomOf } from "../requests/about_room.ts";
import { neverThere, notKeeper } from "../room_words.ts";
import { direct } from "../requests/direct.ts";
import { say } from "../requests/say.ts";
import { search, showHistory } from "../requests/history.ts";
import { becomeOperator } from "../admission/password.ts";
import { type Handler, OPERATORS } from "./operators.ts";
import { ignore, time } from "./reading.ts";
import { KEEPERS, ROOM_COMMANDS } from "./rooms.ts";
import type { ClientConnection } from "../connection.ts";

/** The commands of everyone. */
const EVERYONE: Readonly<Record<CommandName<"everyone">, Handler>> = {
  help,
  who: (client, _rest, about) => who(client, { type: "who", ...about }),
  me: (client, text, about) => say(client, { type: "say", ...about, text, action: true }),
  msg(client, rest) {
    const [, to, text] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
    direct(client, { type: "direct", to: to!, text: text! });
  },
  nick: rename,
  history(client, rest, about) {
    const count = rest === "" ? DEFAULT_HISTORY : Number(rest);
    if (Number.isInteger(count) && count >= 1 && count <= MAX_HISTORY_PAGE) {
      return showHistory(client, count, about);
    }
    const problem = `it must be a number from 1 to ${MAX_HISTORY_PAGE}`;
    return client.fail("bad_request", `Cannot show ${excerpt(rest)} messages: ${problem}.`);
  },
  search(client, query) {
    const problem = queryProblem(query);
    if (problem === null) return search(client, { type: "search", query });
    return client.fail("bad_request", problem);
  },
  ...ROOM_COMMANDS,
  ignore,
  op,
  quit,
};

/** What carries out each command of the server. */
export const HANDLERS: Readonly<Record<CommandName, Handler>> = {
  ...EVERYONE,
  time,
  ...KEEPERS,
  ...OPERATORS,
};

/**
 * Runs a slash command, or answers why not.
 *
 * @param request The line as it was typed, with its slash, and in which room.
 */
export function runCommand(
  client: ClientConnection,
  { line, room }: Pick<Command, "line" | "room">,
): void | Promise<void> {
  const about = room === undefined ? {} : { room };
  const [, typed = "", args = ""] = /^\/(\S*)\s*(.*)$/s.exec(line.trim()) ?? [];
  const command = commandsOf(client, about).find(({ name }) => name === typed.toLowerCase());
  if (command === undefined) return unknown(client, typed, about);
  const [, named, more = ""] = mayNameRoom(client, command) ? ROOM_FIRST.exec(args) ?? [] : [];
  const rest = named === undefined ? args : more;
  const words = rest === "" ? 0 : rest.split(/\s+/, 2).length;
  if (words < command.needs) return client.fail("bad_request", `Usage: ${usage(command, client)}`);
  return HANDLERS[command.name](client, rest, named === undefined ? about : { room: named });
}

/** A room, with its `#`, and what follows. */
const ROOM_FIRST = /^#(\S+)\s*(.*)$/s;

function mayNameRoom({ isOperator }: ClientConnection, command: CommandSpec): boolean {
  return isOperator && command.mayNameRoom === true;
}

const HOW_TO_HAVE_OPERATORS = "start it with --operator-password-file FILE";

function unknown(client: ClientConnection, typed: string, about: AboutRoom): void {
  const { operatorPassword, rooms } = client.server;
  const [command] = commandsFor("keepers", "operators")
    .filter(({ name }) => name === typed.toLowerCase());
  if (command?.who === "keepers") {
    // Whoever is not in a room does not hear whether it exists.
    const room = roomOf(client, about.room);
    if (room === null) return;
    const { code, text } = neverThere(room, command.name, room === rooms.lobby) ??
      notKeeper(room, operatorPassword !== null);
    return client.fail(code, text, undefined, room.name);
  }
  if (command !== undefined) {
    const advice = operatorPassword === null
      ? `, and this server has none: ${HOW_TO_HAVE_OPERATORS}.`
      : ": type /op first.";
    return client.fail("not_allowed", `/${typed} is for operators${advice}`);
  }
  client.fail(
    "bad_request",
    `There is no command ${excerptIfNeeded(`/${typed}`)}: /help lists them. ` +
      "To say a line that begins with /, type //.",
  );
}

function help(client: ClientConnection, _rest: string, about: AboutRoom): void {
  const { operatorPassword } = client.server;
  // Where there are no operators, nobody needs to hear of how to become one.
  const commands = commandsOf(client, about).filter(({ name }) =>
    name !== "op" || operatorPassword !== null
  );
  const usages = commands.map((command) => usage(command, client));
  const width = Math.max(...usages.map(({ length }) => length));
  const lines = commands.map(({ help }, i) => `${usages[i]!.padEnd(width)}  ${help}`);
  client.reply({ type: "notice", text: lines.join("\n") });
}

/** What a client may use in a room. */
function commandsOf(client: ClientConnection, about: AboutRoom) {
  const { isOperator, member, dialect } = client;
  const all = dialect?.name === "plain" ? ["everyone", "plain"] as const : ["everyone"] as const;
  if (isOperator) return commandsFor(...all, "keepers", "operators");
  const isKeeper = member !== null && client.findRoom(about.room)?.isKeptBy(member) === true;
  return isKeeper ? commandsFor(...all, "keepers") : commandsFor(...all);
}

/**
 * Asks a person for the password on the next line, which nobody sees: in a command it could be said
 * aloud by a slip of the finger. A program has no fingers, and sends it with the command.
 */
function op(client: ClientConnection, rest: string): void | Promise<void> {
  if (client.isOperator) {
    client.reply({
      type: "notice",
      text: "You are an operator already. /help lists what you can do.",
    });
  } else if (client.server.operatorPassword === null) {
    client.fail("not_allowed", `This server has no operators: ${HOW_TO_HAVE_OPERATORS}.`);
  } else if (!client.dialect?.prompts) {
    if (rest !== "") return becomeOperator(client, rest);
    client.fail("password", "Send the command /op with the password behind it.");
  } else if (rest !== "") {
    client.fail("bad_request", "Type /op alone: the password is asked for on the next line.");
  } else {
    client.prompt = (line) => becomeOperator(client, line);
    const text = "Type the operators' password and press Enter. Nobody sees that line.";
    client.reply({ type: "notice", text });
  }
}
