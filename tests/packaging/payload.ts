/**
 * What `deno compile` puts into an executable for Linux: an ELF note of the owner `SUI`, which denort
 * reads when it starts. As Deno 2.9.6 writes it; sizes are 8 bytes, little-endian:
 *
 * ```text
 * d3n0l4nd · size, metadata (JSON) · 20 bytes: no packages, no remote modules
 *          · size, directory (JSON) · size, contents of the files · d3n0l4nd
 * ```
 *
 * @module
 */

/** Marks the beginning and the end. */
const MAGIC = "d3n0l4nd";

/** What stands between metadata and directory where there are no packages and remote modules. */
const NOTHING_BYTES = 20;

/** Type of a program header that leads to notes (ELF specification, "Program Header"). */
const PT_NOTE = 4;

/** What an executable was given. */
export interface Payload {
  /** How it is to be run. */
  // deno-lint-ignore no-explicit-any -- Deno's own, which tests look into
  readonly metadata: any;
  /** Its files, by name, in their order. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** All of it as text, for what must not be in it. */
  readonly text: string;
}

interface FileEntry {
  readonly File: { readonly n: string; readonly o: readonly [offset: number, length: number] };
}

/**
 * Reads the payload of an executable.
 *
 * @param executable An ELF file of 64 bits, little-endian.
 * @throws {Error} When there is none, or its shape is another one.
 */
export function readPayload(executable: Uint8Array<ArrayBuffer>): Payload {
  const note = noteOf(executable, "SUI");
  let at = textOf(note).indexOf(MAGIC + MAGIC) + MAGIC.length;
  if (at < MAGIC.length) throw new Error("The note has no payload");
  const view = new DataView(note.buffer, note.byteOffset);
  const next = () => {
    const start = at + 8;
    at = start + Number(view.getBigUint64(at, true));
    return note.subarray(start, at);
  };
  at += MAGIC.length;
  const metadata = JSON.parse(new TextDecoder().decode(next()));
  const nothing = note.subarray(at, at += NOTHING_BYTES);
  if (nothing.some((byte) => byte !== 0)) throw new Error("There are packages or remote modules");
  const directory: FileEntry[] = JSON.parse(new TextDecoder().decode(next()));
  const contents = next();
  const files = new Map(directory.map(({ File: { n, o: [offset, length] } }) => {
    return [n, contents.subarray(offset, offset + length)] as const;
  }));
  if (textOf(note.subarray(at, at + MAGIC.length)) !== MAGIC) throw new Error("It does not end");
  return { metadata, files, text: textOf(note) };
}

/** The content of the note of an owner. */
function noteOf(elf: Uint8Array<ArrayBuffer>, owner: string): Uint8Array<ArrayBuffer> {
  const view = new DataView(elf.buffer);
  const headers = Number(view.getBigUint64(32, true));
  const [size, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  for (let index = 0; index < count; index++) {
    const header = headers + index * size;
    if (view.getUint32(header, true) !== PT_NOTE) continue;
    const offset = Number(view.getBigUint64(header + 8, true));
    const nameSize = view.getUint32(offset, true);
    const contentSize = view.getUint32(offset + 4, true);
    const name = textOf(elf.subarray(offset + 12, offset + 12 + nameSize));
    if (name.replace(/\0.*/, "") !== owner) continue;
    const start = offset + 12 + 4 * Math.ceil(nameSize / 4);
    return elf.subarray(start, start + contentSize);
  }
  throw new Error(`There is no note of ${owner}`);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
