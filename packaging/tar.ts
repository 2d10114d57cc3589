/**
 * Archives as `tar` reads them (POSIX ustar), the same bytes for the same content on every machine:
 * no clock, no owner and no order of a directory gets in.
 *
 * @module
 */

/** One file in an archive. */
export interface Entry {
  /** With `/` between its parts, relative, up to 100 ASCII characters. */
  readonly path: string;
  /** What is in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it may be run; default false. */
  readonly executable?: boolean;
}

/** tar counts in blocks of so many bytes. */
const BLOCK = 512;

const encoder = new TextEncoder();

/** The directories above some files, outermost first, each once. */
export function directoriesOf(entries: readonly Entry[]): string[] {
  const found = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      found.add(`${parts.slice(0, depth).join("/")}/`);
    }
  }
  return [...found];
}

/** One header: where each field lies is POSIX.1-1988, numbers are octal digits. */
function header(path: string, options: {
  readonly size: number;
  readonly mode: number;
  readonly seconds: number;
}): Uint8Array {
  // deno-lint-ignore no-control-regex -- ASCII is what is meant
  if (path.length > 100 || !/^[\x00-\x7f]*$/.test(path)) {
    throw new Error(
      `Cannot put into a tar, of which a path is up to 100 ASCII characters: ${path}`,
    );
  }
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => block.set(encoder.encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, path);
  put(100, `${octal(options.mode, 7)}\0`);
  put(108, `${octal(0, 7)}\0`);
  put(116, `${octal(0, 7)}\0`);
  put(124, `${octal(options.size, 11)}\0`);
  put(136, `${octal(options.seconds, 11)}\0`);
  // While the sum is made, its own field counts as spaces.
  put(148, " ".repeat(8));
  put(156, path.endsWith("/") ? "5" : "0");
  put(257, "ustar\x0000");
  put(265, "root");
  put(297, "root");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}

/**
 * An archive of files, and of the directories that they lie in.
 *
 * @param date The time that everything in it has; cut to seconds.
 * @throws {Error} When a path does not fit.
 */
export function tarFile(entries: readonly Entry[], date: Date): Uint8Array<ArrayBuffer> {
  const seconds = Math.floor(date.getTime() / 1000);
  const parts: { readonly head: Uint8Array; readonly bytes: Uint8Array }[] = [
    ...directoriesOf(entries).map((path) => ({
      head: header(path, { size: 0, mode: 0o755, seconds }),
      bytes: new Uint8Array(),
    })),
    ...entries.map(({ path, bytes, executable = false }) => ({
      head: header(path, { size: bytes.length, mode: executable ? 0o755 : 0o644, seconds }),
      bytes,
    })),
  ];
  const padded = (size: number) => Math.ceil(size / BLOCK) * BLOCK;
  const total = parts.reduce((sum, { bytes }) => sum + BLOCK + padded(bytes.length), 0);
  // Two empty blocks end it.
  const file = new Uint8Array(total + 2 * BLOCK);
  let offset = 0;
  for (const { head, bytes } of parts) {
    file.set(head, offset);
    file.set(bytes, offset + BLOCK);
    offset += BLOCK + padded(bytes.length);
  }
  return file;
}
