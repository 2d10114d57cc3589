/**
 * Who is put to the test: this program, and the two that Debian offers to people who want the same.
 *
 * @module
 */

import type { Contender } from "./contender.ts";
import { firstLine, freePort, startServer } from "./running.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** With the permissions of `deno task serve`, its defaults, and room for the crowd. */
const chat: Contender = {
  name: "chat",
  about: "`chat serve --max-clients 2000`, plain dialect",
  version: () => firstLine(Deno.execPath(), "run", "--no-prompt", MAIN, "--version"),
  start() {
    const port = freePort();
    const permissions = ["--allow-net", "--allow-read", "--allow-write"];
    const more = ["--allow-sys=networkInterfaces", "--allow-env=CHAT_DEBUG"];
    const flags = ["--port", `${port}`, "--max-clients", "2000"];
    return startServer(
      [Deno.execPath(), "run", "--no-prompt", ...permissions, ...more, MAIN, "serve", ...flags],
      { port },
    );
  },
  enter: (name) => `${name}\n`,
  isIn: /^Welcome, /,
  say: (text) => `${text}\n`,
  answer: () => null,
};

const ncat: Contender = {
  name: "ncat --chat",
  about: "`ncat --listen --chat --max-conns 2000`",
  version: () => firstLine("ncat", "--version"),
  start() {
    const port = freePort();
    return startServer(["ncat", "-l", "--chat", "-m", "2000", "0.0.0.0", `${port}`], { port });
  },
  enter: () => "",
  isIn: null,
  say: (text) => `${text}\n`,
  answer: () => null,
};

const ngircd: Contender = {
  name: "ngircd",
  about: "Debian's settings, but without limits on connections, DNS, IDENT and PAM",
  version: () => firstLine("ngircd", "--version"),
  async start() {
    const port = freePort();
    const file = await Deno.makeTempFile({ prefix: "ngircd-" });
    const settings = `[Global]
Name = irc.test
Info = test
Ports = ${port}
Listen = 0.0.0.0
ServerUID = nobody
ServerGID = nogroup
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxNickLength = 20
[Options]
DNS = no
Ident = no
PAM = no
`;
    await Deno.writeTextFile(file, settings, { mode: 0o644 });
    return await startServer(["ngircd", "-n", "-f", file], {
      port,
      cleanUp: () => Deno.remove(file),
    });
  },
  enter: (name) => `NICK ${name}\r\nUSER ${name} 0 * :${name}\r\nJOIN #room\r\n`,
  isIn: / 366 /,
  say: (text) => `PRIVMSG #room :${text}\r\n`,
  answer: (line) => line.startsWith("PING ") ? `PONG ${line.slice(5)}\r\n` : null,
};

/** See the module. */
export const CONTENDERS: readonly Contender[] = [chat, ncat, ngircd];
