/**
 * Direct messages that wait for people who are away, or gone without having said so. They wait for
 * a session and not for a name: whoever takes the name meanwhile is not given them.
 *
 * @module
 */

import { utf8Bytes } from "../protocol/limits.ts";
import { type Mailbox, SESSION_KEPT_MS, type WaitingDirect } from "../store/stored_sessions.ts";
import type { Session } from "./room.ts";

/** So many wait for one session. */
export const MAX_WAITING = 16;

/** So many of these come from one name: one sender alone keeps nobody else out. */
export const MAX_WAITING_OF_ONE = 8;

/** Bytes of UTF-8 of the text of one. */
export const MAX_WAITING_BYTES: number = 4 * 1024;

/** Bytes of memory of all of them: 2,000 of the longest, or 50,000 of a line each. */
const MAX_ALL_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * So much of that at most comes from one address, under however many names, within 24 hours: about
 * 3,000 of a line each.
 */
export const MAX_WAITING_BYTES_OF_ADDRESS: number = MAX_ALL_WAITING_BYTES / 16;

/** About so many bytes of memory one takes, without its texts. */
const ENTRY_BYTES = 256;

/** How often it is looked for those that have waited for too long: 65,000 take 3 ms. */
const EXPIRE_EVERY_MS = 60_000;

/** Why one cannot wait. */
export type MailboxRefusal = "mailbox_full" | "mailboxes_full";

/** What waits for all sessions. The reducer alone changes it. */
export class Mailboxes {
  /** Who is gone, by the folded name; of several the one that left last. */
  readonly #gone = new Map<string, Session>();
  /** For whom something waits. */
  readonly #withMail = new Set<Session>();
  readonly #maxBytes: number;
  #bytes = 0;
  /** What was too old by then has been dropped. */
  #expiredMs = -Infinity;

  /** Nothing waits. */
  constructor(maxBytes: number = MAX_ALL_WAITING_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of memory that all of them take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Who left last under a name without having said so. */
  gone(fold: string): Session | undefined {
    return this.#gone.get(fold);
  }

  /** A session has left without having said so. @returns Undoes it. */
  left(session: Session, { name, fold }: NonNullable<Session["goneAs"]>): () => void {
    const before = this.#gone.get(fold);
    session.goneAs = { name, fold };
    this.#gone.set(fold, session);
    return () => {
      session.goneAs = null;
      if (before === undefined) this.#gone.delete(fold);
      else this.#gone.set(fold, before);
    };
  }

  /** A session that had left is here again, or is forgotten. @returns Undoes it. */
  back(session: Session): () => void {
    const { goneAs } = session;
    if (goneAs === null) return () => {};
    const wasFound = this.#gone.get(goneAs.fold) === session;
    if (wasFound) this.#gone.delete(goneAs.fold);
    session.goneAs = null;
    return () => {
      session.goneAs = goneAs;
      if (wasFound) this.#gone.set(goneAs.fold, session);
    };
  }

  /**
   * Whether one more can wait.
   *
   * @returns Why not; null: it can.
   */
  refusal(session: Session, message: Omit<WaitingDirect, "n">): MailboxRefusal | null {
    const waiting = fresh(session.mailbox, message.atMs);
    const own = waiting.filter(({ from }) => from === message.from);
    if (waiting.length >= MAX_WAITING || own.length >= MAX_WAITING_OF_ONE) return "mailbox_full";
    return this.#bytes + bytesOf(message) > this.#maxBytes ? "mailboxes_full" : null;
  }

  /** One more waits, which may. @returns It, with its number, and what undoes it. */
  add(
    session: Session,
    message: Omit<WaitingDirect, "n">,
  ): { readonly message: WaitingDirect; readonly undo: () => void } {
    const n = (session.mailbox?.last ?? 0) + 1;
    const added = { n, ...message };
    const messages = [...fresh(session.mailbox, message.atMs), added];
    return { message: added, undo: this.#change(session, { last: n, messages }) };
  }

  /**
   * A session has been given those up to a number: they wait no more.
   *
   * @returns Them, and what undoes it; null: there are none.
   */
  seen(
    session: Session,
    upTo: number,
  ): { readonly messages: readonly WaitingDirect[]; readonly undo: () => void } | null {
    const { last, messages } = session.mailbox ?? NONE;
    const given = messages.filter(({ n }) => n <= upTo);
    if (given.length === 0) return null;
    const left = messages.filter(({ n }) => n > upTo);
    return { messages: given, undo: this.#change(session, { last, messages: left }) };
  }

  /** What was stored. */
  restore(session: Session, mailbox: Mailbox): void {
    this.#change(session, mailbox);
  }

  /**
   * Drops what has waited for too long. It does so by the time alone, and not by when that was last
   * done: all servers drop the same.
   *
   * @param nowMs Milliseconds since 1970.
   */
  expire(nowMs: number): void {
    const due = Math.floor(nowMs / EXPIRE_EVERY_MS) * EXPIRE_EVERY_MS;
    if (due === this.#expiredMs) return;
    this.#expiredMs = due;
    for (const session of this.#withMail) {
      const { last, messages } = session.mailbox!;
      const left = fresh(session.mailbox, due);
      if (left.length < messages.length) this.#change(session, { last, messages: left });
    }
  }

  /** A session is forgotten, with what waits for it. */
  forget(session: Session): void {
    this.back(session);
    if (session.mailbox !== null) this.#change(session, null);
  }

  #change(session: Session, mailbox: Mailbox | null): () => void {
    const before = session.mailbox;
    this.#bytes += bytesOfAll(mailbox) - bytesOfAll(before);
    session.mailbox = mailbox;
    if (hasMail(session)) this.#withMail.add(session);
    else this.#withMail.delete(session);
    return () => void this.#change(session, before);
  }
}

const NONE: Mailbox = { last: 0, messages: [] };

/** Whether anything waits for a session. */
export function hasMail({ mailbox }: Session): boolean {
  return mailbox !== null && mailbox.messages.length > 0;
}

/** Whether a text is short enough to wait. */
export function mayWait(text: string): boolean {
  return utf8Bytes(text) <= MAX_WAITING_BYTES;
}

/**
 * What waits, without what has waited for more than 24 hours.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function fresh(mailbox: Mailbox | null, nowMs: number): readonly WaitingDirect[] {
  return (mailbox ?? NONE).messages.filter(({ atMs }) => nowMs - atMs <= SESSION_KEPT_MS);
}

function bytesOfAll(mailbox: Mailbox | null): number {
  return (mailbox ?? NONE).messages.reduce((sum, message) => sum + bytesOf(message), 0);
}

/** Bytes of memory that a message takes, about: two for each code unit of what is of any length. */
export function bytesOf({ text, from, to }: Pick<WaitingDirect, "text" | "from" | "to">): number {
  return ENTRY_BYTES + 2 * (text.length + from.length + to.length);
}
