/**
 * Text in few bytes: a saved state repeats itself a lot. Others have their turn meanwhile.
 *
 * @module
 */

import type { Lookup } from "../../store/room_store.ts";
import { Steps } from "../../store/steps.ts";

/** Does all steps of a lookup, and lets others have their turn between two of them. */
export async function inTurns<T>(lookup: Lookup<T>): Promise<T> {
  for (;;) {
    const step = lookup.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

/**
 * Packs a text.
 *
 * @param parts Its parts, in UTF-8, of some 32 KB: one is packed at a time.
 */
export async function pack(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
  const { readable, writable } = new CompressionStream("gzip");
  const packed = new Response(readable).bytes();
  const writer = writable.getWriter();
  const steps = new Steps();
  for (const part of parts) {
    await writer.write(part);
    if (!steps.isDue) continue;
    await nextTurn();
    for (const _ of steps.rest()) {
      // The time of the others is over.
    }
  }
  await writer.close();
  return await packed;
}

/** The text that was packed. @throws {Error} When the bytes are something else. */
export async function unpack(data: Uint8Array): Promise<string> {
  const readable = new Blob([data.slice()]).stream();
  return await new Response(readable.pipeThrough(new DecompressionStream("gzip"))).text();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
