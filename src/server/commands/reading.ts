/**
 * What people at `nc` choose for themselves: whom they ignore, and whether they see when something
 * was said. Other clients show what they want, and how they want it.
 *
 * @module
 */

import { plain, plainWithTime } from "../../protocol/plain.ts";
import { excerpt } from "../../protocol/quote.ts";
import type { ClientConnection } from "../connection.ts";
import { Ignored } from "../ignored.ts";
import { prepare } from "../requests/wishes.ts";
import { tell } from "./answers.ts";

/** `/ignore`. */
export function ignore(client: ClientConnection, name: string): void {
  if (client.dialect?.name !== "plain") {
    return client.fail(
      "bad_request",
      "Your client shows what it wants: ignore people there. Of this server, only people at nc " +
        "can ask for that.",
    );
  }
  let { ignored } = client;
  if (ignored === null) {
    ignored = client.ignored = new Ignored(client);
    ignored.follow(client.stream);
  }
  const mayBeHere = (one: string) => client.server.state.members.get(one) !== undefined;
  tell(client, ignored.names.toggle(name, { me: client.name, mayBeHere }));
  if (!ignored.names.isEmpty) return;
  ignored.follow(null);
  client.ignored = null;
}

/** `/time`: from here on, what is read comes from the log that has the time before each line. */
export async function time(client: ClientConnection, rest: string): Promise<void> {
  const word = rest.toLowerCase();
  if (word !== "on" && word !== "off") {
    return client.fail("bad_request", `Cannot set the time to ${excerpt(rest)}: use on or off.`);
  }
  const dialect = word === "on" ? plainWithTime : plain;
  if (client.dialect !== dialect) await changeTo(client, dialect);
  const how = word === "on" ? "stands before each line now. /time off ends that." : "is left out.";
  tell(client, `The time ${how}`);
}

async function changeTo(client: ClientConnection, dialect: typeof plain): Promise<void> {
  client.speak(dialect);
  const room = client.stream;
  if (room === null) return;
  await prepare(client, room);
  // It may have gone elsewhere meanwhile, and reads that as it is to be read already.
  if (client.stream !== room || client.leaving) return;
  const { writer } = client;
  const log = room.log(dialect);
  writer.unfollow(room);
  writer.follow(room, log, log.end);
  writer.wake();
}
