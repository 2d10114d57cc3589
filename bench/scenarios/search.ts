/**
 * How long a search takes over a million messages, as a client sees it.
 *
 * @module
 */

import { type EventOf, JsonClient } from "../../tests/helpers/json_client.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer } from "../peers/peer.ts";
import { spreadOf } from "../table.ts";
import { RARE_SHORT_WORD, RARE_WORD, sharedLargeRoom } from "./large_room.ts";
import type { Figure, Scenario } from "./scenario.ts";
import type { Talk } from "./talk.ts";

/** Searches for each query. */
const SEARCHES = 40;

/** Messages of an answer when no number is asked for. */
const PAGE = 50;

/** Searches before those, for everything in turns. */
const WARM_UP = 3;

/** Searching a million messages. */
export const search: Scenario = {
  name: "search",
  about: "searching a million messages through a json client, all queries in turns: " +
    `${SEARCHES} answers each, the ${PAGE} newest messages found; the server stops a search after ` +
    "50 ms, and those that it stopped are counted",
  peers: ["ours"],
  notes: {},
  run,
};

/** What is looked for. */
interface Query {
  readonly label: string;
  readonly text: string;
  /** Whether at least one message holds it. */
  readonly isFound: boolean;
  /** Shorter than three characters: promised is only that it holds nobody up. */
  readonly isShort?: true;
}

/** A new name each time: the place of one whose server was killed is held for a while. */
let seekers = 0;

async function run(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const room = await sharedLargeRoom(log);
  const queries = queriesOf(room.talk);
  const name = `seeker${seekers++}`;
  await using server = await startChat({ maxClients: 100, db: room.path });
  const { client } = await JsonClient.join(server.port, name, { history: 0 });
  await using _ = client;
  await client.next("join");
  const times = new Map<Query, number[]>(queries.map((query) => [query, []]));
  let stopped = 0;
  for (let round = 0; round < WARM_UP + SEARCHES; round++) {
    for (const query of queries) {
      const { ms, results } = await ask(client, query.text);
      check(query, results);
      if (round < WARM_UP) continue;
      times.get(query)?.push(ms);
      // With more to come though the page is not full, the time was up.
      if (results.more && results.events.length < PAGE) stopped++;
    }
  }
  const figures: Figure[] = [];
  const all: number[] = [];
  for (const [query, ms] of times) {
    const { median, max } = spreadOf(ms);
    log(`${query.label}: ${query.text}: ${median.toFixed(1)} ms, at most ${max.toFixed(1)} ms`);
    figures.push({ label: `${query.label}, median`, value: median, unit: "milliseconds" });
    figures.push({
      label: `${query.label}, 95th percentile`,
      value: p95(ms),
      unit: "milliseconds",
    });
    figures.push({ label: `${query.label}, worst`, value: max, unit: "milliseconds" });
    if (!query.isShort) all.push(...ms);
  }
  const { median, max } = spreadOf(all);
  figures.push(
    { label: "all of 3 characters and more, median", value: median, unit: "milliseconds" },
    {
      label: "all of 3 characters and more, 95th percentile",
      value: p95(all),
      unit: "milliseconds",
    },
    { label: "all of 3 characters and more, worst", value: max, unit: "milliseconds" },
  );
  figures.push({ label: "stopped before the end", value: stopped, unit: "searches" });
  return figures;
}

function queriesOf(talk: Talk): Query[] {
  const frequent = talk.word(4);
  return [
    { label: "frequent word", text: frequent, isFound: true },
    { label: "less frequent word", text: talk.word(300), isFound: true },
    { label: "seldom word", text: talk.word(15_000), isFound: true },
    { label: "word said three times", text: RARE_WORD, isFound: true },
    { label: "frequent and seldom word", text: `${frequent} ${talk.word(15_000)}`, isFound: true },
    { label: "two frequent words", text: `${frequent} ${talk.word(40)}`, isFound: true },
    { label: "absent word, strange letters", text: "xylqwz", isFound: false },
    {
      label: "absent word, familiar letters",
      text: talk.word(15_000).slice(0, 6) + talk.word(12_000).slice(-6),
      isFound: false,
    },
    { label: "frequent Japanese word", text: "食べた", isFound: true },
    { label: "absent Japanese word", text: "食べない", isFound: false },
    { label: "short, frequent: 京都", text: "京都", isFound: true, isShort: true },
    {
      label: `short, said three times: ${RARE_SHORT_WORD}`,
      text: RARE_SHORT_WORD,
      isFound: true,
      isShort: true,
    },
    { label: "short, absent: 東京", text: "東京", isFound: false, isShort: true },
    { label: "short, absent: zq", text: "zq", isFound: false, isShort: true },
    { label: "one letter, absent: z", text: "z", isFound: false, isShort: true },
  ];
}

async function ask(
  client: JsonClient,
  query: string,
): Promise<{ readonly ms: number; readonly results: EventOf<"results"> }> {
  const startedMs = performance.now();
  await client.send({ type: "search", query });
  const line = await client.wire.line();
  const ms = performance.now() - startedMs;
  if (!line?.startsWith('{"type":"results"')) {
    throw new Error(`A search was answered with: ${line}`);
  }
  return { ms, results: JSON.parse(line) };
}

/** A quick answer that is wrong is worth nothing. */
function check({ text, isFound }: Query, { events, more }: EventOf<"results">): void {
  const words = text.split(" ");
  for (const event of events) {
    const found = event.type === "message" ? event.text : event.type;
    if (!words.every((word) => found.includes(word))) {
      throw new Error(`A search for ${text} found: ${found}`);
    }
  }
  if (events.length > 0 !== isFound) {
    throw new Error(`A search for ${text} found ${events.length} messages, more: ${more}.`);
  }
}

/** The time under which 95 of 100 are. */
function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}
