/**
 * Archives as Windows opens them (PKWARE's APPNOTE, version 2.0 of the format), the same bytes for
 * the same content on every machine.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { compress } from "./compress.ts";
import type { Entry } from "./tar.ts";

const encoder = new TextEncoder();

/** A moment as MS-DOS wrote it, in UTC: two seconds are its finest step, 1980 its first year. */
function dosTime(date: Date): { readonly time: number; readonly day: number } {
  return {
    time: date.getUTCHours() << 11 | date.getUTCMinutes() << 5 | date.getUTCSeconds() >> 1,
    day: date.getUTCFullYear() - 1980 << 9 | date.getUTCMonth() + 1 << 5 | date.getUTCDate(),
  };
}

/** What the header before a file and its line in the directory at the end have in common: 26 bytes. */
function common(date: Date, sizes: {
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly name: number;
}): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  const { time, day } = dosTime(date);
  view.setUint16(0, 20, true); // needs version 2.0
  view.setUint16(4, 8, true); // packed with deflate
  view.setUint16(6, time, true);
  view.setUint16(8, day, true);
  view.setUint32(10, sizes.crc, true);
  view.setUint32(14, sizes.packed, true);
  view.setUint32(18, sizes.size, true);
  view.setUint16(22, sizes.name, true);
  return bytes;
}

/** The line of a file in the directory at the end. */
function directoryLine(fields: Uint8Array, name: Uint8Array, options: {
  readonly offset: number;
  readonly executable: boolean;
}): Uint8Array {
  const bytes = new Uint8Array(46 + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  // Made on Unix, so that the mode of an executable survives where there are modes.
  view.setUint16(4, 3 << 8 | 20, true);
  bytes.set(fields, 6);
  view.setUint32(38, (0o100000 | (options.executable ? 0o755 : 0o644)) << 16 >>> 0, true);
  view.setUint32(42, options.offset, true);
  bytes.set(name, 46);
  return bytes;
}

/** What ends an archive. */
function ending(count: number, directory: { readonly size: number; readonly offset: number }) {
  const bytes = new Uint8Array(22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, directory.size, true);
  view.setUint32(16, directory.offset, true);
  return bytes;
}

/** Several pieces as one. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    file.set(piece, offset);
    offset += piece.length;
  }
  return file;
}

/**
 * A zip archive of files; up to 65,535 of them and 4 GiB in all.
 *
 * @param date The time that everything in it has, from 1980 on.
 */
export async function zipFile(
  entries: readonly Entry[],
  date: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, bytes, executable = false } of entries) {
    const name = encoder.encode(path);
    const packed = await compress(bytes, "deflate-raw");
    const fields = common(date, {
      crc: crc32(bytes),
      packed: packed.length,
      size: bytes.length,
      name: name.length,
    });
    const head = new Uint8Array(30);
    new DataView(head.buffer).setUint32(0, 0x04034b50, true);
    head.set(fields, 4);
    files.push(head, name, packed);
    directory.push(directoryLine(fields, name, { offset, executable }));
    offset += head.length + name.length + packed.length;
  }
  const lines = joined(directory);
  return joined([...files, lines, ending(entries.length, { size: lines.length, offset })]);
}
