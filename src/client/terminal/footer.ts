/**
 * What stands between the talk and the line being typed: own messages that are not delivered yet,
 * and the status line about the room and the connection, in the words that the width of the screen
 * allows.
 *
 * @module
 */

import { LOBBY } from "../../protocol/messages.ts";
import type { ClientEvent } from "../core/events.ts";
import type { RoomState } from "../view/room_list.ts";
import {
  GAP,
  labelsColumns,
  newsOf,
  type RoomLabel,
  roomLabels,
  unreadOf,
} from "../view/rooms_line.ts";
import { columnsOf, cutTo, fitting } from "../view/width.ts";
import { unansweredWords } from "../view/words.ts";
import type { Outgoing } from "../core/outbox.ts";
import type { Footer } from "./picture.ts";
import type { Style } from "../view/style.ts";

/** Pending messages that are shown one by one: more would push the talk off a small screen. */
const MAX_PENDING_LINES = 3;

/**
 * What is going on: a question is asked; connecting; connected and waiting for an answer
 * (`held_back`: perhaps because of wrong passwords); in the room; waiting to try again; leaving.
 */
export type Phase =
  | "asking"
  | "connecting"
  | "unanswered"
  | "held_back"
  | "connected"
  | "waiting"
  | "leaving";

/** Follows the events of the client core. */
export class ConnectionPhase {
  readonly #now: () => number;
  #phase: Phase = "connecting";
  #retryAtMs = -Infinity;
  /** It was connected before: connecting is reconnecting. */
  again = false;

