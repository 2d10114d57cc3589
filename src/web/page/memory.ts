/// <reference lib="dom" />
/**
 * What outlives a reload of the page: in the tab (session, password, rooms with their drafts and
 * keys, what is on its way, what was sent), and in the browser (the name and what somebody chose).
 * A browser that forbids it only forgets.
 *
 * @module
 */

import type { Outgoing } from "../../client/core/outbox.ts";
import type { TakenName } from "../../protocol/ignored.ts";
import type { DirectMessage } from "../../protocol/messages.ts";

/**
 * Tells the entries of this page apart. Each origin has its own storage, but another server may
 * stand under another path of it: `chat.place` is of the one at the root, `chat.ops/place` of the
 * one at `/ops/`.
 */
const PREFIX = `chat.${new URL(".", location.href).pathname.slice(1)}`;

/** What a tab remembers of a room that it is in, or that it was removed from. */
export interface KeptRoom {
  /** Its folded name. */
  readonly room: string;
  /** Its key, where one was given. */
  readonly key?: string | undefined;
  /** Its log, and `seq` of the last event in it that was seen; absent: nothing has been. */
  readonly read?: { readonly log: string; readonly seq: number } | undefined;
  /** It was removed from it, or the room was closed. */
  readonly isGone?: boolean | undefined;
}

/** What a tab remembers of its place on the server. */
export interface Place {
  /** The name there. */
  readonly name: string;
  /** The secret of the session. */
  readonly session: string;
  /** See `ChatClient.lastDirect`. */
  readonly lastDirect: number;
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
  /** Its rooms. */
  readonly rooms: readonly KeptRoom[];
}

/** A text that may not have been delivered. */
export interface KeptText {
  /** As somebody typed it. */
  readonly text: string;
  /** Folded name of the room where it was to be said; absent: to one person. */
  readonly room?: string | undefined;
}

/** The direct messages that came while one room was shown. */
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
  return placeOf(read("place"));
}

/**
 * How long the place of a tab that was closed can be taken up by the next one: a minute. The server
 * keeps it for 15 seconds, and who comes later has the direct messages that waited. Longer, and the
 * next person at this machine might have them.
 */
const CLOSED_MS = 60_000;

/**
 * Remembers the place of this tab, without password and keys, for the next one: it may be closed.
 * Undefined: it is there again.
 */
export function writeClosed(place: Place | undefined): void {
  if (place === undefined) return writeSetting("closed", "");
  const { name, session, lastDirect, rooms } = place;
  const kept = rooms.filter(({ isGone }) => !isGone).map(({ room }) => ({ room }));
  const closed = { name, session, lastDirect, rooms: kept, atMs: Date.now() };
  writeSetting("closed", JSON.stringify(closed));
}

/** Takes the place of a tab that was closed just now; undefined: none has this name. */
export function takeClosed(name: string): Place | undefined {
  const kept = parsed(readSetting("closed"));
  writeClosed(undefined);
  const place = placeOf(kept);
  const { atMs = 0 } = (kept ?? {}) as { readonly atMs?: number };
  const sinceMs = Date.now() - atMs;
  return place?.name === name && sinceMs >= 0 && sinceMs < CLOSED_MS ? place : undefined;
}

