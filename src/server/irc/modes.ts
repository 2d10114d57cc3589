/**
 * MODE: what holds in a channel. What a client is stands in `user_modes.ts`.
 *
 * @module
 */

import type { Verdict } from "../../order/order.ts";
import type { Proposal } from "../../order/proposals.ts";
import { MAX_MODES } from "../../protocol/irc/isupport.ts";
import { maskOfName, nameInMask } from "../../protocol/irc/masks.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import { nameKeys } from "../../protocol/names.ts";
import type { Room } from "../../room/room.ts";
import type { Rank } from "../../room/room_modes.ts";
import type { RoomFlags } from "../../store/store.ts";
import { hashKey } from "../admission/password.ts";
import { keyProblem } from "../admission/room_keys.ts";
import { refuseRoom } from "../requests/about_room.ts";
import { banLines, modeLines } from "./channel_facts.ts";
import type { IrcClient } from "./irc_client.ts";
import { isSeenBy } from "./names.ts";
import { isChannel, mayChange, memberOf } from "./targets.ts";
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
    return tell(irc, () => banLines(irc, room));
  }
  if (!connection.isOperator && !connection.member!.rooms.has(room)) {
    return irc.numeric("ERR_NOTONCHANNEL", [channelOf(room.name)]);
  }
  if (!mayChange(irc, room)) return irc.numeric("ERR_CHANOPRIVSNEEDED", [channelOf(room.name)]);
  return changeAll(irc, room, changes);
}

function tell(irc: IrcClient, lines: () => ReturnType<typeof modeLines>): void {
  irc.connection.afterwards(() => lines().forEach((line) => irc.sendNow(line)));
}

/**
 * Which modes a word of letters means, each with its parameter. Each change is a proposal of its
 * own: so of a letter without one only the last is made, and of those with one four.
 */
function changesOf(letters: string, parameters: readonly string[]): Change[] {
  const changes: Change[] = [];
  let isOn = true;
  let next = 0;
  for (const letter of letters) {
    if (letter === "+" || letter === "-") {
      isOn = letter === "+";
      continue;
    }
    const takes = "bov".includes(letter) || letter === "k";
    if (takes && next >= MAX_MODES) continue;
    const parameter = takes ? parameters[next++] : undefined;
    const before = takes ? -1 : changes.findIndex((change) => change.letter === letter);
    if (before >= 0) changes.splice(before, 1);
    changes.push({ letter, isOn, parameter });
  }
  return changes;
}

/** Makes the changes one after the other, and tells those of the room of all in one line. */
async function changeAll(irc: IrcClient, room: Room, changes: readonly Change[]): Promise<void> {
  const { connection, network } = irc;
  const by = irc.nick;
  let modes = "";
  let sign = "";
  const parameters: string[] = [];
  for (const change of changes) {
    const shown = await make(irc, room, change);
    if (connection.member === null) return;
    if (shown === null) continue;
    const its = change.isOn ? "+" : "-";
    modes += (its === sign ? "" : its) + change.letter;
    sign = its;
    if (shown !== "") parameters.push(shown);
  }
  if (modes === "") return;
  network.announce(room, { by, modes, parameters });
  if (connection.member!.rooms.has(room)) return;
  irc.send(irc.from(by, "MODE", [channelOf(room.name), modes, ...parameters]));
}

/** What is on or off in a room, by letters: whether the letter means that it is on. */
const FLAGS: Readonly<Record<string, { readonly flag: keyof RoomFlags; readonly means: boolean }>> =
  {
    i: { flag: "isInviteOnly", means: true },
    m: { flag: "isModerated", means: true },
    n: { flag: "isOpenToAll", means: false },
    t: { flag: "hasOpenTopic", means: false },
  };

/** The ranks, by letters. */
const RANKS: Readonly<Record<string, Rank>> = { o: "deputy", v: "voice" };

/** Makes a change. @returns The parameter that is shown with it; null: nothing has changed. */
async function make(irc: IrcClient, room: Room, change: Change): Promise<string | null> {
  const { letter, isOn, parameter = "" } = change;
  const rank = RANKS[letter];
  if (rank !== undefined) return await setRank(irc, room, { rank, isOn, name: parameter });
  const flag = FLAGS[letter];
  if (flag !== undefined) {
    const value = flag.means === isOn;
    if (room.modes.flags[flag.flag] === value) return null;
    return await settled(irc, room, { type: "flags", flags: { [flag.flag]: value } }) ? "" : null;
  }
  switch (letter) {
    case "b":
      return await setBan(irc, room, { isOn, mask: parameter });
    case "k":
      return await setKey(irc, room, isOn ? parameter : null);
    case "s":
      if (room.isUnlisted === isOn) return null;
      return await settled(irc, room, { type: "unlist", isUnlisted: isOn }) ? "" : null;
    default:
      irc.numeric("ERR_UNKNOWNMODE", [letter]);
      return null;
  }
}

async function setRank(
  irc: IrcClient,
  room: Room,
  { rank, isOn, name }: { readonly rank: Rank; readonly isOn: boolean; readonly name: string },
): Promise<string | null> {
  if (name === "") return null;
  const member = memberOf(irc, room, name);
  if (member === null) return null;
  const has = rank === "deputy" ? room.isKeptBy(member) : room.modes.ranks.voice.has(member);
  if (has === isOn) return null;
  return await settled(irc, room, { type: "rank", member, rank, isOn }) ? member.name : null;
}

async function setBan(
  irc: IrcClient,
  room: Room,
  { isOn, mask }: { readonly isOn: boolean; readonly mask: string },
): Promise<string | null> {
  if (mask === "") {
    for (const line of banLines(irc, room)) irc.send(line);
    return null;
  }
  const name = nameInMask(mask);
  if (name === null) {
    invalid(irc, room, { letter: "b", parameter: mask, text: "Only NAME!*@* can be banned" });
    return null;
  }
  if (room.modes.bans.has(nameKeys(name).fold) === isOn) return null;
  return await settled(irc, room, { type: "ban-name", name, isOn }) ? maskOfName(name) : null;
}

async function setKey(irc: IrcClient, room: Room, word: string | null): Promise<string | null> {
  if (word === null && room.key === null) return null;
  if (room === irc.connection.server.rooms.lobby) {
    const text = "The lobby cannot have a key";
    invalid(irc, room, { letter: "k", parameter: "*", text });
    return null;
  }
  // In JOIN a space or a comma would end it.
  const problem = word === null
    ? null
    : /[\s,]/.test(word)
    ? "A key is one word"
    : keyProblem(word);
  if (problem !== null) {
    invalid(irc, room, { letter: "k", parameter: "*", text: problem });
    return null;
  }
  const hash = word === null ? null : await hashKey(irc.connection, word);
  return await settled(irc, room, { type: "key", hash }) ? "*" : null;
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

/** Proposes a change of a room; false: it was refused, and the client has been told why. */
async function settled(irc: IrcClient, room: Room, about: About<Proposal>): Promise<boolean> {
  const { connection } = irc;
  const { member: by, isOperator, server } = connection;
  if (by === null) return false;
  const proposal = { ...about, room, by, isOperator } as Proposal;
  const verdict = await new Promise<Verdict | undefined>((resolve) =>
    server.order.propose(proposal, { settled: ([verdict]) => resolve(verdict) })
  );
  if (verdict?.type === "refused") refuseRoom(connection, verdict, room.name);
  return verdict?.type === "done";
}
