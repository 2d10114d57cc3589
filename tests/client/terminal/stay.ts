/**
 * `chat join` on a terminal without a window, with a server that does what a test says.
 *
 * @module
 */

import { endingWords, wrongPassword } from "../../../src/client/errors.ts";
import { JOIN_DEFAULTS } from "../../../src/client/options.ts";
import { runTerminal, type TerminalOptions } from "../../../src/client/terminal/terminal.ts";
import { dial } from "../../../src/net/dial.ts";
import { within } from "../../helpers/wait.ts";
import { AT, type Entrance, type FakePeer, FakeServer } from "../core/fake_server.ts";
import { FakeTerminal, type FakeTerminalOptions } from "./screen.ts";

/** Keys, as a terminal sends them. */
export const [ENTER, TAB, UP, CTRL_C] = ["\r", "\t", "\x1b[A", "\x03"];

/** A client on a terminal of its own, and its server. */
export class Stay implements AsyncDisposable {
  /** The server. */
  readonly server = new FakeServer();
  /** The terminal. */
  readonly terminal: FakeTerminal;
  readonly #stop = new AbortController();
  /** The exit code. */
  readonly ended: Promise<number>;

  /** Begins to connect, as `ada` and into the lobby where nothing else is said. */
  constructor(
    options: Partial<TerminalOptions> = { name: "ada" },
    size: FakeTerminalOptions = {},
    underTask = false,
  ) {
    this.terminal = new FakeTerminal(size);
    const address = { hostname: "127.0.0.1", port: this.server.port };
    const joined = { ...JOIN_DEFAULTS, host: "room", port: 5001, ...options };
    this.ended = runTerminal(
      joined,
      {
        connect: (signal) => dial(address, { timeoutMs: 5_000, signal }),
        prepare: () => import("../../../src/client/terminal/talk.ts"),
        stopped: this.#stop.signal,
        underTask,
        explain: (ending) => endingWords(ending, joined),
        explainPassword: (text) => wrongPassword(text, joined),
        tty: this.terminal,
      },
    );
  }

  /** Lets the client in, with bob. */
  async admit(welcome: Partial<Entrance> = {}): Promise<FakePeer> {
    const peer = await this.server.peer();
    await peer.admit({ members: ["ada", "bob"], count: 2, ...welcome });
    await peer.send({ type: "join", room: "lobby", seq: 1, at: AT, name: "ada" });
    await this.terminal.shows(/2 here/);
    return peer;
  }

  /** The lower end of the screen: so many rows, with the cursor. */
  async end(rows: number): Promise<string[]> {
    await this.terminal.settled();
    return this.terminal.picture.slice(-rows);
  }

  /** Ends the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    // Once more, so that it does not wait for acknowledgements.
    this.terminal.press(CTRL_C);
    this.server[Symbol.dispose]();
    await within(this.ended, "the end of the client");
  }
}
