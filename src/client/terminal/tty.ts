/**
 * The terminal itself, as little of it as the screen needs; tests put another one in its place.
 *
 * @module
 */

import { writeAll } from "../../net/line_connection.ts";
import { PASTE_OFF } from "./paste_filter.ts";
import type { Size } from "./picture.ts";

/** Who is told what a terminal does. */
export interface TtyEvents {
  /** Bytes of keys, cut anywhere. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The size has changed, or another program has used the screen. */
  readonly onChanged: () => void;
  /** The terminal is gone, or its input has ended. */
  readonly onGone: () => void;
}

/** A terminal. */
export interface Tty {
  /** Its size now. */
  size(): Size;
  /**
   * Writes a text whole. One call at a time.
   *
   * @returns Resolves when the terminal has taken it; rejects when the terminal is gone.
   */
  write(text: string): Promise<void>;
  /** Takes the terminal over: keys come one by one and are not shown. */
  open(events: TtyEvents): void;
  /**
   * Stops the program as Ctrl-Z does; resolves before or after the shell's `fg`, which is told as
   * a change.
   *
   * @returns Rejects where a program cannot stop itself.
   */
  suspend(): Promise<void>;
  /** Gives the terminal back. */
  close(): void;
}

/** Where nobody tells the size. */
const USUAL_SIZE: Size = { columns: 80, rows: 24 };

/** Bytes of keys that are read at once. */
const READ_BYTES = 16 * 1024;

/** Windows knows no stopped programs. */
const CAN_STOP = Deno.build.os !== "windows";

const encoder = new TextEncoder();

/** The terminal of this process. */
export class ProcessTty implements Tty {
  #events: TtyEvents | undefined;

  /** See {@linkcode Tty}. */
  size(): Size {
    try {
      const { columns, rows } = Deno.consoleSize();
      // A terminal that nobody has told its size says 0.
      return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
    } catch {
      return USUAL_SIZE;
    }
  }

  /** See {@linkcode Tty}. */
  async write(text: string): Promise<void> {
    await writeAll(Deno.stdout, encoder.encode(text));
  }

  /** See {@linkcode Tty}. */
  open(events: TtyEvents): void {
    this.#events = events;
    Deno.stdin.setRaw(true);
    for (const type of ["error", "unhandledrejection"]) addEventListener(type, this.#restore);
    Deno.addSignalListener("SIGWINCH", this.#changed);
    if (CAN_STOP) Deno.addSignalListener("SIGCONT", this.#continued);
    this.#read();
  }

  /** See {@linkcode Tty}. */
  async suspend(): Promise<void> {
    if (!CAN_STOP) throw new Error("Cannot stop a program on Windows");
    // Loaded only here, since that takes as long as half of the start.
    const { default: process } = await import("node:process");
    Deno.stdin.setRaw(false);
    try {
      // Deno's own kill asks for a permission, even for this process.
      process.kill(process.pid, "SIGTSTP");
    } catch (error) {
      Deno.stdin.setRaw(true);
      throw error;
    }
  }

  /** See {@linkcode Tty}. */
  close(): void {
    this.#events = undefined;
    for (const type of ["error", "unhandledrejection"]) removeEventListener(type, this.#restore);
    Deno.removeSignalListener("SIGWINCH", this.#changed);
    if (CAN_STOP) Deno.removeSignalListener("SIGCONT", this.#continued);
    this.#cook();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      while (this.#events !== undefined) {
        const count = await Deno.stdin.read(buffer);
        if (count === null) break;
        this.#events?.onBytes(buffer.subarray(0, count));
      }
    } catch {
      // EIO: the terminal is gone.
    }
    this.#events?.onGone();
  }

  readonly #changed = (): void => this.#events?.onChanged();

  readonly #continued = (): void => {
    if (this.#events === undefined) return;
    try {
      Deno.stdin.setRaw(true);
    } catch {
      return this.#events.onGone();
    }
    this.#events.onChanged();
  };

  /**
   * The program ends by an error that nobody caught: its stack is to be read on a sane terminal.
   */
  readonly #restore = (): void => {
    this.#cook();
    try {
      Deno.stdout.writeSync(encoder.encode(`${PASTE_OFF}\r\n`));
    } catch {
      // The terminal is gone.
    }
  };

  #cook(): void {
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // The terminal is gone.
    }
  }
}
