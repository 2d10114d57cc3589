/**
 * MODE: what holds in a channel. What a client is stands in `user_modes.ts`.
 *
 * @module
 */

import { type Proposer, settledSoFar } from "../../order/order.ts";
import type { BanName, Proposal, SetKey, SetRank } from "../../order/proposals.ts";
import { MAX_MODES } from "../../protocol/irc/isupport.ts";
import { nameInMask } from "../../protocol/irc/masks.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Room } from "../../room/room.ts";
import type { Rank } from "../../room/room_modes.ts";
import { hashKey } from "../admission/password.ts";
import { keyProblem } from "../admission/room_keys.ts";
import { isOwnName } from "../commands/bans.ts";
import { refuseRoom } from "../requests/about_room.ts";
import { banLines, modeLines } from "./channel_facts.ts";
import type { IrcClient } from "./irc_client.ts";
import { FLAGS, RANKS } from "./mode_letters.ts";
import { isSeenBy } from "./names.ts";
import { isChannel, mayChange, memberOf, pay } from "./targets.ts";
import { userMode } from "./user_modes.ts";

/** A mode that is given or taken. */
interface Change {
  readonly letter: string;
  readonly isOn: boolean;
  /** What stands with it; undefined: nothing. */
  readonly parameter: string | undefined;
}

/** MODE. */
export function mode(irc: IrcClient, message: IrcMessage): void | Promise<void> {
  const { params: [target = "", letters, ...parameters] } = message;
  if (!isChannel(target)) return userMode(irc, target, letters);
  const { connection } = irc;
  const room = connection.findRoom(target);
  if (room === undefined || !isSeenBy(irc, room)) return irc.numeric("ERR_NOSUCHCHANNEL", [target]);
  if (letters === undefined) return tell(irc, () => modeLines(irc, room));
  const changes = changesOf(letters, parameters);
  if (changes.every(({ letter, parameter }) => letter === "b" && parameter === undefined)) {
    return tellBans(irc, room);
  }
  if (!connection.isOperator && !connection.member!.rooms.has(room)) {
    return irc.numeric("ERR_NOTONCHANNEL", [channelOf(room.name)]);
  }
  if (!mayChange(irc, room)) return irc.numeric("ERR_CHANOPRIVSNEEDED", [channelOf(room.name)]);
  return changeAll(irc, room, changes);
}

/** Names in a list of bans that one token pays for, beside that for the line: 1 to 2 KiB. */
const BANS_A_TOKEN = 20;

/** Tells which names are kept out, once that is paid for. */
async function tellBans(irc: IrcClient, room: Room): Promise<void> {
  if (!await pay(irc, room.modes.bans.size / BANS_A_TOKEN)) return;
  // It may have got a key meanwhile.
  if (isSeenBy(irc, room)) await irc.sendAll(banLines(irc, room));
  else irc.numeric("ERR_NOSUCHCHANNEL", [channelOf(room.name)]);
}

function tell(irc: IrcClient, lines: () => ReturnType<typeof modeLines>): void {
  irc.connection.afterwards(() => lines().forEach((line) => irc.sendNow(line)));
}

/**
 * Which modes a word of letters means, each with its parameter. Each change is a proposal of its
 * own: so of the same only the last is made, and of those with a parameter four; of those that do
 * not exist as many are refused.
 */
function changesOf(letters: string, parameters: readonly string[]): Change[] {
  const changes: Change[] = [];
  let isOn = true;
  let next = 0;
  let unknown = 0;
  for (const letter of letters) {
    if (letter === "+" || letter === "-") {
      isOn = letter === "+";
      continue;
    }
    const takes = "bov".includes(letter) || letter === "k";
    if (takes && next >= MAX_MODES) continue;
    // Each would be answered with a line.
    if (!takes && FLAGS[letter] === undefined && letter !== "s" && ++unknown > MAX_MODES) continue;
    const parameter = takes ? parameters[next++] : undefined;
    const before = changes.findIndex((one) => one.letter === letter && one.parameter === parameter);
    if (before >= 0) changes.splice(before, 1);
    changes.push({ letter, isOn, parameter });
  }
  return changes;
}

