/// <reference lib="dom" />
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { readQrCode } from "../helpers/qr_reader.ts";
import { join, shown } from "./rooms_stage.ts";
import { enter, hasChromium, say, Stage, startWebServer } from "./stage.ts";

Deno.test({
  name: "The invitation shows the address of the room as a link and as a QR code",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await join(page, "東京");
    await page.click("#show-invite");
    await page.waitForSelector("#invite[open]");
    const address = await page.getAttribute("#invite-address", "href") ?? "";
    assertEquals(decodeURIComponent(address), `http://127.0.0.1:${server.web}/#東京`);
    assertMatch(await page.innerText("#invite-note"), /this machine only/);
    // As it is drawn: the pixel in the middle of each square.
    const png = (await page.locator("#invite-code").screenshot()).toString("base64");
    const { size, black } = await page.evaluate(async (png) => {
      const size = Number(
        document.querySelector("#invite-code")?.getAttribute("viewBox")?.split(" ")[2],
      );
      const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const black = Array.from({ length: size * size }, (_, i) => {
        const x = Math.floor(((i % size) + 0.5) * image.width / size);
        const y = Math.floor((Math.floor(i / size) + 0.5) * image.height / size);
        return (context.getImageData(x, y, 1, 1).data[0] ?? 255) < 128;
      });
      return { size, black };
    }, png);
    assertEquals(readQrCode((x, y) => black[y * size + x] === true, size), address);
    await page.keyboard.press("Escape");
    await page.waitForSelector("#invite:not([open])", { state: "attached" });
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "An invitation to a private room says that the key is needed, and does not show it",
  ignore: !hasChromium,
  async fn() {
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, "open sesame\n");
    await using server = await startWebServer();
    await using stage = await Stage.open();
    try {
      const page = await stage.joined(server.web, "ada");
      await join(page, "vault");
      await needed(page, "");
      // Neither a command nor a key that the page has given: the server is asked.
      await say(page, "/key swordfish");
      await page.getByText("only people who know the key").waitFor();
      const text = "The link and the code are not enough: people also need the key of #vault.";
      await needed(page, text);
      assert(!(await page.content()).includes("swordfish"));
      const bob = await stage.joined(server.web, "bob");
      await say(bob, "/join vault swordfish");
      await shown(bob, "vault");
      await needed(bob, text);
      await say(page, "/key -");
      await page.getByText("everyone can join it").waitFor();
      await needed(bob, "");

      await using closed = await startWebServer(["--password-file", file]);
      const cy = await stage.page();
      await cy.goto(`http://127.0.0.1:${closed.web}/`);
      await cy.fill("#password", "open sesame");
      await enter(cy, "cy");
      await say(cy, "/join vault swordfish");
      await shown(cy, "vault");
      await needed(cy, text.replace(/\.$/, " and the server's password."));
      assertEquals(stage.errors, []);
    } finally {
      await Deno.remove(file);
    }
  },
});

Deno.test({
  name: "An invitation with all its words fits a small window: its button is not cut off",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await say(page, "/join vault swordfish");
    await shown(page, "vault");
    for (const height of [600, 750, 1000]) {
      await page.setViewportSize({ width: 1024, height });
      await page.click("#show-invite");
      await page.getByText("people also need the key").waitFor();
      const hidden = await page.locator("#invite").evaluate((dialog) =>
        dialog.scrollHeight - dialog.clientHeight
      );
      assertEquals(hidden, 0, `at ${height}`);
      await page.keyboard.press("Escape");
    }
    assertEquals(stage.errors, []);
  },
});

/** Opens the invitation, and waits until it says what people need beside it. */
async function needed(page: Page, text: string): Promise<void> {
  await page.click("#show-invite");
  await page.waitForFunction(
    (text) => document.querySelector("#invite-needed")?.textContent === text,
    text,
  );
  await page.keyboard.press("Escape");
}
