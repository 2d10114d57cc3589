/// <reference lib="dom" />
/** The page behind a proxy that does not let its WebSocket through. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { enter, hasChromium, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

for (
  const [what, answer, said] of [
    ["403", () => new Response("Ask Joe.\n", { status: 403 }), "answers 403 Forbidden: Ask Joe."],
    ["502 in HTML", () => html("<b>no</b>", 502), "answers 502 Bad Gateway."],
    // As one that knows nothing of WebSockets: the server itself answers 426.
    ["without the upgrade", undefined, "A proxy before it must pass on the WebSocket upgrade"],
  ] as const
) {
  Deno.test({
    name: `Behind a proxy that answers ${what}, the page says so and what to do`,
    ignore,
    async fn() {
      await using server = await startWebServer();
      await using stage = await Stage.open();
      await using proxy = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {} },
        (request) => {
          const { pathname } = new URL(request.url);
          if (pathname === "/ws" && answer !== undefined) return answer();
          return fetch(`http://127.0.0.1:${server.web}${pathname}`);
        },
      );
      const page = await stage.page();
      await page.goto(`http://127.0.0.1:${proxy.addr.port}/`);
      await page.fill("#name", "ada");
      await page.click("#enter");
      await page.waitForFunction(() =>
        document.querySelector("#door-error")?.textContent?.includes("WebSocket")
      );
      assertStringIncludes(await page.innerText("#door-error"), said);
      await page.context().close();
    },
  });
}

function html(body: string, status: number): Response {
  return new Response(body, { status, headers: { "content-type": "text/html" } });
}

Deno.test({
  name: "A page in the room says what keeps it from coming back, and comes back after it",
  ignore,
  async fn() {
    await using stage = await Stage.open();
    const page = await stage.page();
    let web;
    {
      await using server = await startWebServer();
      web = server.web;
      await page.goto(`http://127.0.0.1:${web}/`);
      await enter(page, "ada");
      await page.route("**/ws", (route) => route.fulfill({ status: 403, body: "Ask Joe." }));
    }
    await page.waitForFunction(() =>
      document.querySelector("#status")?.textContent?.includes("answers 403")
    );
    await using _server = await startWebServer([], { web });
    await page.waitForFunction(() => document.querySelector("#status")?.textContent === "");
    assertEquals(await page.isVisible("#field"), true);
  },
});
