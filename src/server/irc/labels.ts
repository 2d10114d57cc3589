/**
 * Answers to a command with a label (IRCv3 labeled-response): one line with the label, a batch of
 * several, or ACK when there is nothing to say.
 *
 * Only at the end is it known how many lines an answer has. So where its first line belongs in what
 * the client reads a place is kept, and the whole answer is written there. Lines that are no answer
 * pass by: what others do meanwhile.
 *
 * @module
 */

import { isOneBatch, linesOf, withTag } from "../../protocol/irc/batch.ts";
import { formatIrcLine } from "../../protocol/irc/message.ts";
import type { Piece } from "../../room/private_queue.ts";
import type { InsertOptions } from "../../room/writer.ts";
import type { Collector } from "../output.ts";
import type { IrcClient } from "./irc_client.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Characters of a label (labeled-response: 64 bytes). */
const MAX_LABEL_CHARS = 64;

/** Collects what one command is answered. */
export class Label implements Collector {
  readonly #irc: IrcClient;
  readonly #text: string;
  readonly #whole = Promise.withResolvers<Uint8Array>();
  readonly #written = Promise.withResolvers<void>();
  #bytes = 0;
  #lines = "";
  /** Where the answer is written; null: nowhere yet. */
  #room: InsertOptions["room"] | null = null;

  /**
   * Nothing has been answered.
   *
   * @param text The label.
   */
  constructor(irc: IrcClient, text: string) {
    this.#irc = irc;
    this.#text = text.slice(0, MAX_LABEL_CHARS);
  }

  /** See {@linkcode Collector}. */
  take(piece: Piece, options: InsertOptions): void {
    const lines = linesIn(piece);
    if (lines === "") return;
    this.#lines += lines;
    const { writer } = this.#irc.connection;
    if (this.#room === null) {
      this.#room = options.room;
      writer.insert(this.#answer(), { ...options, force: true });
    } else if (options.at !== undefined && options.room !== this.#room) {
      // A room that begins with this: nothing of it may be seen before the answer is.
      writer.insert(this.#pause(), { ...options, force: true });
    }
  }

  /** It is known where the answer will be written. */
  get isPlaced(): boolean {
    return this.#room !== null;
  }

  /** Resolves when the answer has been written; never, where the connection ends before. */
  get written(): Promise<void> {
    return this.#written.promise;
  }

  /** All has been said. */
  end(): void {
    const { connection, network } = this.#irc;
    if (this.#room === null) {
      const source = network.serverName;
      connection.write(encoder.encode(this.#labelled(formatIrcLine({ source, command: "ACK" }))));
      return this.#written.resolve();
    }
    const lines = linesOf(this.#lines);
    const isSingle = lines.length === 1 || isOneBatch(lines);
    const text = isSingle ? this.#lines : this.#irc.batch("labeled-response", [], this.#lines);
    const bytes = encoder.encode(this.#labelled(text));
    connection.addWaiting(this.#bytes = bytes.length);
    this.#whole.resolve(bytes);
    connection.writer.wake();
  }

  #labelled(lines: string): string {
    return withTag(lines, "label", this.#text);
  }

  #answer(): () => Promise<Uint8Array> | null {
    let isGiven = false;
    return () => {
      if (isGiven) {
        this.#irc.connection.addWaiting(-this.#bytes);
        this.#written.resolve();
        return null;
      }
      isGiven = true;
      return this.#whole.promise;
    };
  }

  #pause(): () => Promise<null> {
    return () => this.#written.promise.then(() => null);
  }
}

/** What a piece holds. A source that has to be waited for is none of IRC's. */
function linesIn(piece: Piece): string {
  if (piece instanceof Uint8Array) return decoder.decode(piece);
  let lines = "";
  for (let bytes = piece(); bytes instanceof Uint8Array; bytes = piece()) {
    lines += decoder.decode(bytes);
  }
  return lines;
}
