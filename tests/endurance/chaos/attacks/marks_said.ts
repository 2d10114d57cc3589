/**
 * Texts of 4,000 combining marks, said by some people who each keep to the rate of lines, and then
 * searched for by all of them.
 *
 * @module
 */

import type { Attack, AttackRun } from "../attack.ts";
import { introduction, rest, stayers } from "../../nuisance.ts";
import { marked } from "./marks.ts";

/** Code points of a text that is just short enough. */
const TEXT_CHARS = 3_980;

/** Texts of all of them together before the searching begins. */
const TEXTS = 800;

/** A server without a database, whose search has a window of memory. */
export const marksSaid: Attack = {
  name: "marks-said",
  about: "20 people who say 800 texts of 4,000 combining marks, and search",
  count: 20,
  testCount: 20,
  finite: false,
  run: talkAndSearch,
};

/** A server with a database, whose index holds what was said. */
export const marksKept: Attack = {
  ...marksSaid,
  name: "marks-kept",
  about: `${marksSaid.about}, with \`--db\``,
  past: 1_000,
  run: talkAndSearch,
};

async function talkAndSearch(run: AttackRun): Promise<Readonly<Record<string, number>>> {
  let texts = 0;
  let searches = 0;
  const { random } = run;
  const connections = await stayers(run, async (peer, number) => {
    const swallowed = peer.swallow();
    await peer.send(introduction(run, "accent", number));
    const isPlain = number % 2 === 0;
    while (!peer.closed && !run.signal.aborted) {
      const isSearch = texts >= TEXTS && random.chance(0.8);
      const text = isSearch ? query() : saying();
      const type = isSearch ? { type: "search", query: text } : { type: "say", text };
      const command = isSearch ? `/search ${text}` : text;
      await peer.send(`${isPlain ? command : JSON.stringify(type)}\n`);
      if (isSearch) searches++;
      else texts++;
      // As fast as 20 tokens a second allow: a text costs four, a search twenty.
      await rest(isSearch ? 300 : 60, run.signal);
    }
    peer.close();
    await swallowed;
  });
  return { connections, texts, searches };

  function saying(): string {
    const most = random.chance(0.7) ? TEXT_CHARS : random.logUniform(16, TEXT_CHARS);
    let text = "";
    while (text.length + most < TEXT_CHARS + 1) text += marked(random, most - 2);
    return text;
  }
  /** What nobody has said, what everybody has, or marks again. */
  function query(): string {
    const dice = random.below(4);
    if (dice === 0) return `nothing${random.below(1_000)}`;
    return dice === 1 ? "ab" : dice === 2 ? "e" : marked(random, random.logUniform(2, 1_000));
  }
}
