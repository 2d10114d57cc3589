/**
 * MONITOR: a client names people, and is told when they come and go (IRCv3 monitor).
 *
 * @module
 */

import { MAX_MONITORED } from "../../protocol/irc/isupport.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import type { NumericName } from "../../protocol/irc/numerics.ts";
import { sourceOf } from "../../protocol/irc/render.ts";
import { joinedWords } from "../../protocol/irc/split.ts";
import { parseName } from "../../protocol/names.ts";
import { foldedName } from "../../protocol/normalize.ts";
import type { IrcClient } from "./irc_client.ts";
import { listed } from "./targets.ts";

/** Bytes of the names in one line: what is left is enough for the server's name and the nick. */
const MAX_NAMES_BYTES = 300;

/** MONITOR. */
export function monitor(irc: IrcClient, { params: [what = "", targets = ""] }: IrcMessage): void {
  switch (what.toUpperCase()) {
    case "+":
      return watch(irc, listed(targets, Infinity));
    case "-":
      for (const name of listed(targets, MAX_MONITORED)) unwatch(irc, foldedName(name));
      return;
    case "C":
      return clearWatched(irc);
    case "L":
      answer(irc, "RPL_MONLIST", [...irc.watched.values()]);
      return irc.numeric("RPL_ENDOFMONLIST");
    case "S":
      return tellStatus(irc, [...irc.watched.values()]);
    default:
      return irc.numeric("ERR_NEEDMOREPARAMS", ["MONITOR"]);
  }
}

function watch(irc: IrcClient, targets: readonly string[]): void {
  const added: string[] = [];
  for (const [index, target] of targets.entries()) {
    const parsed = parseName(target);
    if ("problem" in parsed) {
      irc.numeric("ERR_ERRONEUSNICKNAME", [target]);
      continue;
    }
    const fold = foldedName(parsed.name);
    if (irc.watched.size >= MAX_MONITORED && !irc.watched.has(fold)) {
      const surplus = targets.slice(index).join(",");
      irc.numeric("ERR_MONLISTFULL", [String(MAX_MONITORED), surplus]);
      break;
    }
    irc.watched.set(fold, parsed.name);
    irc.network.watches.add(fold, irc);
    added.push(parsed.name);
  }
  tellStatus(irc, added);
}

function unwatch(irc: IrcClient, fold: string): void {
  irc.watched.delete(fold);
  irc.network.watches.delete(fold, irc);
}

/** A client watches nobody any more. */
export function clearWatched(irc: IrcClient): void {
  for (const fold of irc.watched.keys()) unwatch(irc, fold);
}

/** Which of these people are here, and which are not. */
function tellStatus(irc: IrcClient, names: readonly string[]): void {
  const { members } = irc.connection.server.state;
  const here = names.map((name) => members.get(name)).filter((member) => member !== undefined);
  answer(irc, "RPL_MONONLINE", here.map(({ name }) => sourceOf(name)));
  answer(irc, "RPL_MONOFFLINE", names.filter((name) => members.get(name) === undefined));
}

function answer(irc: IrcClient, reply: NumericName, names: readonly string[]): void {
  if (names.length === 0) return;
  for (const text of joinedWords(names, MAX_NAMES_BYTES, ",")) irc.numeric(reply, [], text);
}
