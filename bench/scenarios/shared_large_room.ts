/**
 * The database with a million events. It takes half a minute to make, so all scenarios and rounds of
 * one run share it.
 *
 * @module
 */

import { makeRoom } from "./large_room.ts";
import { Scratch } from "./scratch.ts";
import type { Talk } from "./talk.ts";

/** Events of the large room, before its visitors come and go. */
export const LARGE_EVENTS = 1_000_000;

/** A room with a long past. */
export interface LargeRoom {
  /** Its database; one server at a time. */
  readonly path: string;
  /** What was said in it. */
  readonly talk: Talk;
}

let room: LargeRoom | undefined;

/**
 * Makes it when it is asked for the first time. It is removed when the process ends.
 *
 * @param log Tells the person at the terminal why nothing happens for a while.
 */
export async function sharedLargeRoom(log: (text: string) => void): Promise<LargeRoom> {
  if (room === undefined) {
    log("makes the database of the large room");
    const path = new Scratch().file("large.db");
    room = { path, talk: await makeRoom(path, LARGE_EVENTS) };
  }
  return room;
}
