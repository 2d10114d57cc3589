/**
 * `deno task picture`: plays the scene with the real program, and writes the picture of it.
 *
 * @module
 */

import { printOut } from "../../src/print.ts";
import { playScene } from "./scene.ts";

/** Where the picture is kept. */
const PICTURE: URL = new URL("../../docs/images/session.svg", import.meta.url);

const TITLE = "A chat room from the first command on, in four terminals";

const DESCRIPTION =
  "One machine runs chat serve, which prints how to come in. Ada and Linus join with chat join and " +
  "talk. A script says one line through a pipe. Barbara, who has only nc, comes in and is shown what " +
  "was said before. The server is killed; Linus goes on typing, and her message waits. When the " +
  "server is started again, both are connected again and the message arrives once.";

const { film } = await playScene({ keyByKey: true });
const svg = film.draw(TITLE, DESCRIPTION);
await Deno.writeTextFile(PICTURE, svg);
const kib = Math.round(new TextEncoder().encode(svg).length / 1024);
printOut(`docs/images/session.svg: ${kib} KiB, ${(film.durationMs / 1000).toFixed(1)} s\n`);
