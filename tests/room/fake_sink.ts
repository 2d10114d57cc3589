/** A connection whose writes wait until the test takes bytes from it. */

interface Write {
  readonly bytes: Uint8Array;
  readonly resolve: (written: number) => void;
  readonly reject: (error: Error) => void;
}

export class FakeSink {
  #write: Write | null = null;
  #arrived: (() => void) | null = null;
  #decoder = new TextDecoder();
  #open: boolean;
  /** Everything taken so far. */
  text = "";

  /** @param open Takes everything at once, until `pause` is called. */
  constructor(open = false) {
    this.#open = open;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#write !== null) throw new Error("overlapping writes");
    if (bytes.length === 0) throw new Error("an empty write");
    if (this.#open) {
      this.#add(bytes);
      return Promise.resolve(bytes.length);
    }
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#write = { bytes, resolve, reject };
    this.#arrived?.();
    return promise;
  }

  /** A write waits now. */
  get waiting(): boolean {
    return this.#write !== null;
  }

  /** Takes up to `most` bytes of the write under way, waiting for one if need be. */
  async take(most = Infinity): Promise<void> {
    if (this.#write === null) {
      await new Promise<void>((resolve) => this.#arrived = resolve);
      this.#arrived = null;
    }
    const { bytes, resolve } = this.#write!;
    const taken = bytes.subarray(0, Math.min(most, bytes.length));
    // What arrives is what the bytes are now, as with a real socket's late copy.
    this.#add(taken);
    this.#write = null;
    resolve(taken.length);
    await Promise.resolve();
    await Promise.resolve();
  }

  /** From now on takes everything at once, the write under way included. */
  open(): void {
    this.#open = true;
    if (this.#write !== null) {
      const { bytes, resolve } = this.#write;
      this.#add(bytes);
      this.#write = null;
      resolve(bytes.length);
    }
  }

  /** The write under way fails. */
  fail(error: Error): void {
    const write = this.#write;
    this.#write = null;
    write?.reject(error);
  }

  #add(bytes: Uint8Array): void {
    this.text += this.#decoder.decode(bytes, { stream: true });
  }
}
