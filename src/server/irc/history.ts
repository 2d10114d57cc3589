/**
 * CHATHISTORY (IRCv3 draft/chathistory): pages of a channel's past, and which channels have news.
 * Messages to one person are not kept. A page is paid for like one of the other dialects; a long
 * answer is several of them.
 *
 * @module
 */

import { formatIrcLine, type IrcMessage } from "../../protocol/irc/message.ts";
import {
  type HistoryWish,
  parseHistoryWish,
  type TargetsWish,
} from "../../protocol/irc/selectors.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { LogEvent } from "../../protocol/messages.ts";
import type { Room } from "../../room/room.ts";
import { ErasedMeanwhile } from "../requests/erased_meanwhile.ts";
import { lookUp } from "../requests/history.ts";
import { isIn } from "../requests/about_room.ts";
import type { IrcClient } from "./irc_client.ts";
import { pageOf, type Span, spansOf } from "./history_spans.ts";
import { isChannel } from "./targets.ts";

/**
 * Pages of one answer, each of at most 52 KiB: 500 messages of 400 bytes with their tags, and less
 * than what may wait for one client.
 */
const MAX_PAGES = 4;

const encoder = new TextEncoder();

/** CHATHISTORY. */
export function chathistory(irc: IrcClient, { params }: IrcMessage): void | Promise<void> {
  const wish = parseHistoryWish(params);
  if ("fail" in wish) {
    const [code, ...context] = wish.fail;
    return irc.fail("CHATHISTORY", code, context, wish.text);
  }
  return wish.page === "TARGETS" ? targets(irc, wish) : page(irc, wish);
}

async function page(irc: IrcClient, wish: HistoryWish): Promise<void> {
  const { connection } = irc;
  const context = [wish.page, wish.target];
  const room = isChannel(wish.target) ? connection.findRoom(wish.target) : undefined;
  if (room === undefined || !isIn(connection, room)) return noTarget(irc, context);
  using erased = new ErasedMeanwhile(room);
  const events = await read(irc, room, wish);
  if (connection.leaving) return;
  await new Promise<void>((told) =>
    connection.afterwards(() => {
      told();
      // Who is put out of a room meanwhile is not told what was said there.
      if (!isIn(connection, room)) return noTarget(irc, context);
      if (events === null) {
        const text = "These messages cannot be read: no such message, or try again later.";
        return irc.fail("CHATHISTORY", "MESSAGE_ERROR", context, text);
      }
      const lines = erased.left(events).map((event) =>
        connection.dialect!.renderLog(event, room.name, room.logId)
      );
      const text = irc.batch("chathistory", [channelOf(room.name)], lines.join(""));
      connection.write(encoder.encode(text), { room });
    })
  );
}

function noTarget(irc: IrcClient, context: readonly string[]): void {
  const text = "You are in no such channel, and direct messages are not kept.";
  irc.fail("CHATHISTORY", "INVALID_TARGET", context, text);
}

/** What is asked for, rising by `seq`; null: it cannot be read, or no log has such a message. */
async function read(irc: IrcClient, room: Room, wish: HistoryWish): Promise<LogEvent[] | null> {
  const { connection } = irc;
  const { store } = room;
  const talkOnly = !irc.caps.has("draft/event-playback");
  let spans: Span[] | null | undefined;
  let all: LogEvent[] = [];
  let isUnreadable = false;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const fits = connection.dialect!.fits("history", room.name);
    const found = await lookUp(connection, function* () {
      spans ??= spansOf(store, wish);
      return spans?.[0] === undefined ? null : yield* pageOf(store, spans[0], { talkOnly, fits });
    }, { onUnreadable: () => isUnreadable = true });
    if (isUnreadable || spans === null) return null;
    if (found === null) break;
    const [span] = spans!;
    all = span!.newestFirst ? [...found.events, ...all] : [...all, ...found.events];
    if (found.rest !== null) spans![0] = found.rest;
    else spans!.shift();
    if (spans!.length === 0) break;
  }
  return all;
}

/** Which of its rooms have had their last message between two times, that one first. */
function targets(irc: IrcClient, { from, to, limit }: TargetsWish): void {
  const ends = [from, to].map((end) => end.kind === "time" ? end.atMs : NaN);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  irc.connection.afterwards(() => {
    const found = [...irc.connection.member?.rooms ?? []]
      .flatMap(({ name, recent, store }) => {
        const at = recent.newest(1, 1, store.lastSeq + 1)?.to;
        return at === undefined ? [] : [{ name, at, atMs: Date.parse(at) }];
      })
      .filter(({ atMs }) => least < atMs && atMs < most)
      .sort((a, b) => a.atMs - b.atMs)
      .slice(0, limit);
    const lines = found.map(({ name, at }) =>
      formatIrcLine(irc.fromServer("CHATHISTORY", ["TARGETS", channelOf(name), at]))
    );
    const text = irc.batch("draft/chathistory-targets", [], lines.join(""));
    irc.connection.write(encoder.encode(text));
  });
}
