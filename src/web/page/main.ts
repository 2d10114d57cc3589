/// <reference lib="dom" />
/**
 * The page: the door and the rooms behind it, one after the other, for as long as it is open.
 *
 * In `page/` lives what runs in the browser. It may import `client/core`, `client/view`, `net` and
 * `protocol`.
 *
 * @module
 */

import type { Ending } from "../../client/core/events.ts";
import { ChatPage } from "./chat_page.ts";
import { find } from "./dom.ts";
import { readPlace, takeClosed, writeOutbox, writePlace } from "./memory.ts";
import { unreachableWords } from "./status.ts";
import { SignIn } from "./sign_in.ts";

/** Tells, unless this script hides it, that the browser cannot run it. */
const trouble = find("trouble", HTMLElement);
try {
  await run();
} catch (error) {
  trouble.hidden = false;
  throw error;
}

/** Never ends, but by a fault of the page or by an old browser. */
async function run(): Promise<never> {
  const door = new SignIn();
  const chat = new ChatPage();
  trouble.hidden = true;
  let place = readPlace();
  let error = "";
  for (;;) {
    const { name, password } = place ?? await door.ask(error);
    const taken = place ?? takeClosed(name);
    const ending = await chat.stay({
      name,
      password,
      session: taken?.session,
      lastDirect: taken?.lastDirect,
      rooms: taken?.rooms ?? [],
      isReloaded: place !== undefined,
      askAgain: ({ text, code }) => door.ask(text, code),
      onEntered: () => door.hide(),
    });
    place = undefined;
    writePlace(undefined);
    // Who left on purpose, or was sent away, does not go on talking on the next visit; what was not
    // delivered then is listed.
    const neverIn = ending.reason === "unreachable" || ending.reason === "no_welcome";
    const kept = neverIn ? ending.undelivered.filter(({ type }) => type === "say") : [];
    writeOutbox(kept);
    chat.unsent.add(ending.undelivered.filter((message) => !kept.includes(message)));
    error = await endingText(ending);
  }
}

/** Why it is over, for the door. */
async function endingText({ reason, text, bye }: Ending): Promise<string> {
  if (reason === "quit") return "";
  if (reason === "unreachable") return await unreachableWords();
  if (reason === "no_welcome") return "The server did not let you in. Try again.";
  if (bye === "replaced") return "You are signed in from another window or tab.";
  return text;
}
