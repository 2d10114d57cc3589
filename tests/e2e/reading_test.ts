/** What people at `nc` choose to read, from the real program with a database. */

import { assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";

Deno.test("Of two who talk at once, nc reads the one who is not ignored, all of it and with the time", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await using server = await startServer(["--db", `${directory}/chat.db`, "--rate", "0"]);
    await using eve = await PlainClient.join(server.port, "eve");
    await using bob = await PlainClient.join(server.port, "bob");
    await using ada = await PlainClient.join(server.port, "ada");
    await ada.say("/ignore eve");
    await ada.expect("* What eve says is hidden from you now. /ignore eve shows it again.");
    const speak = (client: PlainClient, name: string) =>
      client.send(Array.from({ length: 2_000 }, (_, n) => `${name} ${n}\n`).join(""));
    await Promise.all([speak(eve, "noise"), speak(bob, "sense")]);
    await ada.expect("bob: sense 1999");
    await ada.say("/time on");
    await ada.expect("* The time stands before each line now. /time off ends that.");
    await Promise.all([speak(eve, "noise"), speak(bob, "again")]);
    await ada.expect(/^\d\d:\d\d bob: again 1999$/);
    const said = ada.seen.filter((line) => /\b(?:bob|eve): /.test(line));
    const wanted = ["sense", "again"].flatMap((word) =>
      Array.from({ length: 2_000 }, (_, n) => `bob: ${word} ${n}`)
    );
    assertEquals(said.map((line) => line.replace(/^\d\d:\d\d /, "")), wanted);
    assertEquals(said.slice(2_000).every((line) => /^\d\d:\d\d /.test(line)), true);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
