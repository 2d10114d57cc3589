/**
 * A room and who is in it. What people share of a room (who is in it, who keeps it, its topic, its
 * key) is changed by the reducer alone; its logs show what has been settled.
 *
 * In `room/` lives what a room is: its logs, the cursors that read them, who is in it, and which
 * sessions are remembered. It may import `protocol` and `store`.
 *
 * @module
 */

import type { PrivateEvent } from "../protocol/messages.ts";
import { type NameKeys, nameKeys } from "../protocol/look_alikes.ts";
import type { RoomKey, Store, StoredRoom } from "../store/store.ts";
import type { Mailbox } from "../store/stored_sessions.ts";
import { type LogsOptions, RoomLogs } from "./room_logs.ts";
import { RoomModes } from "./room_modes.ts";
import { Roster } from "./roster.ts";

/** The connection that reads for a member. */
export interface Recipient {
  /**
   * Gives the member an event of its own, behind all that has been published.
   *
   * @returns False when it has too much unread: nothing was given.
   */
  deliver(event: PrivateEvent): boolean;
  /** Its place has been taken up by another connection of the same session: it has to go. */
  replaced(): void;
  /** It is in a room no more, and stays on the server. The room wakes its readers after this. */
  parted(parting: Parting): void;
}

/** How somebody has come out of a room. */
export interface Parting {
  /** Which room. */
  readonly room: Room;
  /** `part`: wanted to; `kicked`: was put out of it; `closed`: there is no such room any more. */
  readonly reason: "part" | "kicked" | "closed";
  /** `seq` of its leave in the log; null: the room is closed, its log ends where it does now. */
  readonly seq: number | null;
  /** `kicked`, `closed`: who did it. */
  readonly by?: string;
  /** `kicked`: the reason that was given; `closed`: the whole line, where nobody closed it. */
  readonly text?: string;
  /** `kicked`: it may not come back before, in milliseconds since 1970. */
  readonly untilMs?: number;
}

/** What somebody says of itself beside its name, as IRC shows it. */
export interface Profile {
  /** The first word of IRC's USER; null: it is not here by IRC. */
  readonly user: string | null;
  /** What it calls itself; null: as its name. */
  readonly realname: string | null;
  /** It is a program. */
  readonly isBot: boolean;
  /** Why it is away; null: it is not. */
  readonly away: string | null;
}

/** Of who has said nothing. */
export const NO_PROFILE: Profile = { user: null, realname: null, isBot: false, away: null };

/** Somebody on the server. */
export interface Member {
  /** The name that everybody sees. */
  readonly name: string;
  /** The same, folded: see `NameKeys`. */
  readonly fold: string;
  /** What it looks like: see `NameKeys`. */
  readonly skeleton: string;
  /** The session that the place belongs to; null for clients that cannot resume. */
  readonly session: Session | null;
  /** From where it came in; empty after a restart. */
  readonly address: string;
  /** The rooms that it is in, in the order of coming. */
  readonly rooms: Set<Room>;
  /** Keeps it from speaking, as long as that holds; null: nothing does. */
  mute: Mute | null;
  /** What it says of itself; null: nothing. */
  profile: Profile | null;
  /** How often the place has been taken up again. */
  epoch: number;
  /** Number of the place: they count those who ever came, and are the same on all servers. */
  readonly place: number;
  /** Which of several servers has the connection, or had it last; null: there is only this one. */
  owner: string | null;
  /** Who reads for this member; null while nobody does. It belongs to this server alone. */
  recipient: Recipient | null;
}

/** Keeps somebody from speaking, and from taking another name. */
export interface Mute {
  /**
   * Whom it belongs to: the hash of a session, an address where there is none, or the key of a
   * range of addresses: see `addressKey`.
   */
  readonly key: string;
  /** The name at that time, or the range, folded: an operator lifts it by that. */
  readonly fold: string;
  /** Until when, in milliseconds since 1970. */
  untilMs: number;
}

