/**
 * The slash commands, in one table: the server runs them by it, and `/help`, completion and the
 * manual page are made from it.
 *
 * @module
 */

import { DEFAULT_HISTORY } from "./limits.ts";

/** One command. */
export interface CommandSpec {
  /** Without its slash, in lower case. */
  readonly name: string;
  /** What follows it, as the help shows it; empty when nothing does. */
  readonly args: string;
  /** Words that must follow at least; the rest of {@linkcode args} is optional. */
  readonly needs: number;
  /**
   * Who may use it; `keepers`: the keeper of the room where it is typed, and operators in every
   * room; `client`: terminal and page carry it out, and no server knows it; `plain`: for people at
   * `nc`, whose client carries out nothing.
   */
  readonly who: "everyone" | "keepers" | "operators" | "client" | "plain";
  /** One line for the help: a verb in lower case, no full stop. */
  readonly help: string;
  /** Its first word is the name of somebody who is here; default: it is not. */
  readonly takesMember?: true;
  /** Its first word is the name of a room; default: it is not. */
  readonly takesRoom?: true;
  /**
   * Operators may put another room before what follows, with its `#`: `/key #ops WORD`. Default: it
   * is about the room where it is typed, or about none.
   */
  readonly mayNameRoom?: true;
}

/** All commands, in the order of the help. */
export const COMMANDS = [
  { name: "help", args: "", needs: 0, who: "everyone", help: "lists the commands" },
  { name: "who", args: "", needs: 0, who: "everyone", help: "lists who is in this room" },
  {
    name: "me",
    args: "TEXT",
    needs: 1,
    who: "everyone",
    help: "says what you are doing: /me waves",
  },
  {
    name: "msg",
    args: "NAME TEXT",
    needs: 2,
    who: "everyone",
    help: "sends a message to one person only",
    takesMember: true,
  },
  { name: "nick", args: "NAME", needs: 1, who: "everyone", help: "changes your name" },
  {
    name: "history",
    args: "[N]",
    needs: 0,
    who: "everyone",
    help: `shows the last ${DEFAULT_HISTORY} messages, or the last N`,
  },
  {
    name: "search",
    args: "WORDS",
    needs: 1,
    who: "everyone",
    help: "finds messages in your rooms that contain all the words, newest first",
  },
  {
    name: "join",
    args: "ROOM [KEY]",
    needs: 1,
    who: "everyone",
    help: "goes to a room, and makes it if it does not exist",
    takesRoom: true,
  },
  {
    name: "leave",
    args: "[ROOM]",
    needs: 0,
    who: "everyone",
    help: "leaves this room, or another one",
    takesRoom: true,
  },
  { name: "rooms", args: "", needs: 0, who: "everyone", help: "lists the rooms" },
  {
    name: "topic",
    args: "[TEXT]",
    needs: 0,
    who: "everyone",
    help: "shows the topic of this room; its keeper sets it, - removes it",
    mayNameRoom: true,
  },
  {
    name: "quiet",
    args: "",
    needs: 0,
    who: "client",
    help: "hides or shows joins and leaves",
  },
  {
    name: "ignore",
    args: "[NAME]",
    needs: 0,
    who: "everyone",
    help: "leaves out what somebody says, or shows it again; alone, lists whom",
    takesMember: true,
  },
  {
    name: "time",
    args: "on|off",
    needs: 1,
    who: "plain",
    help: "shows the time before each line, or no more",
  },
  {
    name: "op",
    args: "",
    needs: 0,
    who: "everyone",
    help: "makes you an operator; asks for the password",
  },
  {
    name: "quit",
    args: "",
    needs: 0,
    who: "everyone",
    help: "leaves the chat",
  },
  {
    name: "key",
    args: "[WORD]",
    needs: 0,
    who: "keepers",
    help: "makes this room private: only people who know WORD can join; - lifts that",
    mayNameRoom: true,
  },
  {
    name: "unlist",
    args: "[ROOM]",
    needs: 0,
    who: "keepers",
    help: "hides this room from lists, or shows it again",
    takesRoom: true,
  },
  {
    name: "kick",
    args: "NAME [TIME] [REASON]",
    needs: 1,
    who: "keepers",
    help: "removes somebody from this room for 60s, or for a time like 30s, 30m, 12h, 7d",
    takesMember: true,
    mayNameRoom: true,
  },
  {
    name: "keeper",
    args: "NAME",
    needs: 1,
    who: "keepers",
    help: "makes somebody in this room its keeper",
    takesMember: true,
    mayNameRoom: true,
  },
  {
    name: "close",
    args: "[ROOM]",
    needs: 0,
    who: "keepers",
    help: "closes this room and deletes its history",
    takesRoom: true,
  },
  {
    name: "ban",
    args: "NAME|ADDRESS[/BITS] [TIME] [REASON]",
    needs: 1,
    who: "operators",
    help: "bans a name, an address or an address range, for 30s, 30m, 12h, 7d or until /unban",
    takesMember: true,
  },
  {
    name: "unban",
    args: "NAME|ADDRESS[/BITS]",
    needs: 1,
    who: "operators",
    help: "lifts a ban",
  },
  {
    name: "bans",
    args: "[PAGE]",
    needs: 0,
    who: "operators",
    help: "lists the bans, newest first",
  },
  {
    name: "mute",
    args: "NAME|ADDRESS[/BITS] [TIME]",
    needs: 1,
    who: "operators",
    help: "mutes somebody, or all who come from an address or an address range",
    takesMember: true,
  },
  {
    name: "unmute",
    args: "NAME|ADDRESS[/BITS]",
    needs: 1,
    who: "operators",
    help: "lifts a mute",
    takesMember: true,
  },
  {
    name: "erase",
    args: "SEQ|NAME [N]",
    needs: 1,
    who: "operators",
    help: "erases a message of this room by its number, or all, or the last N, of NAME",
    mayNameRoom: true,
  },
  {
    name: "audit",
    args: "[PAGE]",
    needs: 0,
    who: "operators",
    help: "lists what operators and keepers have done, newest first",
  },
  {
    name: "announce",
    args: "TEXT",
    needs: 1,
    who: "operators",
    help: "sends everyone a message from the server",
  },
  { name: "top", args: "", needs: 0, who: "operators", help: "lists all clients, slowest first" },
] as const satisfies readonly CommandSpec[];

