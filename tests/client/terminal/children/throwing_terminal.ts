/**
 * Not a test: a program that has taken its terminal over and ends by an error that nobody catches.
 *
 * @module
 */

import { PASTE_ON } from "../../../../src/client/terminal/paste_filter.ts";
import { ProcessTty } from "../../../../src/client/terminal/tty.ts";

function ignore(): void {}

const tty = new ProcessTty();
tty.open({ onBytes: ignore, onChanged: ignore, onGone: ignore });
await tty.write(PASTE_ON);
setTimeout(() => {
  throw new Error("as it was meant to");
});
