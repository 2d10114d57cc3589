/** A small world of people and rooms, for property tests: anything may be asked for at any time. */

import fc from "fast-check";
import { addressKey, nameKey } from "../../src/order/bans.ts";
import { parseRange } from "../../src/net/address_range.ts";
import type { Verdict } from "../../src/order/order.ts";
import type { Proposal } from "../../src/order/proposals.ts";
import type { RightKey, Standing } from "../../src/order/room_proposals.ts";
import { Reducer } from "../../src/order/reducer.ts";
import { RULES, State } from "../../src/order/state.ts";
import type { Member, Profile, Room } from "../../src/room/room.ts";
import type { RoomsOptions } from "../../src/room/rooms.ts";
import { isoOf } from "../../src/store/events.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Ban, Store } from "../../src/store/store.ts";
import { wish } from "./stage.ts";

/** So few rooms that there is often no place for another one. */
export const ROOMS: RoomsOptions = { maxRooms: 4, permanent: ["pub"] };

function banOf(name: string, untilMs: number): Ban {
  return { key: nameKey(name), shown: name, by: "root", reason: "", atMs: 0, untilMs };
}

/** As `wish` names the logs. */
function rightKey(room: string, version: number): RightKey {
  return { log: `log of ${room}`, version };
}

/** What somebody was who comes in again. */
const STANDINGS: readonly (readonly Standing[])[] = [[], ["keeper"], ["deputy"], ["voice"]];

/** What is on or off in a room. */
const FLAGS = ["isModerated", "isInviteOnly", "hasOpenTopic", "isOpenToAll"] as const;

/** What somebody says of itself. */
const SAYS: readonly Partial<Profile>[] = [
  { away: "lunch" },
  { away: null },
  { isBot: true },
  { isBot: false },
  { realname: "Ada L", away: "tea" },
];

const types = [
  "say",
  "direct",
  "delivery",
  "wait",
  "seen",
  "join",
  "resume",
  "enter",
  "part",
  "leave",
  "rename",
  "topic",
  "key",
  "unlist",
  "keeper",
  "flags",
  "rank",
  "ban-name",
  "invite",
  "close",
  "open",
  "erase",
  "mute",
  "mute-range",
  "unmute",
  "describe",
  "ban",
  "unban",
] as const;

/** What somebody wants, by numbers, so that any sequence makes sense whoever is here. */
export interface Wish {
  readonly type: typeof types[number];
  readonly who: number;
  readonly name: string;
  readonly room: string;
  readonly id: string | undefined;
}

const names = fc.constantFrom("ada", "Ada", "bob", "eve", "m0l", "mol");
/** Any of them; those who come and speak are more. */
export const anyWish: fc.Arbitrary<Wish> = fc.record({
  type: fc.oneof(fc.constantFrom(...types), fc.constantFrom("join", "enter", "say")),
  who: fc.nat(5),
  name: names,
  room: fc.constantFrom("lobby", "ops", "0ps", "dev", "pub"),
  id: fc.constantFrom(undefined, "a", "b"),
});

/**
 * A state with a reducer, and everybody who has ever come in, so that those who left speak, too.
 */
export class World {
  readonly state: State;
  readonly reducer: Reducer;
  readonly known: Member[] = [];
  readonly rooms: Room[];
  atMs = 0;

  constructor(store: Store = new MemoryStore(), state = stateOf(store)) {
    this.state = state;
    this.reducer = new Reducer(this.state);
    this.rooms = [this.state.rooms.lobby];
  }

  batch(wishes: readonly Wish[]): Verdict[] {
    return this.reduce(wishes.map((one) => () => this.proposal(one)));
  }

  reduce(proposals: readonly (() => Proposal)[]): Verdict[] {
    this.atMs += 1;
    this.reducer.begin({ atMs: this.atMs, at: isoOf(this.atMs) });
    return proposals.map((proposal) => this.reducer.reduce(proposal()));
  }

  commit(verdicts: readonly Verdict[]): void {
    this.reducer.commit();
    this.learn(verdicts);
  }