/** The names of the commands for some people; by default of all that the server knows. */
export type CommandName<
  W extends CommandSpec["who"] = "everyone" | "keepers" | "operators" | "plain",
> = Extract<
  (typeof COMMANDS)[number],
  { readonly who: W }
>["name"];

/** A command for some people. */
export type CommandOf<W extends CommandSpec["who"]> = CommandSpec & {
  /** One of their commands, so that a table of handlers can be asked for it. */
  readonly name: CommandName<W>;
};

/** The commands for some people, in the order of the help. */
export function commandsFor<W extends CommandSpec["who"]>(
  ...who: readonly W[]
): readonly CommandOf<W>[] {
  const wanted: ReadonlySet<string> = new Set(who);
  const all: readonly CommandSpec[] = COMMANDS;
  return all.filter((command): command is CommandOf<W> => wanted.has(command.who));
}

/**
 * How a command is typed: `/msg NAME TEXT`.
 *
 * @param options `isOperator`: by an operator, who may name another room.
 */
export function usage(
  { name, args, mayNameRoom }: Pick<CommandSpec, "name" | "args" | "mayNameRoom">,
  { isOperator = false }: { readonly isOperator?: boolean } = {},
): string {
  const words = [`/${name}`, isOperator && mayNameRoom === true ? "[#ROOM]" : "", args];
  return words.filter((word) => word !== "").join(" ");
}