/** A session that is remembered. */
export interface Session {
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** Ids that it has used, oldest first, and what became of them: see `Sessions.note`. */
  readonly ids: Map<string, number>;
  /** Its place on the server, while it has one. */
  member: Member | null;
  /** When it was last heard of: milliseconds since 1970. */
  seenMs: number;
  /** The name under which it left without saying so; null: it is here, or has said so. */
  goneAs: Pick<NameKeys, "fold"> & { readonly name: string } | null;
  /** Direct messages that wait for it; null: none ever has. */
  mailbox: Mailbox | null;
}

/** What a room is about. */
export interface Topic {
  /** Not empty. */
  readonly text: string;
  /** Who set it. */
  readonly name: string;
  /** When: ISO 8601 in UTC. */
  readonly at: string;
}

/** What a room begins with. */
export type RoomBeginning = Pick<StoredRoom, "id" | "name" | "log"> & Partial<StoredRoom>;

/** A room. Times are milliseconds since 1970. */
export class Room extends RoomLogs {
  /** What the name looks like: see `NameKeys`. */
  readonly skeleton: string;
  /** It is there also when it is empty, and has no keeper: the lobby, and rooms of `--room`. */
  isPermanent: boolean;
  /** Who is in it. */
  readonly members: Roster<Member> = new Roster();
  /** Who may change it beside the operators; null: nobody. */
  keeper: Member | null = null;
  /** What holds in it beside its key. */
  readonly modes: RoomModes<Member>;
  /** What it is about; null: nobody has said. */
  topic: Topic | null;
  /** What everybody has to give who joins; null: nothing. A room with a key is in no list. */
  key: RoomKey | null;
  /** How often the key has changed, also while there is none. */
  keyVersion: number;
  /** It is in no list. */
  isUnlisted: boolean;
  /** When the newest message was sent; null: none was. */
  lastMessageMs: number | null;
  /** `seq` of the next event that the reducer accepts. */
  nextSeq: number;
  /** Until when somebody is kept out, by {@linkcode keepOutKeys}. */
  readonly keptOut: Map<string | Member, number> = new Map();

  /**
   * An empty room.
   *
   * @param beginning As it was stored, or what it is made with.
   */
  constructor(
    store: Store,
    beginning: RoomBeginning,
    options: LogsOptions & { readonly isPermanent?: boolean; readonly isNew?: boolean } = {},
  ) {
    super(store, beginning, options);
    this.skeleton = beginning.skeleton ?? nameKeys(beginning.name).skeleton;
    this.isPermanent = options.isPermanent ?? false;
    this.topic = beginning.topic ?? null;
    this.key = beginning.key ?? null;
    this.keyVersion = this.key?.version ?? 0;
    this.isUnlisted = beginning.unlisted ?? false;
    this.modes = new RoomModes(beginning.modes ?? null);
    this.lastMessageMs = beginning.lastMessageAtMs ?? null;
    this.nextSeq = options.isNew ? 1 : this.store.lastSeq + 1;
  }

  /** Hidden from lists. */
  get isPrivate(): boolean {
    return this.isUnlisted || this.key !== null;
  }

  /** Whether somebody may change it: its keeper, and who may do what the keeper may. */
  isKeptBy(member: Member): boolean {
    return this.keeper === member || this.modes.ranks.deputy.has(member);
  }

  /** Until when somebody is kept out; null: it may come in. */
  keptOutUntil(keys: readonly (string | Member)[], nowMs: number): number | null {
    if (this.keptOut.size === 0) return null;
    const untilMs = Math.max(...keys.map((key) => this.keptOut.get(key) ?? -Infinity));
    return untilMs > nowMs ? untilMs : null;
  }
}

/** Under which somebody is kept out of a room: by name, and by {@linkcode ownKeepOutKey}. */
export function keepOutKeys(member: Member): (string | Member)[] {
  return [`name ${member.fold}`, ownKeepOutKey(member)];
}

/**
 * Under which somebody is kept out who has put on another name: by session, and who has none by the
 * place on the server. Nobody else comes under it.
 */
export function ownKeepOutKey(member: Member): string | Member {
  const { session } = member;
  return session === null ? member : `session ${session.hash}`;
}
