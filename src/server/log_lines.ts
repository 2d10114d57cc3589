/**
 * Lines on their way to standard error: in order, each whole or not at all, and never more than a
 * bound of them waiting. Where a disk is full after half a line, its other half comes first as soon
 * as there is room.
 *
 * @module
 */

/** Bytes that may wait: some thousand lines, nothing to a machine. */
const MAX_QUEUED_BYTES = 1024 * 1024;

const encoder = new TextEncoder();

/** A line that waits. */
interface QueuedLine {
  readonly bytes: Uint8Array;
  /** Lines that are lost with it: more than itself where it tells of dropped ones. */
  readonly count: number;
}

/** One write at a time, of all lines that have come since the last one began. */
export class LineQueue {
  readonly #write: (bytes: Uint8Array) => Promise<number>;
  readonly #droppedLine: (count: number) => string;
  #lines: QueuedLine[] = [];
  /** The end of a line whose beginning has been written: it comes before everything else. */
  #torn: Uint8Array | undefined;
  /** Bytes of the lines that wait and of those being written. */
  #bytes = 0;
  /** Lines dropped since the last line that told of it. */
  #dropped = 0;
  #draining: Promise<void> | undefined;

  /**
   * Nothing waits.
   *
   * @param write Writes some of the bytes and resolves to how many.
   * @param droppedLine The line that tells of so many lines dropped.
   */
  constructor(
    write: (bytes: Uint8Array) => Promise<number>,
    droppedLine: (count: number) => string,
  ) {
    this.#write = write;
    this.#droppedLine = droppedLine;
  }

  /** Adds a line, without its newline. */
  push(line: string): void {
    if (this.#draining === undefined) this.#tellDropped();
    const bytes = encoder.encode(line + "\n");
    // After a dropped line the next ones go, too, until it is told: so the gap is in one place.
    if (this.#dropped > 0 || this.#bytes + bytes.length > MAX_QUEUED_BYTES) this.#dropped++;
    else this.#enqueue({ bytes, count: 1 });
    this.#draining ??= this.#drain();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  #enqueue(line: QueuedLine): void {
    this.#lines.push(line);
    this.#bytes += line.bytes.length;
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const bytes = encoder.encode(this.#droppedLine(this.#dropped) + "\n");
    this.#enqueue({ bytes, count: this.#dropped });
    this.#dropped = 0;
  }

  async #drain(): Promise<void> {
    // The other lines of this turn come along in the first write.
    await Promise.resolve();
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      const bytes = this.#bytes;
      this.#lines = [];
      const torn = this.#torn ?? new Uint8Array();
      const batch = joined([torn, ...lines.map((line) => line.bytes)]);
      const written = await this.#writeSome(batch);
      // Only now: what is being written takes part in the bound.
      this.#bytes -= bytes;
      this.#torn = written < torn.length ? torn.subarray(written) : undefined;
      if (written === batch.length) this.#tellDropped();
      else this.#drop(lines, Math.max(0, written - torn.length));
    }
    this.#draining = undefined;
  }

  /** Drops the lines that were not written, but not the end of one that was begun. */
  #drop(lines: readonly QueuedLine[], written: number): void {
    let end = 0;
    for (const { bytes, count } of lines) {
      const begin = end;
      end += bytes.length;
      if (written >= end) continue;
      if (written > begin) this.#torn = bytes.subarray(written - begin);
      else this.#dropped += count;
    }
  }

  /** All of the bytes, or fewer: standard error is gone, or has no room and does not wait. */
  async #writeSome(batch: Uint8Array): Promise<number> {
    let end = 0;
    try {
      while (end < batch.length) {
        const written = await this.#write(batch.subarray(end));
        if (written === 0) break;
        end += written;
      }
    } catch {
      // A full disk takes a part, and then throws.
    }
    return end;
  }
}

/** All lines in one piece. */
function joined(lines: readonly Uint8Array[]): Uint8Array {
  const batch = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const line of lines) {
    batch.set(line, end);
    end += line.length;
  }
  return batch;
}
