/**
 * Clients of a real server that are in several rooms.
 *
 * @module
 */

import type { RoomWish } from "../../src/protocol/messages.ts";
import { type EventOf, JsonClient, type ServerEvent } from "./json_client.ts";

/** Flags of a server in which rooms are made and joined by the dozen, and flooded. */
export const MANY_ROOMS: readonly string[] = [
  ...["--rate", "0", "--joins", "0", "--new-rooms", "0"],
];

/** What becomes of a wish to be in a room. */
export type Answer = EventOf<"joined"> | EventOf<"parted"> | EventOf<"error">;

function isAnswer(event: ServerEvent): event is Answer {
  return event.type === "joined" || event.type === "parted" || event.type === "error";
}

/** Somebody in some rooms. */
export interface InRooms {
  /** Its connection. */
  readonly client: JsonClient;
  /** The secret of its session. */
  readonly session: string;
  /** It had its place from before. */
  readonly resumed: boolean;
  /** What was answered for each room, in the order of the answers. */
  readonly rooms: ReadonlyMap<string, Answer>;
}

/** Says hello and reads on to an answer for each room. */
export async function come(
  port: number,
  name: string,
  rooms: Readonly<Record<string, RoomWish>>,
  session?: string,
): Promise<InRooms> {
  const client = await JsonClient.connect(port, { label: name });
  await client.hello(name, { rooms, ...(session === undefined ? {} : { session }) });
  const { session: secret, resumed } = await client.next("welcome");
  const answers = new Map<string, Answer>();
  while (answers.size < Object.keys(rooms).length) {
    const event = await client.event();
    if (event === null) throw new Error("The end came before all rooms were answered");
    if (isAnswer(event)) answers.set(event.room ?? "", event);
  }
  return { client, session: secret, resumed, rooms: answers };
}

/** Reads on to the first event of one of these types about a room. */
export async function nextAbout<T extends "joined" | "parted" | "error" | "history">(
  client: JsonClient,
  room: string,
  types: readonly T[],
): Promise<EventOf<T>> {
  for (;;) {
    const event = await client.event();
    if (event === null) throw new Error(`The end came before an answer about #${room}`);
    if (!(types as readonly string[]).includes(event.type)) continue;
    if ((event as { room?: string }).room === room) return event as EventOf<T>;
  }
}

/** Says something in a room and waits until it has been told. */
export async function sayIn(
  client: JsonClient,
  room: string,
  text: string,
): Promise<EventOf<"message">> {
  await client.send({ type: "say", room, text });
  return await client.next("message", (event) => event.room === room && event.text === text);
}

/** The places of what somebody was told of a room's log. */
export function seqsIn(client: JsonClient, room: string): number[] {
  return client.seen().flatMap((event) => (
    "seq" in event && "at" in event && event.room === room ? [event.seq] : []
  ));
}

/** Sends a slash command. */
export function order(client: JsonClient, room: string, line: string): Promise<void> {
  return client.send({ type: "command", room, line });
}

/** A room is private once this has been answered. */
export async function lock(client: JsonClient, room: string, key: string): Promise<void> {
  await order(client, room, `/key ${key}`);
  await client.next("notice", (notice) => /is private/.test(notice.text));
}

/**
 * Runs a test in a directory of its own.
 *
 * @param test Gets the path of a database that is not there yet, and the directory.
 */
export async function inDirectory(
  test: (db: string, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat-rooms-" });
  try {
    await test(`${directory}/chat.db`, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
