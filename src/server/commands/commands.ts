/**
 * The slash commands: one table for every dialect, from which they are found, checked and helped.
 *
 * @module
 */

import { excerpt, excerptIfNeeded } from "../../protocol/excerpt.ts";
import { DEFAULT_HISTORY, MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import { queryProblem } from "../../protocol/text.ts";
import { quit, rename, who } from "../requests/presence.ts";
import { direct, say } from "../requests/say.ts";
import { search } from "../requests/search.ts";
import { becomeOperator } from "../admission/password.ts";
import { showHistory } from "../requests/history.ts";
import { type CommandSpec, usage } from "./command.ts";
import { OPERATOR_COMMANDS } from "./operators.ts";
import type { ClientConnection } from "../connection.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "help",
    args: "",
    help: "lists the commands",
    needs: 0,
    run: help,
  },
  {
    name: "who",
    args: "",
    help: "tells who is here",
    needs: 0,
    run: (client) => who(client),
  },
  {
    name: "me",
    args: "TEXT",
    help: "says what you do: /me waves",
    needs: 1,
    run: (client, rest) => say(client, { type: "say", text: rest, action: true }),
  },
  {
    name: "msg",
    args: "NAME TEXT",
    help: "says something to one person only",
    needs: 2,
    run(client, rest) {
      const [, to, text] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
      direct(client, { type: "direct", to: to!, text: text! });
    },
  },
  {
    name: "nick",
    args: "NAME",
    help: "takes another name",
    needs: 1,
    run: (client, rest) => rename(client, rest),
  },
  {
    name: "history",
    args: "[N]",
    help: `shows the last ${DEFAULT_HISTORY} messages, or the last N`,
    needs: 0,
    run(client, rest) {
      const count = rest === "" ? DEFAULT_HISTORY : Number(rest);
      if (!Number.isInteger(count) || count < 1 || count > MAX_HISTORY_PAGE) {
        client.fail(
          "bad_request",
          `Cannot show ${
            excerpt(rest)
          } messages: it must be a number from 1 to ${MAX_HISTORY_PAGE}.`,
        );
        return;
      }
      return showHistory(client, count);
    },
  },
  {
    name: "search",
    args: "WORDS",
    help: "finds messages that hold all the words, newest first",
    needs: 1,
    run(client, rest) {
      const problem = queryProblem(rest);
      if (problem === null) return search(client, { type: "search", query: rest });
      return client.fail("bad_request", problem);
    },
  },
  {
    name: "op",
    args: "",
    help: "makes you an operator; asks for the password",
    needs: 0,
    run: op,
  },
  {
    name: "quit",
    args: "",
    help: "leaves; so do quit, {quit} and the end of your input",
    needs: 0,
    run: (client) => quit(client),
  },
];

/**
 * Runs a slash command, or answers why not.
 *
 * @param line As it was typed, with its slash.
 */
export function runCommand(client: ClientConnection, line: string): void | Promise<void> {
  const [, name = "", rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line.trimStart()) ?? [];
  const command = commandsFor(client).find(({ name: known }) => known === name.toLowerCase());
  if (command === undefined) {
    client.fail(
      "bad_request",
      `There is no command ${
        excerptIfNeeded(`/${name}`)
      }: /help lists them. To say a line that begins with /, type //.`,
    );
    return;
  }
  const words = rest.trim() === "" ? 0 : rest.trim().split(/\s+/, 2).length;
  if (words < command.needs) {
    client.fail("bad_request", `Something is missing. Use it like this: ${usage(command)}`);
    return;
  }
  return command.run(client, rest.trim());
}

function help(client: ClientConnection): void {
  const { operatorPassword } = client.server;
  // Where there are no operators, nobody needs to hear of how to become one.
  const commands = commandsFor(client).filter(({ name }) =>
    name !== "op" || operatorPassword !== null
  );
  const width = Math.max(...commands.map((command) => usage(command).length));
  const lines = commands.map((command) => `${usage(command).padEnd(width)}  ${command.help}`);
  client.reply({ type: "notice", text: lines.join("\n") });
}

function commandsFor(client: ClientConnection): readonly CommandSpec[] {
  return client.isOperator ? [...COMMANDS, ...OPERATOR_COMMANDS] : COMMANDS;
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
    client.fail("not_allowed", "This server has no operators: see --operator-password-file.");
  } else if (client.dialect?.echoes) {
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
