/**
 * Saying something by IRC: PRIVMSG and NOTICE, to channels and to people.
 *
 * @module
 */

import { spokenIn } from "../../protocol/irc/formatting.ts";
import { MAX_TARGETS } from "../../protocol/irc/isupport.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import type { NumericName } from "../../protocol/irc/numerics.ts";
import { cleanText } from "../../protocol/text.ts";
import { isoOf } from "../../store/events.ts";
import { direct } from "../requests/direct.ts";
import { sayIn as sayInRoom } from "../requests/say.ts";
import { absentee } from "../waiting.ts";
import { isAway } from "../deliver.ts";
import type { IrcClient } from "./irc_client.ts";
import type { LongMessage } from "./multiline_lines.ts";
import { isChannel, listed, payForMore } from "./targets.ts";

/** PRIVMSG. */
export function privmsg(irc: IrcClient, message: IrcMessage): Promise<void> | void {
  return speak(irc, message, (name, words = []) => irc.numeric(name, words));
}

/** NOTICE: what a program says. No error answers it, lest two programs answer each other. */
export function notice(irc: IrcClient, message: IrcMessage): Promise<void> | void {
  return speak(irc, message, null);
}

/** Answers that something cannot be said; null: nothing is answered. */
type Refuse = ((name: NumericName, words?: readonly string[]) => void) | null;

function speak(
  irc: IrcClient,
  { params: [targets = "", raw = ""] }: IrcMessage,
  refuse: Refuse,
): Promise<void> | void {
  irc.spokeAt = irc.connection.server.clock.now();
  if (targets === "") return refuse?.("ERR_NORECIPIENT");
  if (raw === "") return refuse?.("ERR_NOTEXTTOSEND");
  const spoken = spokenIn(raw);
  // What only a client could answer: nobody is shown it.
  if (spoken.kind === "other") return;
  const { kind, text } = spoken;
  if (text === "") return refuse?.("ERR_NOTEXTTOSEND");
  const mark = refuse === null ? { notice: true } as const : {};
  const all = targets.split(",").filter((target) => target !== "");
  for (const target of listed(targets, MAX_TARGETS.PRIVMSG)) {
    if (isChannel(target)) sayIn(irc, target, { kind, text, mark }, refuse);
    else sayTo(irc, target, { kind, text, mark }, refuse);
  }
  const surplus = all[MAX_TARGETS.PRIVMSG];
  if (surplus !== undefined) refuse?.("ERR_TOOMANYTARGETS", [surplus]);
  return payForMore(irc, all);
}

interface Speech {
  readonly kind: "words" | "action";
  readonly text: string;
  readonly mark: { readonly notice?: true };
  /** See `Message.cuts`. */
  readonly cuts?: readonly number[];
}

/** Says what came as a batch of lines. */
export function speakLong(irc: IrcClient, { target, text, cuts, isNotice }: LongMessage): void {
  const refuse: Refuse = isNotice ? null : (name, words = []) => irc.numeric(name, words);
  irc.spokeAt = irc.connection.server.clock.now();
  const mark = isNotice ? { notice: true } as const : {};
  const speech = { kind: "words", text, mark, cuts } as const;
  if (isChannel(target)) sayIn(irc, target, speech, refuse);
  else sayTo(irc, target, speech, refuse);
}

function sayIn({ connection }: IrcClient, target: string, speech: Speech, refuse: Refuse): void {
  const room = connection.findRoom(target);
  // Whoever is not in a private room does not hear that it exists.
  if (room === undefined || (room.isPrivate && !connection.member!.rooms.has(room))) {
    return refuse?.("ERR_NOSUCHCHANNEL", [target]);
  }
  const isOpen = room.modes.flags.isOpenToAll || connection.member!.rooms.has(room);
  if (!isOpen) return refuse?.("ERR_CANNOTSENDTOCHAN", [target]);
  const { kind, text, mark, cuts } = speech;
  const action = kind === "action" ? { action: true } as const : {};
  sayInRoom(connection, room, { type: "say", text, ...action, ...mark }, cuts);
}

function sayTo(irc: IrcClient, target: string, speech: Speech, refuse: Refuse): void {
  const { caps, connection } = irc;
  const { kind, mark } = speech;
  // What is said to one person is words in all dialects.
  const text = kind === "action" ? `* ${speech.text}` : speech.text;
  const member = connection.server.state.members.get(target);
  if (member === undefined || isAway(connection.server, member)) {
    if (absentee(connection.server, target) === null) return refuse?.("ERR_NOSUCHNICK", [target]);
    return direct(connection, { type: "direct", to: target, text, ...mark });
  }
  direct(connection, { type: "direct", to: member.name, text, ...mark });
  const away = irc.network.awayOf(member);
  if (away !== null && refuse !== null) irc.numeric("RPL_AWAY", [member.name], away);
  if (member !== connection.member || !caps.has("echo-message")) return;
  // Who writes to itself gets that like anybody, and its echo.
  connection.deliver({
    type: "direct",
    at: isoOf(connection.server.nowMs()),
    from: member.name,
    to: member.name,
    text: cleanText(text),
    ...mark,
  });
}
