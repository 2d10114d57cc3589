/**
 * BATCH: a client sends a message of several lines (IRCv3 draft/multiline, client-batch).
 *
 * @module
 */

import { type IrcMessage } from "../../protocol/irc/message.ts";
import { MULTILINE } from "../../protocol/irc/render.ts";
import type { IrcClient } from "./irc_client.ts";
import { Multiline, type MultilineProblem } from "./multiline_lines.ts";
import { speakLong } from "./talk.ts";

/** What a client may call a batch (IRCv3 batch). */
const ID = /^[A-Za-z0-9-]{1,64}$/;

/** BATCH: begins a message of several lines, or ends it, and then it is said. */
export function batch(irc: IrcClient, message: IrcMessage): void {
  const { params: [word = "", type = "", target = ""], tags } = message;
  const id = word.slice(1);
  if (word.startsWith("-") && irc.multiline?.id === id) return end(irc);
  if (!word.startsWith("+") || !ID.test(id) || irc.multiline !== null) {
    return fail(irc, { fail: ["INVALID_REFTAG", id], text: "This begins and ends no batch." });
  }
  if (type !== MULTILINE || !irc.caps.has(MULTILINE)) {
    return fail(irc, { fail: ["UNKNOWN_TYPE", id, type], text: "There are no such batches here." });
  }
  irc.multiline = new Multiline(id, target, tags.get("label") ?? "");
}

function end(irc: IrcClient): void {
  const { multiline } = irc;
  irc.multiline = null;
  if (multiline === null || multiline.hasFailed) return;
  const whole = multiline.whole(irc.connection.server.limits.maxTextChars);
  if ("fail" in whole) fail(irc, whole);
  else speakLong(irc, whole);
}

/** Takes a line with the tag `batch`. */
export function addLine(irc: IrcClient, message: IrcMessage): void {
  const { multiline } = irc;
  // One answer is enough for all of its lines.
  if (multiline?.hasFailed) return;
  const problem = multiline === null ? NO_BATCH : multiline.add(message);
  if (problem === null) return;
  if (multiline !== null) multiline.hasFailed = true;
  fail(irc, problem, multiline?.label);
}

const NO_BATCH: MultilineProblem = {
  fail: ["MULTILINE_INVALID"],
  text: "This line is in no batch that is open.",
};

function fail(irc: IrcClient, { fail: [code, ...context], text }: MultilineProblem, label = "") {
  const line = irc.fromServer("FAIL", ["BATCH", code, ...context], text);
  irc.send(label === "" ? line : { ...line, tags: [["label", label]] });
}

/**
 * The label under which a line is answered; empty: none. A message of several lines is answered at
 * its end, under the label with which it began.
 */
export function labelOf({ multiline }: IrcClient, { command, params, tags }: IrcMessage): string {
  const [word = ""] = params;
  if (command !== "BATCH") return tags.has("batch") ? "" : tags.get("label") ?? "";
  if (word.startsWith("+") && multiline === null) return "";
  if (multiline === null || word !== `-${multiline.id}`) return tags.get("label") ?? "";
  return multiline.hasFailed ? "" : multiline.label;
}
