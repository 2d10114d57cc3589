/// <reference lib="dom" />
/**
 * What outlives a reload of the page: in the tab (session, password, draft, what is on its way), and
 * in the browser (the name). A browser that forbids it only forgets.
 *
 * @module
 */

import type { Outgoing } from "../../client/core/outbox.ts";
import type { DirectMessage } from "../../protocol/messages.ts";

/** Which room of this browser the entries are of: each origin has its own storage anyway. */
const PREFIX = "chat.";

/** What a tab remembers of its place in the room. */
export interface Place {
  /** The name in the room. */
  readonly name: string;
  /** The secret of the session. */
  readonly session: string;
  /** The room's password, where it has one. */
  readonly password?: string | undefined;
}

/** The direct messages of a tab. */
export interface KeptDirects {
  /** The log in which their places are. */
  readonly log: string;
  /** Oldest first. */
  readonly kept: readonly {
    /** `seq` of the newest event of the log when it came; 0: before all. */
    readonly seq: number;
    /** The message. */
    readonly event: DirectMessage;
    /** It was sent from here, whatever the name is now. */
    readonly own: boolean;
  }[];
}

/** The place that this tab had; undefined: none. */
export function readPlace(): Place | undefined {
  const place = read("place") as Partial<Place> | undefined;
  if (typeof place?.name !== "string" || typeof place.session !== "string") return undefined;
  return { name: place.name, session: place.session, password: place.password };
}

/** Remembers the place; undefined forgets it. */
export function writePlace(place: Place | undefined): void {
  write("place", place);
}

/** What had been said to everybody and not acknowledged: it is said again. */
export function readOutbox(): Outgoing[] {
  return readMessages("outbox").filter((said) =>
    said.type === "say" && typeof said.room === "string"
  ).slice(0, 500);
}

/** Direct messages that had been sent and not acknowledged: they are never said twice. */
export function readUncertain(): Outgoing[] {
  return readMessages("outbox").filter(({ type, ...rest }) =>
    type === "direct" && "to" in rest && typeof rest.to === "string"
  ).slice(0, 500);
}

/** Remembers what is on its way. */
export function writeOutbox(messages: readonly Outgoing[]): void {
  write("outbox", messages.length === 0 ? undefined : messages);
}

/** What was typed and may not have been delivered. */
export function readUnsent(): string[] {
  const texts = read("unsent");
  return Array.isArray(texts) ? texts.filter((text) => typeof text === "string") : [];
}

/** Remembers what may not have been delivered. */
export function writeUnsent(texts: readonly string[]): void {
  write("unsent", texts.length === 0 ? undefined : texts);
}

/** The direct messages of this tab, as far as they are what they must be. */
export function readDirects(): KeptDirects {
  const { log, kept } = (read("directs") ?? {}) as Partial<Record<keyof KeptDirects, unknown>>;
  if (typeof log !== "string" || !Array.isArray(kept)) return { log: "", kept: [] };
  return {
    log,
    kept: kept.filter(({ seq, event } = {}) =>
      Number.isInteger(seq) && event?.type === "direct" &&
      [event.at, event.from, event.to, event.text].every((value) => typeof value === "string")
    ),
  };
}

/** Remembers direct messages; undefined forgets them. */
export function writeDirects(directs: KeptDirects | undefined): void {
  write("directs", directs);
}

/** What was being typed. */
export function readDraft(): string {
  const draft = read("draft");
  return typeof draft === "string" ? draft : "";
}

/** Remembers what is being typed. */
export function writeDraft(text: string): void {
  write("draft", text === "" ? undefined : text);
}

/** The name used last in this browser. */
export function readName(): string {
  try {
    return localStorage.getItem(`${PREFIX}name`) ?? "";
  } catch {
    return "";
  }
}

/** Remembers the name. */
export function writeName(name: string): void {
  try {
    localStorage.setItem(`${PREFIX}name`, name);
  } catch {
    // A convenience.
  }
}

function readMessages(key: string): Outgoing[] {
  const messages = read(key);
  if (!Array.isArray(messages)) return [];
  return messages.filter((said) => typeof said?.id === "string" && typeof said.text === "string");
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Full, or forbidden.
  }
}