function placeOf(kept: unknown): Place | undefined {
  const place = kept as Partial<Place> | undefined;
  if (typeof place?.name !== "string" || typeof place.session !== "string") return undefined;
  const rooms = (Array.isArray(place.rooms) ? place.rooms : []).filter((kept) =>
    typeof kept?.room === "string"
  );
  const { name, session, password, lastDirect } = place;
  return {
    name,
    session,
    password,
    rooms,
    lastDirect: Number.isInteger(lastDirect) ? lastDirect! : 0,
  };
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
export function readUnsent(): KeptText[] {
  const texts = read("unsent");
  return Array.isArray(texts) ? texts.filter((kept) => typeof kept?.text === "string") : [];
}

/** Remembers what may not have been delivered. */
export function writeUnsent(texts: readonly KeptText[]): void {
  write("unsent", texts.length === 0 ? undefined : texts);
}

/** The direct messages of this tab by the room, as far as they are what they must be. */
export function readDirects(): Map<string, KeptDirects> {
  const all = read("directs");
  return new Map(
    (Array.isArray(all) ? all : []).flatMap(({ room, log, kept } = {}) =>
      typeof room === "string" && typeof log === "string" && Array.isArray(kept)
        ? [[room, { log, kept: kept.filter(isDirect) }]]
        : []
    ),
  );
}

function isDirect({ seq, event }: Partial<KeptDirects["kept"][number]> = {}): boolean {
  return Number.isInteger(seq) && event?.type === "direct" &&
    [event.at, event.from, event.to, event.text].every((value) => typeof value === "string");
}

/** Remembers direct messages; of none, it forgets them. */
export function writeDirects(directs: ReadonlyMap<string, KeptDirects>): void {
  const all = [...directs].map(([room, kept]) => ({ room, ...kept }))
    .filter(({ kept }) => kept.length > 0);
  write("directs", all.length === 0 ? undefined : all);
}

/** What was being typed in a room. */
export function readDraft(room: string): string {
  const draft = read(`draft.${room}`);
  return typeof draft === "string" ? draft : "";
}

/** Remembers what is being typed in a room. */
export function writeDraft(room: string, text: string): void {
  write(`draft.${room}`, text === "" ? undefined : text);
}

/** The version of the page that this tab has loaded by itself; undefined: none. */
export function readLoadedBuild(): unknown {
  return read("build");
}

/** Remembers which version of the page is loaded now. */
export function writeLoadedBuild(build: string): void {
  write("build", build);
}

/** The lines that were sent from this tab, oldest first. */
export function readLines(): string[] {
  const lines = read("lines");
  return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
}

/** Remembers the lines that were sent; of none, it forgets them. */
export function writeLines(lines: readonly string[]): void {
  write("lines", lines.length === 0 ? undefined : lines);
}

/** Whether comings and goings are hidden in this browser. */
export function readQuiet(): boolean {
  return readSetting("quiet") === "yes";
}

/** Remembers whether comings and goings are hidden. */
export function writeQuiet(quiet: boolean): void {
  writeSetting("quiet", quiet ? "yes" : "");
}

/** Whom this browser ignores. */
export function readIgnored(): string[] {
  const names = parsed(readSetting("ignored"));
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

/** Remembers whom this browser ignores. */
export function writeIgnored(names: readonly string[]): void {
  writeSetting("ignored", JSON.stringify(names));
}

/** The names that these people took while this tab was here. */
export function readTaken(): TakenName[] {
  const taken = read("taken");
  return Array.isArray(taken) ? taken.filter((one) => isTaken(one ?? {})) : [];
}

function isTaken({ name, fold, given, since, until, leftAt }: Partial<TakenName>): boolean {
  return [name, fold, given, since, until ?? "", leftAt ?? ""]
    .every((value) => typeof value === "string");
}

/** Remembers the names that these people took; of none, it forgets them. */
export function writeTaken(taken: readonly TakenName[]): void {
  write("taken", taken.length === 0 ? undefined : taken);
}

/** What this browser notifies of, as it was written; empty: nobody has chosen. */
export function readNotify(): string {
  return readSetting("notify");
}

/** Remembers what this browser notifies of. */
export function writeNotify(choice: string): void {
  writeSetting("notify", choice);
}

/** The name used last in this browser. */
export function readName(): string {
  return readSetting("name");
}

/** Remembers the name. */
export function writeName(name: string): void {
  writeSetting("name", name);
}

/** What the browser remembers for all tabs; empty: nothing. */
function readSetting(key: string): string {
  try {
    return localStorage.getItem(PREFIX + key) ?? "";
  } catch {
    return "";
  }
}

function writeSetting(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
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
    return parsed(sessionStorage.getItem(PREFIX + key) ?? "");
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
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