/** Proposes all changes at once: `news.ts` tells those of the room of them in one line. */
async function changeAll(irc: IrcClient, room: Room, changes: readonly Change[]): Promise<void> {
  const { connection } = irc;
  const all: About<Proposal>[] = [];
  for (const change of changes) {
    const about = await proposedBy(irc, room, change);
    if (about !== null) all.push(about);
  }
  const { member: by, isOperator, server } = connection;
  if (by === null) return;
  const proposer: Proposer = {
    settled(verdicts) {
      for (const verdict of verdicts) {
        if (verdict.type === "refused") refuseRoom(connection, verdict, room.name);
      }
    },
  };
  for (const about of all) {
    server.order.propose({ ...about, room, by, isOperator } as Proposal, proposer);
  }
  // The next line goes by what holds then.
  await settledSoFar(server.order);
}

/**
 * What is proposed for a change, also where it is so already: another change may be under way. Null:
 * nothing, as it cannot be.
 */
async function proposedBy(
  irc: IrcClient,
  room: Room,
  change: Change,
): Promise<About<Proposal> | null> {
  const { letter, isOn, parameter = "" } = change;
  const rank = RANKS[letter];
  if (rank !== undefined) return setRank(irc, room, { rank, isOn, name: parameter });
  const flag = FLAGS[letter];
  if (flag !== undefined) {
    return { type: "flags", flags: { [flag.flag]: flag.means === isOn } };
  }
  switch (letter) {
    case "b":
      return await setBan(irc, room, { isOn, mask: parameter });
    case "k":
      return await setKey(irc, room, isOn ? parameter : null);
    case "s":
      return { type: "unlist", isUnlisted: isOn };
    default:
      irc.numeric("ERR_UNKNOWNMODE", [letter]);
      return null;
  }
}

function setRank(
  irc: IrcClient,
  room: Room,
  { rank, isOn, name }: { readonly rank: Rank; readonly isOn: boolean; readonly name: string },
): About<SetRank> | null {
  if (name === "") return null;
  const member = memberOf(irc, room, name);
  return member === null ? null : { type: "rank", member, rank, isOn };
}

async function setBan(
  irc: IrcClient,
  room: Room,
  { isOn, mask }: { readonly isOn: boolean; readonly mask: string },
): Promise<About<BanName> | null> {
  if (mask === "") {
    await tellBans(irc, room);
    return null;
  }
  const name = nameInMask(mask);
  if (name === null) {
    invalid(irc, room, { letter: "b", parameter: mask, text: "Only NAME!*@* can be banned" });
    return null;
  }
  if (isOn && isOwnName(irc.connection, name)) {
    const text = "You would be kept out yourself";
    invalid(irc, room, { letter: "b", parameter: mask, text });
    return null;
  }
  return { type: "ban-name", name, isOn };
}

async function setKey(
  irc: IrcClient,
  room: Room,
  word: string | null,
): Promise<About<SetKey> | null> {
  if (word !== null && room === irc.connection.server.rooms.lobby) {
    const text = "The lobby cannot have a key";
    invalid(irc, room, { letter: "k", parameter: "*", text });
    return null;
  }
  const problem = word === null ? null : keyProblem(word) ?? commaProblem(word);
  if (problem !== null) {
    invalid(irc, room, { letter: "k", parameter: "*", text: problem });
    return null;
  }
  const hash = word === null ? null : await hashKey(irc.connection, word);
  const hasLeft = word !== null && hash === null;
  return hasLeft ? null : { type: "key", hash };
}

function commaProblem(word: string): string | null {
  return word.includes(",")
    ? "A key has no comma in IRC: JOIN takes it for the end of a key"
    : null;
}

function invalid(
  irc: IrcClient,
  room: Room,
  { letter, parameter, text }: Record<"letter" | "parameter" | "text", string>,
): void {
  irc.numeric("ERR_INVALIDMODEPARAM", [channelOf(room.name), letter, parameter], text);
}

/** What is proposed of a room, without the room and who proposes it. */
type About<T> = T extends
  { readonly room: Room; readonly by: unknown; readonly isOperator: unknown }
  ? Omit<T, "room" | "by" | "isOperator">
  : never;
