/**
 * What the people of rooms are told that is in no log: MODE, INVITE and AWAY. What happened
 * together is given to each of them at once, and laid out once for all who are told the same of it.
 *
 * @module
 */

import type { Member, Room } from "../../room/room.ts";
import type { News, Person } from "./guests.ts";
import { HeardLine } from "./heard_line.ts";

interface Told {
  readonly line: HeardLine;
  readonly needs: News["needs"];
  readonly except: Member | undefined;
}

/** What is to be told in rooms. */
export class RoomNews {
  readonly #untold = new Map<Room, Told[]>();

  /**
   * One thing more.
   *
   * @param except Who is not told.
   */
  add(room: Room, { from, command, needs, ...what }: News, except: Member | undefined): void {
    const told = { line: new HeardLine(from, command, { ...what, room }), needs, except };
    const untold = this.#untold.get(room);
    if (untold === undefined) this.#untold.set(room, [told]);
    else untold.push(told);
  }

  /** Gives everybody what there is. */
  give(personOf: (member: Member) => Person | undefined): void {
    if (this.#untold.size === 0) return;
    for (const [room, all] of this.#untold) giveIn(room, all, personOf);
    this.#untold.clear();
  }
}

function giveIn(
  room: Room,
  all: readonly Told[],
  personOf: (member: Member) => Person | undefined,
): void {
  const joined = new Map<string, HeardLine>();
  for (const member of room.members) {
    const person = personOf(member);
    if (person === undefined) continue;
    let some: HeardLine[] = [];
    let which = "";
    for (const [index, { line, needs, except }] of all.entries()) {
      if (member === except || (needs !== undefined && !person.caps.has(needs))) continue;
      // What it does itself is an answer, and stands by itself.
      if (line.from === member.name) {
        hear(person, some, { which, joined });
        person.hear(line);
        some = [];
        which = "";
      } else {
        some.push(line);
        which += `${index} `;
      }
    }
    hear(person, some, { which, joined });
  }
}

/** @param how.which Tells these lines from others; `joined`: those that were joined before. */
function hear(
  person: Person,
  lines: readonly HeardLine[],
  { which, joined }: { readonly which: string; readonly joined: Map<string, HeardLine> },
): void {
  const [first] = lines;
  if (first === undefined) return;
  let line = lines.length === 1 ? first : joined.get(which);
  if (line === undefined) joined.set(which, line = first.before(lines.slice(1)));
  person.hear(line);
}
