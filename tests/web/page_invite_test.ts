/// <reference lib="dom" />
import { assertEquals, assertMatch } from "@std/assert";
import { readQrCode } from "../helpers/qr_reader.ts";
import { join } from "./rooms_stage.ts";
import { hasChromium, Stage, startWebServer } from "./stage.ts";

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
