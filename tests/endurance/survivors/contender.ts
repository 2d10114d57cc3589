/**
 * A chat server that is put to the test, and how one talks to it.
 *
 * @module
 */

/** A server that runs. */
export interface Running extends AsyncDisposable {
  /** Where it listens, on 127.0.0.1 and elsewhere. */
  readonly port: number;
  /** It has ended by itself. */
  readonly ended: boolean;
  /** Its memory in bytes; 0 when it has ended. */
  rssBytes(): Promise<number>;
  /** Its open descriptors; 0 when it has ended. */
  descriptors(): Promise<number>;
}

/** See the module. */
export interface Contender {
  /** For the table. */
  readonly name: string;
  /** How it is started, for the notes. */
  readonly about: string;
  /** Its version; null when it is not installed. */
  version(): Promise<string | null>;
  /** Starts it. */
  start(): Promise<Running>;
  /** What a client sends to come in. */
  enter(name: string): string;
  /** A line after which a client is in; null: it is in as soon as it has connected. */
  readonly isIn: RegExp | null;
  /** What a client sends to say a line. */
  say(text: string): string;
  /** What a client must answer to a line, if anything. */
  answer(line: string): string | null;
}
