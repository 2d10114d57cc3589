/**
 * What people say of themselves: AWAY and SETNAME.
 *
 * @module
 */

import { isMuted, PROFILE_RULES } from "../../order/state.ts";
import { withoutFormatting } from "../../protocol/irc/formatting.ts";
import { MAX_REALNAME_CHARS } from "../../protocol/irc/isupport.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { cleanLine, countCodePoints } from "../../protocol/text.ts";
import { mutedText } from "../refusals.ts";
import { reasonOf } from "./channels.ts";
import type { IrcClient } from "./irc_client.ts";
import { pay, TOLD_A_TOKEN } from "./targets.ts";

/** AWAY: why somebody is away; nothing: it is back. */
export async function away(irc: IrcClient, { params: [raw] }: IrcMessage): Promise<void> {
  const text = reasonOf(raw) ?? null;
  if (text !== null && !maySpeak(irc)) return;
  // By older rules nobody can be away.
  if (text === null && irc.connection.server.state.rules < PROFILE_RULES) {
    return irc.numeric("RPL_UNAWAY");
  }
  if (text !== irc.away && !await payForTelling(irc)) return;
  irc.describe({ away: text }, () => {
    irc.sendNow(irc.numericLine(text === null ? "RPL_UNAWAY" : "RPL_NOWAWAY"));
  });
}

/** SETNAME: what somebody calls itself from now on. */
export async function setname(irc: IrcClient, { params: [raw = ""] }: IrcMessage): Promise<void> {
  const text = cleanLine(withoutFormatting(raw)).trim();
  if (text === "" || countCodePoints(text) > MAX_REALNAME_CHARS) {
    const problem = `A name must have 1 to ${MAX_REALNAME_CHARS} characters`;
    return irc.fail("SETNAME", "INVALID_REALNAME", [], problem);
  }
  if (!maySpeak(irc) || !await payForTelling(irc)) return;
  irc.describe({ realname: text });
}

/** Who is muted shows nobody any words. */
function maySpeak({ connection }: IrcClient): boolean {
  const { member, server } = connection;
  if (!isMuted(member!, server.trustedMs())) return true;
  connection.fail("not_allowed", mutedText(connection));
  return false;
}

/** It is told in each room, and the line pays for one of a few people. */
function payForTelling(irc: IrcClient): Promise<boolean> {
  const rooms = [...irc.connection.member!.rooms];
  const people = rooms.reduce((sum, { members }) => sum + members.size, 0);
  return pay(irc, Math.max(0, rooms.length - 1) + people / TOLD_A_TOKEN);
}