  /** Takes note of who has come in, and of rooms that were made. */
  learn(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) {
      if (verdict.type === "joined" && !verdict.resumed) this.known.push(verdict.member);
    }
    for (const room of this.state.rooms.all()) {
      if (!this.rooms.includes(room)) this.rooms.push(room);
    }
  }

  /** What somebody asks for, as things are now. */
  proposal({ type, who, name, room: roomName, id }: Wish): Proposal {
    const member = this.known.length === 0 ? null : this.known[who % this.known.length]!;
    const session = `session ${who}`;
    const wishes = [
      wish(roomName, {
        key: rightKey(roomName, who % 2),
        ...(who % 3 === 0 ? { newKey: "hash" } : {}),
        ...(id === "b" ? { knownLog: `log of ${roomName}`, back: STANDINGS[who % 4]! } : {}),
      }),
      wish("lobby", { wasIn: true }),
    ];
    if (member === null || type === "join") {
      return {
        type: "join",
        name,
        session: who % 2 === 0 ? session : null,
        address: `10.0.0.${who % 2}`,
        rooms: wishes,
      };
    }
    const room = this.rooms.findLast((one) => one.name === roomName) ?? this.state.rooms.lobby;
    const by = this.known[0]!;
    const isOperator = id === "a";
    switch (type) {
      case "resume":
        return { type, session, rooms: id === "a" ? null : wishes };
      case "say":
        return { type, member, room, text: "hi", ...(id === undefined ? {} : { id }) };
      case "direct":
        return { type, member, ...(id === undefined ? {} : { id }) };
      case "delivery":
        return { type, session, id: id ?? "a", delivered: who % 2 === 0 };
      case "wait":
        return {
          type,
          member,
          to: session,
          text: name,
          ...(id === undefined ? {} : { id, notice: true as const }),
        };
      case "seen":
        return { type, session, upTo: this.atMs % 4 };
      case "enter": {
        const key = rightKey(roomName, who % 3);
        const enterWish = wish(roomName, { key, mayMake: who > 0 });
        return { type, member, wish: enterWish };
      }
      case "part":
        if (id === undefined) return { type, member, room };
        if (who % 3 === 0) return { type, member, room, text: name };
        return { type, member, room, kick: { by, isOperator, untilMs: this.atMs + who } };
      case "leave":
        return {
          type,
          member,
          reason: id === "b" ? "lost" : "quit",
          ...(who % 2 === 0 ? { text: name } : {}),
          ...(id === "a" ? { epoch: 1 } : {}),
        };
      case "rename":
        return { type, member, to: name };
      case "topic":
        return { type, room, by, isOperator, text: who % 2 === 0 ? "" : name };
      case "key":
        return { type, room, by, isOperator, hash: who % 2 === 0 ? null : name };
      case "unlist":
        return { type, room, by, isOperator };
      case "keeper":
        return { type, room, by, isOperator, member };
      case "close":
        return { type, room, by, isOperator };
      case "flags":
        return { type, room, by, isOperator, flags: { [FLAGS[who % 4]!]: id !== "b" } };
      case "rank": {
        const rank = id === "b" ? "voice" : "deputy";
        return { type, room, by, isOperator, member, rank, isOn: who % 2 === 0 };
      }
      case "ban-name":
        return { type, room, by, isOperator, name, isOn: who % 2 === 0 };
      case "invite":
        return { type, room, by, isOperator, member };
      case "open":
        return { type, name: "pub", log: "log of pub" };
      case "erase":
        return { type, by, room, seqs: [1 + who % 3, 3 + who % 3], text: "erases" };
      case "mute":
        return { type, member, untilMs: this.atMs + who };
      case "mute-range": {
        const key = addressKey(parseRange(who % 2 === 0 ? "10.0.0.0/8" : "10.0.0.0/31")!);
        return { type, key, untilMs: this.atMs + 1 + who };
      }
      case "describe":
        return { type, member, says: SAYS[who % 5]! };
      case "unmute":
        return { type, name };
      case "ban":
        return { type, ban: banOf(name, this.atMs + who) };
      case "unban":
        return { type, keys: [nameKey(name)], ...(id === "a" ? { ranOut: true } : {}) };
    }
  }
}

function stateOf(store: Store): State {
  const state = new State(store, 0, ROOMS);
  state.rules = RULES;
  return state;
}
