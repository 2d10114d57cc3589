/**
 * A batch as it is stored in the stream: JSON `{v, s, n, at, rooms, c}`.
 *
 * A batch of any version, also of those to come, begins with `{"v":`. So what does not is of
 * another program, and all servers of this release and of later ones pass over it alike. Whatever
 * begins so and cannot be understood stops a server: a newer one may understand it.
 *
 * @module
 */

import type { Command } from "./commands.ts";
import { MAX_BATCH_BYTES } from "./stream.ts";

/** The version of batches that this program writes, and the only one that it reads. */
const BATCH_VERSION = 1;

/** Commands of a batch at most: what takes longer keeps all servers from their clients. */
const MAX_COMMANDS = 1_000;

/** For what stands around the commands. */
const HEAD_BYTES = 512;

/** A character takes so many bytes of UTF-8 at most. */
const MAX_CHAR_BYTES = 3;

/** What a server proposes at once. */
export interface CommandBatch {
  /** The name of the server, another one each time that it starts. */
  readonly server: string;
  /** Its batches count 1, 2, 3 …. */
  readonly n: number;
  /** When it was made, in milliseconds since 1970. The order's time never goes back. */
  readonly atMs: number;
  /** How many rooms there may be, by the server's settings. */
  readonly maxRooms: number;
  /** At most 1,000. */
  readonly commands: readonly Command[];
}

/** A batch that this program cannot understand: it must not go on without it. */
export class BatchUnreadable extends Error {
  /** See {@linkcode Error.name}. */
  override readonly name = "BatchUnreadable";
}

const encoder = new TextEncoder();

/** What a batch of whichever version begins with: never to be changed. */
const MARK = encoder.encode('{"v":');

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Collects commands up to the bounds of a batch. */
export class BatchWriter {
  readonly #parts: string[] = [];
  #maxBytes = HEAD_BYTES;

  /** How many there are. */
  get size(): number {
    return this.#parts.length;
  }

  /**
   * Takes one more command.
   *
   * @returns False: it has no room in this batch. The first one always has.
   */
  add(command: Command): boolean {
    const part = JSON.stringify(command);
    const maxBytes = this.#maxBytes + MAX_CHAR_BYTES * part.length + 1;
    const isFull = this.size === MAX_COMMANDS || maxBytes > MAX_BATCH_BYTES;
    if (isFull && this.size > 0) return false;
    this.#maxBytes = maxBytes;
    this.#parts.push(part);
    return true;
  }

  /** The bytes of a batch with all of them. */
  encode(head: BatchHead): Uint8Array {
    return encoder.encode(`${headText(head)}${this.#parts.join(",")}]}`);
  }
}

/** A batch without its commands. */
export type BatchHead = Omit<CommandBatch, "commands">;

/** What a batch begins with. */
function headText({ server, n, atMs, maxRooms }: BatchHead): string {
  const head = JSON.stringify({ v: BATCH_VERSION, s: server, n, at: atMs, rooms: maxRooms });
  return `${head.slice(0, -1)},"c":[`;
}

/** Whether what is stored is a batch, of this version or any other. */
export function isBatch(bytes: Uint8Array): boolean {
  return bytes.length >= MARK.length && MARK.every((byte, index) => byte === bytes[index]);
}

/**
 * Reads a batch.
 *
 * @throws {BatchUnreadable} When it is of another version, or none: one line that says what to do.
 */
export function decodeBatch(bytes: Uint8Array): CommandBatch {
  let read: Record<string, unknown> | null;
  try {
    read = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new BatchUnreadable("It is not JSON: see docs/cluster.md#messages-of-others");
  }
  const { v, s, n, at, rooms, c } = read ?? {};
  if (v !== BATCH_VERSION) {
    throw new BatchUnreadable(
      `It is of version ${v}, this program reads version ${BATCH_VERSION}. ` +
        "Update all servers of the cluster.",
    );
  }
  const isWhole = typeof s === "string" && typeof n === "number" && typeof at === "number" &&
    typeof rooms === "number" && Array.isArray(c);
  if (!isWhole) {
    throw new BatchUnreadable("A field is missing: see docs/cluster.md#messages-of-others");
  }
  return { server: s, n, atMs: at, maxRooms: rooms, commands: c as Command[] };
}
