/**
 * What people share beside the log: who is here, which sessions are remembered, who is muted or kept
 * out. Only the reducer changes it.
 *
 * @module
 */

import { Members } from "../room/members.ts";
import { SESSION_BOUNDS, Sessions } from "../room/sessions.ts";
import { Bans } from "./bans.ts";
import { Mutes } from "./mutes.ts";
import { SESSION_KEPT_MS, type Store } from "../store/store.ts";

/** The state that the reducer folds proposals into; everybody may read it. */
export class State {
  /** Who is here. */
  readonly members: Members = new Members();
  /** Sessions that are remembered, with the ids that they have used. */
  readonly sessions: Sessions;
  /** Who may not speak. */
  readonly mutes: Mutes = new Mutes();
  /** Who may not come in. */
  readonly bans: Bans;

  /**
   * Begins where the store ended: with its sessions, and with those who were here. Names that a store
   * of before has twice are taken once.
   *
   * @param nowMs Milliseconds since 1970.
   */
  constructor(store: Store, nowMs: number) {
    this.bans = new Bans(store.bans());
    this.sessions = new Sessions(store.sessions(nowMs - SESSION_KEPT_MS, SESSION_BOUNDS));
    for (const { name, session: hash } of store.present()) {
      const session = hash === null ? null : this.sessions.get(hash) ?? null;
      const member = this.members.add(name, session);
      if (member !== null && session !== null) session.member = member;
    }
    this.sessions.trim(nowMs);
  }
}
