/**
 * Long runs of combining marks, which Unicode's normal forms put into order: the work grows with
 * the square of their number. They stand wherever a client can write anything: names, people
 * written to, passwords, commands, searches.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { introduction, Nuisance, rest, stayers } from "../../nuisance.ts";

/**
 * Marks of different combining classes (`Canonical_Combining_Class` of Unicode): 240, 230, 220,
 * 202, 33, 30, 10 and 8. What stands behind a mark of a higher class has to be moved before it.
 */
const MARKS = ["\u0345", "\u0301", "\u0316", "\u0327", "\u0651", "\u064e", "\u05b0", "\u3099"];

/** UTF-16 code units of the longest line that a server reads. */
const MAX_LINE = 65_000;

/**
 * A letter with so many marks.
 *
 * @param length How many marks.
 */
export function marked(random: Random, length: number): string {
  const first = random.below(MARKS.length - 1);
  const kinds = MARKS.slice(first, first + 2 + random.below(MARKS.length - first));
  const letter = "aeobи".charAt(random.below(5));
  // In runs, falling by class, which is the most work; or each where chance puts it.
  if (random.chance(0.7)) {
    const share = Math.floor(length / kinds.length);
    return letter + kinds.map((kind) => kind.repeat(share)).join("");
  }
  let text = letter;
  for (let i = 0; i < length; i++) text += kinds[random.below(kinds.length)]!;
  return text;
}

/** Wherever a request holds a word. */
type Request = (word: string) => string;

const PLAIN: readonly Request[] = [
  (word) => `/msg ${word} hello`,
  (word) => `/nick ${word}`,
  (word) => `/search ${word}`,
  (word) => `/${word}`,
  (word) => `/who ${word}`,
];

const JSON_LINES: readonly Request[] = [
  (word) => JSON.stringify({ type: "command", line: `/msg ${word} hello` }),
  (word) => JSON.stringify({ type: "command", line: `/nick ${word}` }),
  (word) => JSON.stringify({ type: "direct", to: word, text: "hello" }),
  (word) => JSON.stringify({ type: "rename", name: word }),
  (word) => JSON.stringify({ type: "search", query: word }),
  (word) => JSON.stringify({ type: "who", after: word }),
];

const FIRST_LINES: readonly Request[] = [
  (word) => word,
  (word) => JSON.stringify({ type: "hello", protocol: 1, name: word }),
  (word) => JSON.stringify({ type: "hello", protocol: 1, name: "marks", password: word }),
  (word) => JSON.stringify({ type: "hello", protocol: 1, name: "marks", session: word }),
];

/** Lines of people who are in, and the first ones of people who are not. */
export const marksInLines: Attack = {
  name: "marks",
  about: "6 peers with lines of 64,000 combining marks",
  count: 6,
  testCount: 6,
  finite: false,
  async run(run) {
    let lines = 0;
    const connections = await stayers(run, async (peer, number) => {
      const swallowed = peer.swallow();
      if (number % 3 === 2) lines += await strangerLines(run, peer);
      else {
        await peer.send(introduction(run, "marks", number));
        const requests = number % 2 === 0 ? PLAIN : JSON_LINES;
        // The first kind is the one that everybody has; the others come as chance has it.
        for (let turn = 0; turn < 50 && !peer.closed; turn++) {
          const request = requests[turn === 0 ? 0 : run.random.below(requests.length)]!;
          await peer.send(`${request(longWord(run.random))}\n`);
          lines++;
          await rest(20, run.signal);
        }
      }
      await rest(500, run.signal);
      peer.close();
      await swallowed;
    });
    return { connections, lines };
  },
};

/** Where there is a password, all that comes before it is one. */
export const marksAtDoor: Attack = {
  name: "marks-password",
  about: "6 strangers whose passwords and names are 64,000 combining marks",
  count: 6,
  testCount: 6,
  finite: false,
  password: true,
  async run(run) {
    let lines = 0;
    const connections = await stayers(run, async (peer) => {
      peer.swallow();
      lines += await strangerLines(run, peer);
    });
    return { connections, lines };
  },
};

/** First lines, of which a connection may try some. */
async function strangerLines(run: AttackRun, peer: Nuisance): Promise<number> {
  const request = FIRST_LINES[run.random.below(FIRST_LINES.length)]!;
  let lines = 0;
  for (; lines < 5 && !peer.closed; lines++) {
    await peer.send(`${request(longWord(run.random))}\n`);
    await rest(100, run.signal);
  }
  return lines;
}

/** Nearly as long as a line may be, or some thousand marks. */
function longWord(random: Random): string {
  return marked(random, random.chance(0.7) ? MAX_LINE - 1_000 : random.logUniform(4_000, MAX_LINE));
}
