/**
 * A client of IRC: what it has said of itself and asked for, and how it is sent lines. What its
 * commands do stands in the files that the table in `commands.ts` names.
 *
 * @module
 */

import { PROFILE_RULES } from "../../order/state.ts";
import type { Capabilities } from "../../protocol/irc/capabilities.ts";
import { batched } from "../../protocol/irc/batch.ts";
import { formatIrcLine, type IrcLine } from "../../protocol/irc/message.ts";
import { numeric, type NumericName } from "../../protocol/irc/numerics.ts";
import { sourceOf } from "../../protocol/irc/render.ts";
import type { Profile, Room } from "../../room/room.ts";
import { isoOf } from "../../store/events.ts";
import { knowsRules } from "../commands/answers.ts";
import type { ClientConnection } from "../connection.ts";
import { type Memory, memoryKey } from "./memories.ts";
import type { Multiline } from "./multiline_lines.ts";
import type { Person, Reply } from "./guests.ts";
import type { IrcNetwork } from "./network.ts";
import type { HeardLine } from "./heard_line.ts";

const encoder = new TextEncoder();

/** What a client has said of itself before it is in. */
export interface Registration {
  /** The name that it wishes for; null: none, or one that it cannot have. */
  nick: string | null;
  /** What it calls itself; null: USER has not come. */
  realname: string | null;
  /** The first word of USER. */
  user: string;
  /** What PASS gave; null: nothing. */
  password: string | null;
  /** What AUTHENTICATE has given so far; null: it has not begun. */
  sasl: string | null;
  /** AUTHENTICATE has come to a good end. */
  isLoggedIn: boolean;
  /** It is choosing capabilities: CAP END is still to come. */
  isNegotiating: boolean;
}

/** Bytes of a long answer that are made at once. */
const CHUNK_BYTES = 16 * 1024;

/**
 * What others do is told to a client for which at most so many bytes wait: seven hundred that read
 * more slowly than they are told stay below what may wait for all (32 MiB).
 */
const MAX_UNHEARD_BYTES = 32 * 1024;

/** A client of IRC. */
export class IrcClient implements Person {
  /** Its connection. */
  readonly connection: ClientConnection;
  /** What it shares with the other clients of IRC. */
  readonly network: IrcNetwork;
  /** What it has asked for. */
  caps: Capabilities = new Set();
  /** Of CAP LS: 302 or more understands values. */
  capVersion = 0;
  /** What it has said of itself. */
  readonly registration: Registration = {
    nick: null,
    realname: null,
    user: "",
    password: null,
    sasl: null,
    isLoggedIn: false,
    isNegotiating: false,
  };
  /** The name that it knows itself by: that of the last line that told it one. */
  knownName = "";
  /** It is told what operators say with WALLOPS: MODE +w. */
  hearsOperators = false;
  /** Names that it watches, as it has named them, by their folded form. */
  readonly watched: Map<string, string> = new Map();
  /** When it last said something, in milliseconds of the server's clock. */
  spokeAt: number;

  /** The message of several lines that it is sending; null: none. */
  multiline: Multiline | null = null;
  #memory: Memory | null = null;
  #batches = 0;

  /** Has said nothing yet. */
  constructor(connection: ClientConnection) {
    this.connection = connection;
    this.network = connection.server.irc;
    this.spokeAt = connection.startedAt;
  }

  /** Its name; `*` before it has one. */
  get nick(): string {
    const { name } = this.connection;
    return name === "" ? "*" : name;
  }

  /** Why it is away; null: it is not. */
  get away(): string | null {
    return this.connection.member?.profile?.away ?? null;
  }

  /** It is a program: MODE +B. */
  get isBot(): boolean {
    return this.connection.member?.profile?.isBot ?? false;
  }

  /**
   * Says something of itself to everybody, also what it has said before: another word on it may be
   * under way.
   *
   * @param then What follows when that has happened; true: it was so before. Default: nothing.
   * @returns Whether all servers can know it; else the client has been told.
   */
  describe(says: Partial<Profile>, then: (wasSo: boolean) => void = () => {}): boolean {
    const { connection: { member, server }, connection } = this;
    if (!knowsRules(connection, PROFILE_RULES)) return false;
    if (member === null) return true;
    server.order.propose({ type: "describe", member, says }, {
      settled(verdicts) {
        connection.settled(verdicts);
        const [verdict] = verdicts;
        if (verdict?.type === "done") then(verdict.wasSo === true);
      },
    });
    return true;
  }

  /** What is remembered of it; null: it is not on the server, and never was. */
  get memory(): Memory | null {
    const { account, member, server } = this.connection;
    if (this.#memory === null && member !== null) {
      const key = memoryKey(member, account.address);
      this.#memory = this.network.memories.take(key, server.trustedMs());
    }
    return this.#memory;
  }

