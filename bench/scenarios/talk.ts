/**
 * Made-up talk for large rooms: the same in each run, with words as unevenly frequent as in life
 * (the n-th word comes about 1/n times as often as the first), and some of it in Japanese.
 *
 * @module
 */

/** Words of the vocabulary. */
const VOCABULARY = 20_000;

/** One message in so many is Japanese. */
const JAPANESE_EVERY = 20;

const ONSETS = ["b", "ch", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v"];
const VOWELS = ["a", "e", "i", "o", "u", "ai", "ea"];
const ENDS = ["", "n", "r", "s", "t", "ng"];

/** Pieces of Japanese sentences: who, where or when, what. */
const WHO = ["私は", "彼は", "先生が", "みんなで", "友達と", "社長が"];
const WHERE = ["昨日", "大阪で", "京都の駅で", "学校へ", "来週", "会議室で", "名古屋から"];
const WHAT = [
  "ご飯を食べた",
  "本を読みます",
  "電車に乗る",
  "質問がある",
  "資料を送ります",
  "帰ろう",
];

/** A source of numbers that look random: mulberry32, whose 32 bits of state are plenty here. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Says something, again and again. */
export class Talk {
  readonly #random: () => number;
  readonly #words: string[] = [];

  /**
   * Makes its vocabulary.
   *
   * @param seed The same one gives the same talk.
   */
  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const words = new Set<string>();
    while (words.size < VOCABULARY) words.add(this.#makeWord(1 + Math.floor(words.size / 400)));
    this.#words.push(...words);
  }

  /**
   * A word of the vocabulary.
   *
   * @param rank 1 for the most frequent one.
   */
  word(rank: number): string {
    return this.#words[rank - 1] ?? "";
  }

  /** The next message: 3 to 14 words, or a Japanese sentence. */
  next(): string {
    if (this.#random() < 1 / JAPANESE_EVERY) {
      return this.#pick(WHO) + this.#pick(WHERE) + this.#pick(WHAT) + "。";
    }
    const count = 3 + Math.floor(this.#random() * 12);
    return Array.from({ length: count }, () => this.word(this.#rank())).join(" ");
  }

  /** Uniform in its logarithm, so each rank comes about as often as the law of Zipf says. */
  #rank(): number {
    return Math.floor(Math.exp(this.#random() * Math.log(VOCABULARY + 1)));
  }

  /** Rare words are longer, up to four syllables. */
  #makeWord(size: number): string {
    const most = Math.min(4, size);
    let word = "";
    for (let n = 1 + Math.floor(this.#random() * most); n > 0; n--) {
      word += this.#pick(ONSETS) + this.#pick(VOWELS) + this.#pick(ENDS);
    }
    return word;
  }

  #pick(from: readonly string[]): string {
    return from[Math.floor(this.#random() * from.length)] ?? "";
  }
}
