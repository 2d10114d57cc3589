/// <reference lib="dom" />
/**
 * What tests do with several rooms on the page.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { PlainClient } from "../helpers/plain_client.ts";
import { say } from "./stage.ts";

/** Joins a room as somebody does who types it. */
export async function join(page: Page, room: string): Promise<void> {
  await say(page, `/join ${room}`);
  await shown(page, room);
}

/** Waits until a room is shown. */
export async function shown(page: Page, room: string, title = `#${room}`): Promise<void> {
  await page.waitForFunction(
    (title) => document.querySelector("#title")?.textContent === title,
    title,
  );
}

/** Goes to a room by the list at the side. */
export async function show(page: Page, room: string, title?: string): Promise<void> {
  await page.locator("#room-list button:not(.leave)", { hasText: `#${room}` }).click();
  await shown(page, room, title);
}

/** Waits until the list at the side reads like this: `#lobby 3`, `#ops`, `#dev gone`. */
export async function listed(page: Page, ...rooms: string[]): Promise<void> {
  await page.waitForFunction(
    (rooms) =>
      rooms === String(
        [...document.querySelectorAll("#room-list li")].map((row) =>
          [row.querySelector(".name"), row.querySelector(".unread-count")]
            .flatMap((part) => part === null ? [] : [part.textContent]).join(" ") +
          (row.querySelector(".dot") === null ? "" : " !") +
          (row.querySelector("i")?.textContent ?? "")
        ),
      ),
    String(rooms),
  );
}

/** Somebody at `nc` in a room. */
export async function plainIn(port: number, name: string, room: string): Promise<PlainClient> {
  const client = await PlainClient.join(port, name);
  await client.say(`/join ${room}`);
  await client.expect(new RegExp(`#${room}`));
  return client;
}
