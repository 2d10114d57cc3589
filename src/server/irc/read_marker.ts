/**
 * MARKREAD (IRCv3 draft/read-marker): up to when somebody has read a channel, or what a person has
 * written.
 *
 * @module
 */

import type { IrcLine, IrcMessage } from "../../protocol/irc/message.ts";
import { parseSelector } from "../../protocol/irc/selectors.ts";
import { parseName } from "../../protocol/names.ts";
import { foldedName } from "../../protocol/normalize.ts";
import { isoOf } from "../../store/events.ts";
import type { IrcClient } from "./irc_client.ts";

/** MARKREAD: asks for a mark, or sets it. */
export function markRead(irc: IrcClient, { params: [target = "", mark] }: IrcMessage): void {
  if (target === "") {
    return irc.fail("MARKREAD", "NEED_MORE_PARAMS", [], "Name a channel or a nick.");
  }
  if ("problem" in parseName(target.replace(/^#/, ""))) {
    const text = "That is no name of a channel or a nick.";
    return irc.fail("MARKREAD", "INVALID_PARAMS", [target], text);
  }
  if (mark !== undefined) {
    const selector = parseSelector(mark);
    if (selector?.kind !== "time") {
      const text = "A mark is timestamp=YYYY-MM-DDThh:mm:ss.sssZ.";
      return irc.fail("MARKREAD", "INVALID_PARAMS", [target], text);
    }
    irc.memory?.noteMark(foldedName(target), selector.atMs);
  }
  irc.send(markLine(irc, target));
}

/** Up to when somebody has read a channel or a person. */
export function markLine(irc: IrcClient, target: string): IrcLine {
  const atMs = irc.memory?.mark(foldedName(target));
  const mark = atMs === undefined ? "*" : `timestamp=${isoOf(atMs)}`;
  return irc.fromServer("MARKREAD", [target, mark]);
}
