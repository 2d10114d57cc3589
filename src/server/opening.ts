/**
 * The first line of a connection: it decides what is spoken.
 *
 * @module
 */

import { detectOpening } from "../protocol/detect.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { json } from "../protocol/json.ts";
import { plain } from "../protocol/plain.ts";
import type { ClientConnection } from "./connection.ts";

/** What those are told who come for something else. */
const NOT_HERE = {
  http: "This is a chat room, not a web server. Join it with: chat join HOST:PORT",
  noise: "This is a chat room that speaks lines of text. Join it with: chat join HOST:PORT",
};

/**
 * Finds the dialect by the first line.
 *
 * @returns Null when it was none: the session has been answered, and ends.
 */
export function open(client: ClientConnection, line: string): Dialect | null {
  const opening = detectOpening(line);
  if (opening === "json") return json;
  if (opening === "plain") return plain;
  client.server.logger.info("refused", { ...client.who(), why: `${opening} on the chat port` });
  client.close({ type: "bye", reason: "kicked", text: NOT_HERE[opening] });
  return null;
}
