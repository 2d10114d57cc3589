/// <reference lib="dom" />
/** Messages that an operator erases go from the page. */

import { assert, assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { hasChromium, say, seen, Stage, startWebServer, texts } from "./stage.ts";

Deno.test({
  name: "What is erased goes from the page, drawn or not, and from that of who reloads",
  ignore: !hasChromium,
  async fn() {
    const passwords = await Deno.makeTempFile();
    await Deno.writeTextFile(passwords, "boss\n");
    try {
      await using server = await startWebServer(["--operator-password-file", passwords]);
      await using stage = await Stage.open();
      await using root = await PlainClient.join(server.port, "root");
      await using bob = await PlainClient.join(server.port, "bob");
      await root.say("/op");
      await root.expect(/nobody sees/i);
      await root.say("boss");
      await root.expect(/You are an operator now/);
      const page = await stage.joined(server.web, "ada");
      await bob.say("the secret");
      await bob.say("and more of it");
      await seen(page, "and more of it");
      await say(page, "I saw it");
      await root.say("/erase bob");
      await seen(page, "erases 2 messages of bob");
      const left = ["(erased)", "(erased)", "I saw it"];
      assertEquals((await texts(page)).slice(0, 3), left);
      assert(!(await page.content()).includes("secret"));
      await page.reload();
      await seen(page, "erases 2 messages of bob");
      assertEquals((await texts(page)).slice(0, 3), left);
      assertEquals(stage.errors, []);
    } finally {
      await Deno.remove(passwords);
    }
  },
});
