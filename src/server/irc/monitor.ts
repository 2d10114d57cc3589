/**
 * MONITOR: a client names people, and is told when they come and go (IRCv3 monitor).
 *
 * @module
 */

import { MAX_MONITORED } from "../../protocol/irc/isupport.ts";
import type { IrcLine, IrcMessage } from "../../protocol/irc/message.ts";
import { sourceOf } from "../../protocol/irc/render.ts";
import { parseName } from "../../protocol/names.ts";
import { foldedName } from "../../protocol/normalize.ts";
import type { IrcClient } from "./irc_client.ts";
import { listed, LOOKED_UP_A_TOKEN, pay } from "./targets.ts";
import type { Reply } from "./guests.ts";
import { listReplies, statusReplies } from "./watches.ts";

/** MONITOR. */
export async function monitor(
  irc: IrcClient,
  { params: [what = "", targets = ""] }: IrcMessage,
): Promise<void> {
  const names = listed(targets, Infinity);
  const kind = what.toUpperCase();
  const count = kind === "S" ? irc.watched.size : names.length;
  if (!await pay(irc, count / LOOKED_UP_A_TOKEN)) return;
  switch (kind) {
    case "+":
      return await irc.sendAll(watch(irc, names));
    case "-":
      for (const name of names) unwatch(irc, foldedName(name));
      return;
    case "C":
      return clearWatched(irc);
    case "L": {
      const replies = listReplies("RPL_MONLIST", [...irc.watched.values()]);
      return await irc.sendAll([...linesOf(irc, replies), irc.numericLine("RPL_ENDOFMONLIST")]);
    }
    case "S":
      return await irc.sendAll(statusLines(irc, [...irc.watched.values()]));
    default:
      return irc.numeric("ERR_NEEDMOREPARAMS", ["MONITOR"]);
  }
}

function watch(irc: IrcClient, targets: readonly string[]): IrcLine[] {
  const added: string[] = [];
  const refusals: IrcLine[] = [];
  for (const [index, target] of targets.entries()) {
    const parsed = parseName(target);
    if ("problem" in parsed) {
      refusals.push(irc.numericLine("ERR_ERRONEUSNICKNAME", [target]));
      continue;
    }
    const fold = foldedName(parsed.name);
    if (irc.watched.size >= MAX_MONITORED && !irc.watched.has(fold)) {
      const surplus = targets.slice(index).join(",");
      refusals.push(irc.numericLine("ERR_MONLISTFULL", [String(MAX_MONITORED), surplus]));
      break;
    }
    irc.watched.set(fold, parsed.name);
    irc.network.watches.add(fold, irc);
    added.push(parsed.name);
  }
  return [...refusals, ...statusLines(irc, added)];
}

function unwatch(irc: IrcClient, fold: string): void {
  irc.watched.delete(fold);
  irc.network.watches.delete(fold, irc);
}

/** A client watches nobody any more. */
export function clearWatched(irc: IrcClient): void {
  for (const fold of irc.watched.keys()) unwatch(irc, fold);
  irc.network.watches.forget(irc);
}

/** Which of these people are here, and which are not. */
function statusLines(irc: IrcClient, names: readonly string[]): IrcLine[] {
  const { members } = irc.connection.server.state;
  const here: string[] = [];
  const gone: string[] = [];
  for (const name of names) {
    const member = members.get(name);
    if (member === undefined) gone.push(name);
    else here.push(sourceOf(member.name));
  }
  return linesOf(irc, [...statusReplies(true, here), ...statusReplies(false, gone)]);
}

function linesOf(irc: IrcClient, replies: readonly Reply[]): IrcLine[] {
  return replies.map(([name, text]) => irc.numericLine(name, [], text));
}
