/**
 * Who is here, and under which name.
 *
 * @module
 */

import { MAX_MEMBERS_PAGE, namesThatFit } from "../../protocol/limits.ts";
import type { Who } from "../../protocol/messages.ts";
import { foldedName } from "../../protocol/normalize.ts";
import { parseName } from "../../protocol/names.ts";
import type { ClientConnection } from "../connection.ts";
import { bannedName } from "../refusals.ts";
import { answerIn, roomOf } from "./about_room.ts";

/**
 * Takes another name, once that is paid for: it is an event in each room, and the line pays for
 * one. `settled.ts` has what becomes of it.
 */
export async function rename(client: ClientConnection, wish: string): Promise<void> {
  const { moderation, order } = client.server;
  const member = client.member!;
  const parsed = parseName(wish);
  if ("problem" in parsed) {
    const details = { name: wish };
    return client.fail("name_invalid", parsed.problem, undefined, undefined, details);
  }
  // Its own name is free, and proposed all the same: another one may be under way.
  if (parsed.name !== member.name) {
    if (moderation.ofName(parsed.name) !== undefined) {
      return client.fail("not_allowed", bannedName(parsed.name, client.server));
    }
    if (!mayRename(client)) return;
    const wait = client.throttle.pay(Math.max(0, member.rooms.size - 1));
    if (wait !== null) await wait;
  }
  if (client.member !== member) return;
  order.propose({ type: "rename", member, to: parsed.name }, client);
}

/** Takes note of a rename, unless there were too many in the last minute. */
function mayRename(client: ClientConnection): boolean {
  const { limits, clock } = client.server;
  const most = limits.renamesPerMinute;
  if (client.throttle.allowance.rename(most, clock.now())) return true;
  client.fail("not_allowed", `You changed your name ${most} times in a minute. Wait a little.`);
  return false;
}

/** Names on a page that one token pays for, beside that for the line: about 2 KiB. */
const NAMES_A_TOKEN = 100;

/** Lists who is in a room, a page at a time, once that is paid for. */
export async function who(client: ClientConnection, request: Who): Promise<void> {
  const room = roomOf(client, request.room);
  if (room === null) return;
  const { name, members } = room;
  const after = request.after === undefined ? undefined : foldedName(request.after);
  const names = Math.min(members.size, MAX_MEMBERS_PAGE);
  const wait = client.throttle.pay(Math.floor(names / NAMES_A_TOKEN));
  if (wait !== null) await wait;
  await answerIn(client, room, () => {
    const page = members.page(after, MAX_MEMBERS_PAGE);
    const names = namesThatFit(page.names);
    const more = page.more || names.length < page.names.length;
    const bots = client.server.bots.among(names);
    return { type: "members", room: name, names, ...bots, count: members.size, more };
  });
}

/** Leaves for good. */
export function quit(client: ClientConnection): void {
  client.leave("quit");
  client.close(
    client.dialect?.resumes === true ? { type: "bye", reason: "quit", text: "Goodbye." } : null,
  );
}
