/**
 * The text of a saved state, made in steps: with a million ids it has 100 MB, and nobody's turn may
 * wait for it. The state must not change meanwhile, so the order is paused until it is there.
 *
 * @module
 */

import type { Member, Mute, Room } from "../../room/room.ts";
import type { Steps } from "../../store/steps.ts";
import type { RoomKey } from "../../store/store.ts";
import type { Lookup } from "../../store/room_store.ts";
import type { State } from "../state.ts";
import type { SavedMember, SavedRoom, SavedState } from "./checkpoint.ts";
import { SAVED_VERSION } from "./checkpoint.ts";

/**
 * A part of the text is at least so long, but for the last: a packer takes it at once. As bytes it
 * is no work for the garbage collection, whose pauses were longer than the steps.
 */
const PART_CHARS = 32 * 1024;

const encoder = new TextEncoder();

/**
 * JSON of a `SavedState`, in UTF-8.
 *
 * @param state Does not change before it is done.
 * @param at The order's time, and the newest number of a room.
 * @param steps When to rest.
 * @returns Its parts, in their order.
 */
export function* savedText(
  state: State,
  { atMs, newestRoomId }: Pick<SavedState, "atMs" | "newestRoomId">,
  steps: Steps,
): Lookup<Uint8Array<ArrayBuffer>[]> {
  const { members, rooms, sessions, servers, bans, mutes } = state;
  const head = {
    v: SAVED_VERSION,
    atMs,
    rules: state.rules,
    newestPlace: members.newestPlace,
    newestRoomId,
    servers: servers.saved(),
    gone: rooms.savedGone(),
  };
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let part = JSON.stringify(head).slice(0, -1);
  const lists: Record<Exclude<keyof SavedState, keyof typeof head>, Iterable<unknown>> = {
    rooms: savedRooms(state),
    members: savedMembers(state),
    sessions: sessions.saved(),
    mutes: savedMutes(mutes),
    bans: savedBans(bans),
  };
  for (const [name, items] of Object.entries(lists)) {
    let before = `,"${name}":[`;
    for (const item of items) {
      if (item !== null) {
        part += before + JSON.stringify(item);
        before = ",";
      }
      if (part.length >= PART_CHARS) {
        parts.push(encoder.encode(part));
        part = "";
      }
      if (steps.isDue) yield* steps.rest();
    }
    part += before === "," ? "]" : `${before}]`;
  }
  parts.push(encoder.encode(`${part}}`));
  return parts;
}

function* savedRooms({ rooms, members }: State): Generator<SavedRoom> {
  for (const room of rooms.all()) yield savedRoom(room, members);
}

function savedRoom(room: Room, members: State["members"]): SavedRoom {
  return {
    id: room.id,
    name: room.name,
    skeleton: room.skeleton,
    log: room.logId,
    topic: room.topic,
    key: room.key as RoomKey | null,
    keyVersion: room.keyVersion,
    keeper: null,
    keeperPlace: room.keeper?.place ?? null,
    unlisted: room.isUnlisted,
    lastMessageAtMs: room.lastMessageMs,
    modes: room.modes.stored,
    deputies: placesOf(room.modes.ranks.deputy, members),
    voices: placesOf(room.modes.ranks.voice, members),
    invited: placesOf(room.modes.invited, members),
    isPermanent: room.isPermanent,
    nextSeq: room.nextSeq,
    // A place that is not there any more keeps nobody out.
    keptOut: [...room.keptOut].filter(([key]) => typeof key === "string" || members.has(key))
      .map(([key, untilMs]) => [typeof key === "string" ? key : key.place, untilMs] as const),
  };
}

/** Places of those who are still there. */
function placesOf(some: Iterable<Member>, members: State["members"]): number[] {
  return [...some].filter((member) => members.has(member)).map(({ place }) => place);
}

function* savedMembers({ members, mutes }: State): Generator<SavedMember | null> {
  const numbers = new Map<Mute, number>();
  for (const mute of mutes) numbers.set(mute, numbers.size);
  yield null;
  const all = members.all().sort((a, b) => a.place - b.place);
  yield null;
  for (const member of all) {
    yield {
      place: member.place,
      name: member.name,
      keys: { fold: member.fold, skeleton: member.skeleton },
      session: member.session?.hash ?? null,
      address: member.address,
      epoch: member.epoch,
      owner: member.owner,
      rooms: [...member.rooms].map(({ logId }) => logId),
      ...(member.profile === null ? {} : { profile: member.profile }),
      mute: member.mute === null ? null : numbers.get(member.mute) ?? null,
    };
  }
}

function* savedMutes(mutes: State["mutes"]): Generator<SavedState["mutes"][number]> {
  for (const { key, fold, untilMs } of mutes) {
    yield { key, fold, untilMs: untilMs === Infinity ? null : untilMs };
  }
}

function* savedBans(bans: State["bans"]): Generator<SavedState["bans"][number] | null> {
  const all = bans.all(-Infinity);
  yield null;
  yield* all;
}