  /** It is on the server. */
  get isRegistered(): boolean {
    return this.connection.member !== null;
  }

  /** Answers with a line, behind everything that has been published so far. */
  send(line: IrcLine, room?: Room): void {
    this.connection.afterwards(() => this.sendNow(line, room));
  }

  /** Sends a line that is no answer, behind everything that has been published so far. */
  notify(line: IrcLine, room?: Room): void {
    this.connection.afterwards(() => this.connection.aside(() => this.sendNow(line, room)));
  }

  /**
   * Sends a line: for what waits for the order already.
   *
   * @param room In whose stream; default: behind all that it reads.
   */
  sendNow(line: IrcLine, room?: Room): void {
    const bytes = encoder.encode(formatIrcLine(line));
    this.connection.write(bytes, room === undefined ? {} : { room });
  }

  /**
   * Answers with many lines, each made when it is written: a thousand people are no line too many.
   *
   * @returns Resolves when the first of them may be written: nothing more is read before.
   */
  sendAll(lines: Iterable<IrcLine>): Promise<void> {
    return new Promise((resolve) =>
      this.connection.afterwards(() => {
        if (this.connection.collector !== null) { for (const line of lines) this.sendNow(line); }
        else {
          const source = lines[Symbol.iterator]();
          this.connection.write(() => chunkOf(source));
        }
        resolve();
      })
    );
  }

  /** See {@linkcode Person}. */
  hear(line: HeardLine): void {
    const where = line.room === undefined ? {} : { room: line.room };
    const { connection } = this;
    // What it does itself is an answer.
    if (line.from === this.nick) return connection.write(line.bytes(this.timeTag()), where);
    this.#hear(() => connection.insert(line.bytes(this.timeTag()), where));
    this.network.hearers.add(connection.writer);
  }

  /** See {@linkcode Person}. */
  hearReplies(replies: readonly Reply[]): void {
    const lines = replies.map(([name, text]) => formatIrcLine(this.numericLine(name, [], text)));
    this.#hear(() => this.connection.write(encoder.encode(lines.join(""))));
  }

  /** What others do must not end a client that reads nothing for a while: it misses that. */
  #hear(write: () => void): void {
    const { connection } = this;
    if (connection.waitingBytes < MAX_UNHEARD_BYTES) connection.aside(write);
  }

  /**
   * Answers with a numeric reply.
   *
   * @param words What stands between the nick and the text; default: nothing.
   * @param text The last parameter; default: that of the table.
   */
  numeric(name: NumericName, words?: readonly string[], text?: string): void {
    this.connection.afterwards(() => this.sendNow(this.numericLine(name, words, text)));
  }

  /** A numeric reply to this client, as a line. */
  numericLine(name: NumericName, words?: readonly string[], text?: string): IrcLine {
    return numeric(name, { server: this.network.serverName, nick: this.nick }, words, text);
  }

  /** A line from the server. */
  fromServer(command: string, words: readonly string[], text?: string): IrcLine {
    const line = { source: this.network.serverName, command, words };
    return text === undefined ? line : { ...line, text };
  }

  /** A line from somebody, with the time where it has asked for that. */
  from(name: string, command: string, words: readonly string[], text?: string): IrcLine {
    const line = { tags: this.timeTag(), source: sourceOf(name), command, words };
    return text === undefined ? line : { ...line, text };
  }

  /** The tag of the present time, where it has asked for that. */
  timeTag(at: string = isoOf(this.connection.server.nowMs())): [string, string][] {
    return this.caps.has("server-time") ? [["time", at]] : [];
  }

  /** Says that something could not be done, for programs: `FAIL` (standard-replies). */
  fail(command: string, code: string, words: readonly string[], text: string): void {
    this.send(this.fromServer("FAIL", [command, code, ...words], text));
  }

  /**
   * Lines that belong together, as a batch where it has asked for batches.
   *
   * @param type What the batch is.
   * @param words What it is about.
   * @param lines Whole lines, each with CR and LF.
   */
  batch(type: string, words: readonly string[], lines: string): string {
    if (!this.caps.has("batch")) return lines;
    const id = String(++this.#batches);
    return batched({ server: this.network.serverName, id, type, words }, lines);
  }
}

/** The next lines as bytes; null: there are no more. */
function chunkOf(source: Iterator<IrcLine>): Uint8Array | null {
  let text = "";
  while (text.length < CHUNK_BYTES) {
    const { value, done } = source.next();
    if (done === true) break;
    text += formatIrcLine(value);
  }
  return text === "" ? null : encoder.encode(text);
}
