/**
 * Databases of rooms with a past, large or small: made through the store itself, with its index.
 * The one with a million events takes half a minute to make, so all scenarios and rounds of one run
 * share it.
 *
 * @module
 */

import { openSqliteStore, type SqliteStore } from "../../src/store/sqlite/store.ts";
import type { Entry } from "../../src/store/store.ts";
import { Scratch } from "../scratch.ts";
import { Talk } from "./talk.ts";

/** Events of the large room, before its visitors come and go. */
export const LARGE_EVENTS = 1_000_000;

/** A room with a long past. */
export interface LargeRoom {
  /** Its database; one server at a time. */
  readonly path: string;
  /** What was said in it. */
  readonly talk: Talk;
}

/** Events of one commit. */
const BATCH = 100;

/** People who take turns; half of them come through json, so their messages have ids. */
const PEOPLE = 40;

/** Time between two commits: a million events are 11 days. */
const STEP_MS = 100_000;

/**
 * Said by {@linkcode makeRoom} at three places of the past: at a tenth, the middle, and near the
 * end.
 */
export const RARE_WORD = "quaggaphone";

/** Said in Japanese at the same places, and in no other message. */
export const RARE_SHORT_WORD = "鶴亀";

/** How long the making of a room may hold this process up at a time. */
const BREATH_MS = 50;

/** The seed of all talk. */
const SEED = 3;

/**
 * Makes the database of a room.
 *
 * @param path The file; must not exist.
 * @param events How many events it has, all of them messages, 1 or more.
 * @returns The talk that it was filled with, for its words.
 */
export async function makeRoom(path: string, events: number): Promise<Talk> {
  const store = openSqliteStore(path, { durability: "process" });
  try {
    const talk = new Talk(SEED);
    const beginMs = Date.now() - Math.ceil(events / BATCH) * STEP_MS;
    const rare = [0.1, 0.5, 0.95].map((part) => Math.floor(events * part));
    for (let first = 0; first < events; first += BATCH) {
      const entries: Entry[] = [];
      for (let n = first; n < Math.min(first + BATCH, events); n++) {
        const text = rare.includes(n) ? `${RARE_WORD} ${RARE_SHORT_WORD}` : talk.next();
        entries.push(entryOf(n, text));
      }
      await breathe();
      store.append(entries, new Date(beginMs + first / BATCH * STEP_MS).toISOString());
    }
    await finishTidying(store);
    return talk;
  } finally {
    store.close();
  }
}

/**
 * Lets a room end with messages again, after others have come and gone there.
 *
 * @param path The database, which no server has open.
 * @param messages How many.
 */
export async function addMessages(path: string, messages: number): Promise<void> {
  const store = openSqliteStore(path, { durability: "process" });
  try {
    const talk = new Talk(SEED + store.room(0).lastSeq);
    const entries = Array.from({ length: messages }, (_, n) => entryOf(n, talk.next()));
    store.append(entries, new Date().toISOString());
    await finishTidying(store);
  } finally {
    store.close();
  }
}

function entryOf(n: number, text: string): Entry {
  const person = n % PEOPLE;
  const draft = { type: "message", from: `person${person}`, text } as const;
  if (person % 2 === 0) return { room: 0, draft };
  return {
    room: 0,
    draft: { ...draft, id: `0123456789abcdef.${n}` },
    session: `hash of person ${person}`,
  };
}

async function finishTidying(store: SqliteStore): Promise<void> {
  while (store.maintain(Date.now())) await breathe();
}

let breathedMs = 0;

/** Lets signals in now and then: Ctrl-C must not wait for half a minute. */
async function breathe(): Promise<void> {
  if (performance.now() - breathedMs < BREATH_MS) return;
  await new Promise((resolve) => setTimeout(resolve));
  breathedMs = performance.now();
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
