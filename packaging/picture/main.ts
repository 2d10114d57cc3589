/**
 * `deno task picture`: plays the scene with the real program, and writes the picture of it.
 *
 * @module
 */

import { drawPicture, PICTURE } from "./picture.ts";
import { playScene } from "./scene.ts";

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const played = await playScene({ keyByKey: true });
const svg = drawPicture(played);
await Deno.writeTextFile(PICTURE, svg);
const kib = Math.round(new TextEncoder().encode(svg).length / 1024);
say(`docs/images/session.svg: ${kib} KiB, ${(played.film.durationMs / 1000).toFixed(1)} s`);
