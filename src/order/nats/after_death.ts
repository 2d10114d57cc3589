/**
 * Life after death. A server that was silent for too long is found dead by the others: its people
 * leave. If it lives, they come in again, as they were and where they were, before anything else is
 * sent; and what they had proposed is about those who have taken their places.
 *
 * @module
 */

import type { Member, Room } from "../../room/room.ts";
import { newLogId } from "../../store/events.ts";
import type { Joined, Proposer, Refusal } from "../order.ts";
import type { Join, Proposal } from "../proposals.ts";
import type { Standing } from "../room_proposals.ts";
import type { Queued } from "../settlement.ts";
import type { State } from "../state.ts";
import { withSuccessors } from "./commands.ts";

/** What becomes of people whose server was found dead. */
export interface Returning {
  /**
   * The member is in again.
   *
   * @param rooms In which it was: `joined.rooms` has what became of each.
   */
  moved(before: Member, joined: Joined, rooms: readonly Room[]): void;
  /** The member could not come in again. */
  lost(member: Member, why: Refusal): void;
}

/** Where somebody was, and as what. */
export type Places = ReadonlyMap<Member, ReadonlyMap<Room, readonly Standing[]>>;

/** The places of a server, if a batch may find it dead; else none. To be taken before it does. */
export function placesAtStake(
  server: string,
  batch: readonly Queued[],
  { members }: Pick<State, "members">,
): Places {
  const isAtStake = batch.some(({ proposal: one }) => one.type === "dead" && one.server === server);
  if (!isAtStake) return new Map();
  const own = members.all().filter(({ owner }) => owner === server);
  return new Map(own.map((member) => [
    member,
    new Map([...member.rooms].map((room) => [room, standingOf(member, room)])),
  ]));
}

function standingOf(member: Member, { keeper, modes: { ranks } }: Room): Standing[] {
  const standing: Standing[] = keeper === member ? ["keeper"] : [];
  if (ranks.deputy.has(member)) standing.push("deputy");
  if (ranks.voice.has(member)) standing.push("voice");
  return standing;
}

/** Brings the people of a server in again. */
export class AfterDeath {
  /** Who comes in again; what is sent is taken out. */
  readonly queue: Queued[] = [];
  readonly #people: Returning;
  readonly #successors = new WeakMap<Member, Member>();
  #hasSuccessors = false;
  /** How many are not in yet, nor refused. */
  #awaited = 0;
  #allBack = Promise.withResolvers<void>();

  /** Nobody was lost. */
  constructor(people: Returning) {
    this.#people = people;
  }

  /** Some are not in yet, nor refused. */
  get isUnderWay(): boolean {
    return this.#awaited > 0;
  }

  /** Resolves when all are in again, or refused: at once for nobody. */
  get allBack(): Promise<void> {
    return this.isUnderWay ? this.#allBack.promise : Promise.resolve();
  }

  /** We were found dead: who has a connection comes in again. */
  bringBack(places: Places): void {
    for (const [member, rooms] of places) {
      if (member.recipient === null) continue;
      this.#awaited++;
      this.queue.push({
        proposal: rejoin(member, rooms),
        proposer: this.#rejoiner(member, [...rooms.keys()]),
      });
    }
  }

  /** A proposal as it is now: about those who have taken the places of others. */
  current(proposal: Proposal): Proposal {
    return this.#hasSuccessors ? withSuccessors(proposal, this.#successors) : proposal;
  }

  #rejoiner(before: Member, rooms: readonly Room[]): Proposer {
    return {
      settled: ([verdict]) => {
        if (--this.#awaited === 0) {
          this.#allBack.resolve();
          this.#allBack = Promise.withResolvers();
        }
        if (verdict?.type === "joined") {
          this.#hasSuccessors = true;
          this.#successors.set(before, verdict.member);
          return this.#people.moved(before, verdict, rooms);
        }
        this.#people.lost(before, verdict?.type === "refused" ? verdict.why : "unavailable");
      },
    };
  }
}

/** Comes in again as before. */
function rejoin(
  { name, session, address, profile }: Member,
  rooms: ReadonlyMap<Room, readonly Standing[]>,
): Join {
  return {
    type: "join",
    name,
    session: session?.hash ?? null,
    address,
    ...(profile === null ? {} : { says: profile }),
    isAgain: true,
    rooms: [...rooms].map(([{ name, logId }, back]) => (
      { name, log: newLogId(), mayMake: true, knownLog: logId, back }
    )),
  };
}
