/**
 * What there is as soon as somebody has a name: the client, what says the lines that are typed, and
 * what goes from room to room. Loaded while the name is asked for, see `terminal.ts`.
 *
 * @module
 */

import { ChatClient } from "../core/client.ts";
import type { ChatClientOptions, WantedRoom } from "../core/client_options.ts";
import type { RoomList } from "../view/room_list.ts";
import type { RoomPeople } from "../view/room_people.ts";
import type { ScreenRenderer } from "../view/screen_renderer.ts";
import type { Editor } from "./editor.ts";
import type { Questions } from "./questions.ts";
import { RoomSwitch } from "./room_switch.ts";
import { Sending } from "./sending.ts";

/** After a longer absence only so many events are fetched; `/history` shows the rest. */
const MAX_FILL = 1_000;

/** One client, and what works on it. */
export interface Talk {
  /** Joins, and stays. */
  readonly client: ChatClient;
  /** Says what is typed. */
  readonly sending: Sending;
  /** Goes from room to room. */
  readonly roomSwitch: RoomSwitch;
}

/** What a talk works with. */
export interface TalkParts extends Pick<ChatClientOptions, "connect"> {
  /** The rooms to begin with. */
  readonly wanted: readonly WantedRoom[];
  /** The rooms that it is in, and the one that is shown. */
  readonly rooms: RoomList;
  /** Who is in them. */
  readonly people: RoomPeople;
  /** The line that is typed. */
  readonly editor: Editor;
  /** Writes above it. */
  readonly renderer: ScreenRenderer;
  /** Asks for a password, or another name. */
  readonly questions: Questions;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Makes a client, which does nothing before it runs.
 *
 * @param options As in `TerminalOptions`.
 */
export function beginTalk(
  name: string,
  options: {
    readonly history: number | "all";
    readonly password?: string;
    readonly timeoutMs: number;
  },
  parts: TalkParts,
): Talk {
  const { connect, wanted, questions } = parts;
  const client = new ChatClient({
    connect,
    name,
    rooms: wanted,
    history: options.history,
    password: options.password,
    welcomeTimeoutMs: options.timeoutMs,
    maxFill: MAX_FILL,
    askPassword: () => questions.askPassword(),
    askName: (refused, free) => questions.askAnotherName(refused, free),
  });
  const roomSwitch = new RoomSwitch(client, parts, wanted);
  return { client, roomSwitch, sending: new Sending(client, { ...parts, roomSwitch }) };
}
