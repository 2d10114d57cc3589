/**
 * `chat join` in a real terminal emulator, tmux: what it keeps in its scrollback.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import { shellLine, startServer } from "../helpers/program.ts";
import { Tmux } from "../helpers/tmux.ts";

const ignore = !await needs("tmux");

Deno.test(
  "At the top of the screen, too, typing leaves nothing behind in the scrollback of tmux",
  { ignore },
  async () => {
    await using server = await startServer();
    const args = ["join", `127.0.0.1:${server.port}`, "--name", "ada", "--no-color"];
    await using tmux = await Tmux.open(shellLine(args));
    await tmux.shows(/1 here/);
    await tmux.shows(/Welcome/);
    await tmux.press("C-l");
    for (const key of "abcd") {
      await tmux.press(key);
      await tmux.shows(new RegExp(`^> [a-d]*${key}$`));
    }
    const rows = await tmux.rows();
    assertEquals(rows.filter((row) => /^>/.test(row)), ["> abcd"]);
    assertEquals(rows.filter((row) => /1 here/.test(row)).length, 1);
  },
);
