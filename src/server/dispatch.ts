/**
 * From a line to what is done about it: the first line decides the dialect, the dialect turns each
 * line into a request, and each type of request has its handler.
 *
 * @module
 */

import { detectOpening } from "../protocol/dialect.ts";
import type { Line } from "../protocol/framing.ts";
import { json } from "../protocol/json.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import type { Request } from "../protocol/messages.ts";
import { plain } from "../protocol/plain.ts";
import { runCommand } from "./commands/commands.ts";
import type { ClientConnection } from "./connection.ts";
import { openIrc } from "./irc_entry.ts";
import { hello } from "./requests/hello.ts";
import { history, search } from "./requests/history.ts";
import { quit, rename, who } from "./requests/presence.ts";
import { join, listRooms, part } from "./requests/rooms.ts";
import { direct } from "./requests/direct.ts";
import { say } from "./requests/say.ts";
import { setTopic } from "./requests/topic.ts";
import { confirm } from "./waiting.ts";

const OVERLONG =
  `That line is longer than ${MAX_LINE_CHARS} characters and was not sent. Send it in parts.`;

/** Answers to clients of another protocol. */
const NOT_HERE = {
  http: "This is a chat room, not a web server. Join it with: chat join HOST:PORT",
  noise: "This is a chat room that speaks lines of text. Join it with: chat join HOST:PORT",
  proxy:
    "This server does not trust the proxy that has sent a PROXY header: name its address with " +
    "--trusted-proxy, or switch the PROXY protocol off there.",
};

/** The same for the log. */
const WHY = {
  http: "http on the chat port",
  noise: "noise on the chat port",
  proxy: "a PROXY header from an address that is no --trusted-proxy",
};

/**
 * Does what a line asks for.
 *
 * @returns A promise, if the next line has to wait.
 */
export function dispatch(client: ClientConnection, line: Line): void | Promise<void> {
  if (typeof line !== "string") {
    if ("waste" in line) return;
    client.linesIn++;
    if (!line.begins) return;
    if (client.door !== null) return client.door.overlong();
    return client.fail("line_too_long", OVERLONG);
  }
  client.linesIn++;
  const { prompt } = client;
  if (prompt !== null) {
    client.prompt = null;
    return prompt(line);
  }
  if (client.dialect === null && line.trim() === "") return;
  const opening = client.dialect === null ? listen(client, line) : undefined;
  return opening === undefined ? take(client, line) : opening.then(() => take(client, line));
}

/** A line of a client of which it is known what it speaks. */
function take(client: ClientConnection, line: string): void | Promise<void> {
  const { door, language } = client;
  if (door !== null) return door.take(line);
  if (language === null || client.leaving) return;
  if (client.refusal !== null && !language.resumes) {
    client.greeting?.sayNow();
    return client.close(null);
  }
  const request = language.parse(line, { joined: client.member !== null });
  if (request === null) return;
  if (request.type !== "error") return act(client, request);
  client.reply(request);
  // A json client whose first line is no hello is no chat client.
  if (client.member === null) client.close(null);
}

/**
 * Chooses what a client speaks, by its first line; answers and ends who speaks nothing of ours.
 *
 * @returns A promise, where that has to be loaded.
 */
function listen(client: ClientConnection, line: string): void | Promise<void> {
  const opening = detectOpening(line);
  switch (opening) {
    case "json":
      return client.speak(json);
    case "plain":
      return client.speak(plain);
    case "irc":
      return openIrc(client);
    default: {
      client.server.logger.info("refused", { ...client.who(), why: WHY[opening] });
      client.close({ type: "bye", reason: "kicked", text: notHere(client, opening) });
    }
  }
}

function notHere({ server }: ClientConnection, opening: keyof typeof NOT_HERE): string {
  const page = opening === "http" ? server.pagePort() : undefined;
  return NOT_HERE[opening] + (page === undefined ? "" : `, or open the page on port ${page}.`);
}

function act(client: ClientConnection, request: Request): void | Promise<void> {
  if (request.type === "hello") return hello(client, request);
  if (request.type === "quit") return quit(client);
  if (client.member === null) {
    client.fail("bad_request", `Say hello first: the first line was a ${request.type}.`);
    client.close(null);
    return;
  }
  switch (request.type) {
    case "say":
      return say(client, request);
    case "direct":
      return direct(client, request);
    case "seen":
      return confirm(client, request.directs);
    case "rename":
      return rename(client, request.name);
    case "join":
      return join(client, request);
    case "part":
      return part(client, request.room);
    case "topic":
      return setTopic(client, request.text, request.room);
    case "rooms":
      return listRooms(client, request.after);
    case "who":
      return who(client, request);
    case "history":
      return history(client, request);
    case "search":
      return search(client, request);
    case "command":
      return runCommand(client, request);
    case "ping":
      return pong(client, request.id);
  }
}

/**
 * Answers that we are here, without waiting for the order: that may take as long as a client's
 * patience. A client that asks for signs of life without reading them gets one.
 */
function pong(client: ClientConnection, id: string | undefined): void {
  client.tell({ type: "pong", ...(id === undefined ? {} : { id }) }, "pong");
}
