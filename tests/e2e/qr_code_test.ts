/** The QR code of the real program on a real terminal. */

import { assertEquals } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import { shellLine } from "../helpers/program.ts";
import { readQrRows } from "../helpers/qr_reader.ts";
import { Tmux } from "../helpers/tmux.ts";

Deno.test({
  name: "chat serve --web shows the page's address as a QR code on a terminal",
  ignore: !await needs("tmux"),
  async fn() {
    await using tmux = await Tmux.open(
      shellLine([
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--web",
        "0",
        "--web-host",
        "chat.test",
      ]),
      { rows: 50 },
    );
    await tmux.shows(/Ctrl-C stops/);
    const rows = await tmux.rows();
    const address = rows.find((row) => row.includes("http://chat.test:"))?.trim();
    assertEquals(readQrRows(rows.map((row) => row.padEnd(80))), address);
    await tmux.press("C-c");
  },
});
