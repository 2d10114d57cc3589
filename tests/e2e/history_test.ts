/** History counts messages, wherever it is asked for, and not who came and went since. */

import { assertEquals } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { runChat, type RunningServer, startServer } from "../helpers/program.ts";

/** Says `one` to `five`, then lets as many people come and go. */
async function crowded(server: RunningServer, people: number): Promise<PlainClient> {
  const nora = await PlainClient.join(server.port, "nora");
  for (const text of ["one", "two", "three", "four", "five"]) await nora.say(text);
  for (let n = 0; n < people; n++) {
    const guest = await PlainClient.join(server.port, `guest${n}`);
    await guest.say("/quit");
    await nora.expect(new RegExp(`guest${n} left`));
    await guest[Symbol.asyncDispose]();
  }
  return nora;
}

function textsOf(events: readonly object[]): string[] {
  return events.flatMap((event) => "text" in event && "from" in event ? [`${event.text}`] : []);
}

for (const [people, limits] of [[30, []], [300, ["--joins", "0", "--rate", "0"]]] as const) {
  Deno.test(`After ${people} people came and went, N counts messages everywhere`, async () => {
    await using server = await startServer([...limits]);
    await using nora = await crowded(server, people);
    const { client } = await JsonClient.join(server.port, "bot", { history: 3 });
    await using bot = client;
    await bot.say("ready");
    await bot.message("ready");
    const begun = bot.seen();
    assertEquals(textsOf(begun), ["three", "four", "five", "ready"]);
    assertEquals(begun.length <= 504, true, `${begun.length} events`);
    await bot.send({ type: "command", line: "/history 3" });
    const page = await bot.next("history");
    assertEquals(textsOf(page.events), ["four", "five", "ready"]);
    assertEquals(page.events.length <= 500, true, `${page.events.length} events`);
    await nora.say("/history 3");
    await nora.expect(/^\* The last 3 messages/);
    const lines: string[] = [];
    while (lines.at(-1) !== "* Now:") lines.push((await nora.line())!);
    assertEquals(lines.filter((line) => !line.startsWith("*")), [
      "nora: four",
      "nora: five",
      "bot: ready",
    ]);
    assertEquals(lines.length <= 501, true, `${lines.length} lines`);
    for (const how of [["--json"], []]) {
      const address = `127.0.0.1:${server.port}`;
      const args = ["join", address, "--name", "last", "--history", "3", "--exit", ...how];
      const { code, stdout, stderr } = await runChat(args);
      assertEquals([code, stderr], [0, ""]);
      const written = stdout.trim().split("\n");
      const said = written.filter((line) => /four|five|ready/.test(line));
      assertEquals([said.length, written.length <= 500], [3, true], `${written.length} lines`);
      assertEquals(written.some((line) => /three/.test(line)), false);
    }
  });
}

Deno.test("Whoever joins is shown as many messages as asked for, however many came and went", async () => {
  await using server = await startServer(["--joins", "0", "--rate", "0", "--history", "2"]);
  await using _nora = await crowded(server, 300);
  await using ada = await PlainClient.join(server.port, "ada");
  await ada.expect("* Now:");
  const seen = ada.seen.filter((line) => line.startsWith("nora: "));
  assertEquals(seen, ["nora: four", "nora: five"]);
  const args = ["join", `127.0.0.1:${server.port}`, "--name", "pipe", "--history", "4", "--json"];
  const { code, stdout } = await runChat(args, { input: "done\n" });
  const events = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals([code, textsOf(events)], [0, ["two", "three", "four", "five", "done"]]);
  assertEquals(events.filter(({ type }) => type === "lagged"), []);
});