  /**
   * Connects for the first time.
   *
   * @param now Milliseconds of a clock that never goes back.
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The phase. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Whole seconds until the next try, rounded up; 0 when none is planned. */
  get retrySeconds(): number {
    return Math.max(0, Math.ceil((this.#retryAtMs - this.#now()) / 1000));
  }

  /** Something happened. */
  follow(event: ClientEvent): void {
    switch (event.type) {
      case "connecting":
      case "connected":
        this.#phase = event.type;
        this.again ||= event.type === "connected";
        return;
      case "unanswered":
        this.#phase = event.withPassword ? "held_back" : "unanswered";
        return;
      case "lost":
        this.#retryAtMs = this.#now() + event.retryMs;
        this.#phase = "waiting";
    }
  }
}

/** Columns for rooms beside the other words: with fewer the room that is shown is cut too short. */
const MIN_ROOMS_COLUMNS = 14;

/** All that the status tells. */
export interface StatusState {
  /** Where the server is, as it was typed. */
  readonly address: string;
  /** What is going on. */
  readonly phase: Phase;
  /** It was connected before: connecting is reconnecting. */
  readonly again: boolean;
  /** Seconds until the next try, while waiting. */
  readonly retrySeconds: number;
  /** How many are in the room that is shown; 0: that is not known yet. */
  readonly here: number;
  /** The rooms, in their order. */
  readonly rooms: readonly RoomState[];
  /** Name of the room that is shown; undefined: there is none. */
  readonly room: string | undefined;
  /** How many own messages have waited too long for an acknowledgement. */
  readonly undelivered: number;
}

/**
 * The status line.
 *
 * @param state What is known.
 * @param columns At most so many.
 * @returns Pieces to be joined with {@linkcode GAP}. With the address when there is room for it;
 * what is wrong is left out last. Of the lobby alone nothing is told while it is there; other rooms
 * are there in any phase, as long as the words leave them some columns.
 */
export function statusLine(state: StatusState, columns: number): RoomLabel[] {
  const { rooms, room } = state;
  const onlyLobby = rooms.every(({ name, standing }) => name === LOBBY && standing !== "gone");
  const texts = forms(state, { hasRooms: !onlyLobby })
    .map((parts) => parts.filter((part) => part !== "").join(GAP));
  if (onlyLobby) return piece(fitting(texts, columns));
  const left = (text: string) => columns - (text === "" ? 0 : columnsOf(text) + GAP.length);
  const most = labelsColumns(roomLabels(rooms, room, Infinity));
  const shown = roomLabels(rooms.filter(({ name }) => name === room), room, Infinity);
  const least = Math.min(MIN_ROOMS_COLUMNS, labelsColumns(shown));
  const few = state.phase === "connected" ? texts.slice(-1) : texts;
  const text = texts.find((each) => most <= left(each)) ??
    few.find((each) => least <= left(each));
  if (text === undefined) return piece(fitting(texts, columns));
  const labels = roomLabels(rooms, room, left(text));
  return state.phase === "connected" ? [...labels, ...piece(text)] : [...piece(text), ...labels];
}

function piece(text: string): RoomLabel[] {
  return text === "" ? [] : [{ text, isBright: false }];
}

/** From the most to the fewest words. */
function forms(state: StatusState, { hasRooms }: { readonly hasRooms: boolean }): string[][] {
  const { address, phase, again, here, undelivered } = state;
  const retry = state.retrySeconds;
  const long = undelivered === 0 ? "" : `${undelivered} not delivered yet`;
  const people = here === 0 ? "" : `${here} here`;
  const short = undelivered === 0 ? "" : `${undelivered} unsent`;
  switch (phase) {
    case "asking":
      return [[address], [""]];
    case "connecting": {
      const verb = again ? "Reconnecting" : "Connecting";
      return [[`${verb} to ${address} …`, long], [`${verb} …`, long], [`${verb} …`, short], [
        short || `${verb} …`,
      ]];
    }
    case "unanswered":
      return [[`Waiting for ${address} to answer …`, long], ["Waiting …", long], [
        "Waiting …",
        short,
      ]];
    case "held_back":
      return [
        [unansweredWords({ withPassword: true }), long],
        ["Waiting …; after wrong passwords from here that takes some seconds", short],
        ["Waiting, after wrong passwords …", short],
        ["Waiting …", short],
      ];
    case "waiting":
      return [
        [`Reconnecting to ${address} in ${retry} s …`, long],
        [`Reconnecting in ${retry} s …`, long],
        [`Reconnecting in ${retry} s`, short],
        [`Again in ${retry} s`, short],
        [`In ${retry} s`, short],
      ];
    case "leaving":
      return [["Leaving …", long], ["Leaving …", short]];
    case "connected":
      if (hasRooms) return [[people, long], [long], [short]];
      return [[address, people, long], [address, people, short], [people, long], [people, short]];
  }
}

/** All that the footer shows. */
export interface FooterState extends Omit<StatusState, "undelivered"> {
  /**
   * Own messages that have waited long enough for an acknowledgement to be shown: those of other
   * rooms are counted.
   */
  readonly pending: readonly Outgoing[];
  /** What is asked while the phase is `asking`. */
  readonly question: string;
}

/**
 * Paints the footer.
 *
 * @param state What is known.
 * @param options `columns` of the terminal; lines above the prompt are cut to one less.
 */
export function paintFooter(
  state: FooterState,
  { columns, style }: { readonly columns: number; readonly style: Style },
): Footer {
  const title = windowTitle(state);
  if (state.phase === "asking") return { above: [], prompt: state.question, ...title };
  const { pending } = state;
  const width = Math.max(1, columns - 1);
  const here = pending.filter((one) => one.type === "direct" || one.room === state.room);
  const more = here.length - MAX_PENDING_LINES;
  const above = [
    ...here.slice(0, MAX_PENDING_LINES).map(({ text }) =>
      cutTo(`… ${oneLine(text, width)}`, width)
    ),
    ...(more > 0 ? [cutTo(`… and ${more} more`, width)] : []),
  ];
  const status = statusLine({ ...state, undelivered: pending.length }, width)
    .map(({ text, isBright }) => isBright ? text : style.dim(text)).join(style.dim(GAP));
  return {
    above: [...above.map((line) => style.dim(line)), ...(status === "" ? [] : [status])],
    prompt: "> ",
    ...title,
  };
}

/**
 * Tells of other rooms while the window is not looked at; none where the lobby is the only room.
 */
function windowTitle({ rooms, room }: FooterState): Pick<Footer, "title"> {
  if (room === undefined || rooms.every(({ name }) => name === LOBBY)) return {};
  const [unread, isMentioned] = unreadOf(rooms);
  return { title: `${newsOf(unread, isMentioned).trimStart()} #${room} · chat`.trimStart() };
}

/** No more of a text than can be shown. */
function oneLine(text: string, columns: number): string {
  return text.slice(0, 4 * columns).replace(/\s/g, " ");
}
