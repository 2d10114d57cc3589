/**
 * `chat join` on a terminal in several rooms of a real server.
 *
 * @module
 */

import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { commandLine, startServer } from "../helpers/program.ts";
import { CTRL_C, ENTER, Terminal } from "../helpers/terminal.ts";

const ignore = !await needs("script");

const [ALT_1, ALT_2, ALT_A, ALT_RIGHT] = ["\x1b1", "\x1b2", "\x1ba", "\x1b[1;3C"];

/** The arguments of a client with a name. */
function join(port: number, rooms = ""): string[] {
  return ["join", `127.0.0.1:${port}${rooms}`, "--name", "ada", "--no-color"];
}

Deno.test(
  "On a terminal somebody talks in two rooms, each with its own line and what is new",
  { ignore },
  async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await using terminal = Terminal.chat(join(server.port));
    await bob.expect(/^\* ada .*join/);
    await terminal.type(`/join #Ops${ENTER}`);
    await terminal.shows(/── #ops ──/);
    await terminal.shows(/1 #lobby.*#ops.*1 here/);
    await bob.say("ada: are you there?");
    await terminal.shows(/1 #lobby \(1!\)/);
    // Typed in ops, and sent there although the lobby was shown in between.
    await terminal.type("to the ops ");
    await terminal.type(ALT_A);
    await terminal.shows(/── #lobby · 1 new ──/);
    await terminal.shows(/are you there\?/);
    await terminal.type(`yes, in a moment${ENTER}`);
    await bob.expect("ada: yes, in a moment");
    await bob.say("/join ops");
    await bob.expect(/#ops/);
    await terminal.type(`${ALT_2}only${ENTER}`);
    await bob.expect("ada: to the ops only");
    await bob.say("heard in ops");
    await terminal.shows(/bob.* +heard in ops/);
    await terminal.type(`/leave${ENTER}in the lobby again${ENTER}`);
    await terminal.shows(/You left #ops\./);
    await bob.expect(/ada left the room|ada left/);
    await using eve = await PlainClient.join(server.port, "eve");
    await eve.expect("ada: in the lobby again");
    assertEquals(bob.seen.includes("ada: in the lobby again"), false);
  },
);

Deno.test(
  "Who leaves several rooms gets back what was typed in each, the one on the screen too",
  { ignore },
  async () => {
    await using server = await startServer();
    await using terminal = Terminal.chat(join(server.port, "/ops/dev"));
    await terminal.shows(/#ops.*2 #dev/);
    await terminal.type(`for ops${ALT_2}for dev`);
    await terminal.shows(/> for dev/);
    await terminal.type(CTRL_C);
    const { stdout } = await terminal.outcome();
    assertMatch(stdout, /This was not sent to #dev: for dev/);
    assertMatch(stdout, /This was not sent to #ops: for ops/);
  },
);

Deno.test(
  "An address with rooms begins in the first one, and Alt with arrows goes on",
  { ignore },
  async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await bob.say("/join dev");
    await bob.expect(/#dev/);
    await bob.say("said before");
    await using terminal = Terminal.chat(join(server.port, "/ops/dev/lobby"));
    await terminal.shows(/#ops.*2 #dev.*3 #lobby.*1 here/);
    await terminal.type(ALT_RIGHT);
    await terminal.shows(/── #dev ──/);
    await terminal.shows(/bob.* +said before/);
    await bob.expect(/^\* ada .*join/);
    await bob.say("and after");
    await terminal.shows(/bob.* +and after/);
    await terminal.type(`${ALT_1}here${ENTER}`);
    await terminal.shows(/ada.* +here/);
    assertEquals(bob.seen.includes("ada: here"), false);
  },
);

Deno.test(
  "A private room wants its key, which nobody can read on the screen",
  { ignore },
  async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await bob.say("/join plans");
    await bob.expect(/#plans/);
    await bob.say("/key sesame");
    await bob.expect(/private/);
    await using terminal = Terminal.chat(join(server.port));
    await terminal.shows(/Welcome, ada/);
    await terminal.type(`/join plans${ENTER}`);
    await terminal.shows(/Key of #plans: /);
    await terminal.type(`wrong${ENTER}`);
    await terminal.shows(/That is not the key of #plans\./);
    await terminal.type(`sesame${ENTER}`);
    await bob.expect(/^\* ada .*join/);
    await terminal.type(`the plan${ENTER}`);
    await bob.expect("ada: the plan");
    await bob.say("/kick ada");
    await terminal.shows(/bob removed you from #plans/);
    await terminal.type(`not for the lobby${ENTER}`);
    await terminal.shows(/Not sent: You are not in #plans any more/);
    await terminal.type("\x03");
    const { stdout } = await terminal.outcome();
    assertNotMatch(stdout, /sesame/);
  },
);

Deno.test(
  "After a kill of the server each room goes on where it was, and so does what is being typed",
  { ignore },
  async () => {
    const directory = await Deno.makeTempDir();
    try {
      const db = ["--db", `${directory}/chat.db`];
      const first = await startServer(db);
      const { port } = first;
      await using terminal = Terminal.chat([...join(port, "/lobby/ops"), "--timeout", "60"]);
      await terminal.shows(/Welcome, ada/);
      await terminal.type(`${ALT_2}before${ENTER}`);
      await terminal.shows(/ada.* +before/);
      await terminal.type("for the ");
      first.signal("SIGKILL");
      await first.outcome();
      await terminal.shows(/Not connected/);
      await terminal.type(`${ALT_1}between${ENTER}`);
      await using _second = await startServer(
        db,
        (line) => commandLine(line.map((word, i) => line[i - 1] === "--port" ? `${port}` : word)),
      );
      await terminal.shows(/Connected again/);
      await terminal.shows(/ada.* +between/);
      await using bob = await PlainClient.join(port, "bob");
      await bob.expect("ada: between");
      await bob.say("/join ops");
      await bob.expect("ada: before");
      await terminal.type(`${ALT_2}ops${ENTER}`);
      await bob.expect("ada: for the ops");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);
