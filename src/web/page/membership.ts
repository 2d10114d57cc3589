/// <reference lib="dom" />
/**
 * The rooms that this client is in, and those that it has asked for: what becomes of them is shown.
 *
 * @module
 */

import type { ChatClient } from "../../client/core/client.ts";
import type { Entered, Gone } from "../../client/core/events.ts";
import { wireName } from "../../client/view/room_list.ts";
import { removedWords } from "../../client/view/room_words.ts";
import { keeperWords } from "../../client/view/words.ts";
import type { ErrorEvent, Parted } from "../../protocol/messages.ts";
import type { Composer } from "./composer.ts";
import type { RoomViews } from "./room_views.ts";
import type { RoomsPanel } from "./rooms_panel.ts";

/** What shows the rooms. */
export interface MembershipOptions {
  /** The rooms. */
  readonly views: RoomViews;
  /** Their list. */
  readonly panel: RoomsPanel;
  /** The field. */
  readonly composer: Composer;
  /** It is in other rooms now. */
  readonly onChanged: () => void;
}

/** A room that was asked for. */
interface Asked {
  /** It is to be shown. */
  readonly isWanted: boolean;
  /** The key that was given. */
  readonly key?: string | undefined;
}

/** Joins rooms, and follows how they are entered and left. */
export class Membership {
  readonly #client: ChatClient;
  readonly #options: MembershipOptions;
  /** Rooms that were asked for, and what is known of them; the server has not answered. */
  readonly #asked: Map<string, Asked>;

  /** Rooms whose people are asked for, to be listed and completed. */
  readonly #asksWho = new Set<string>();

  /** The rooms that are there are asked for, but for those that are gone. */
  constructor(client: ChatClient, options: MembershipOptions) {
    this.#client = client;
    this.#options = options;
    const open = options.views.all.filter(({ isOpen }) => isOpen);
    this.#asked = new Map(open.map(({ room }) => [room, { isWanted: false }]));
  }

  /**
   * Shows a room, and joins it first where this client is not in it.
   *
   * @returns Why that cannot be.
   */
  join(typed: string, key?: string): string | undefined {
    const { views, panel } = this.#options;
    try {
      const room = this.#client.join(typed, key);
      if (views.get(room)?.isOpen && !this.#asked.has(room)) {
        // Without a connection it comes back in with this key.
        if (!this.#client.connected) views.add({ room, key });
        views.show(room);
        panel.close();
      } else {
        this.#asked.set(room, { isWanted: true, key });
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return error.message;
    }
    return undefined;
  }

  /**
   * Leaves a room, or wishes no more to be in it. One that it was removed from goes out of sight.
   *
   * @param typed Its name, as people type it.
   * @returns Why that cannot be.
   */
  leave(typed: string): string | undefined {
    const { views, onChanged } = this.#options;
    const room = wireName(typed);
    const view = views.get(room);
    const isAsked = this.#asked.has(room);
    if (view === undefined && !isAsked) return `You are not in #${room}.`;
    if (view === undefined || view.isOpen || isAsked) this.#client.part(room);
    else {
      views.remove(room);
      onChanged();
    }
    return undefined;
  }

  /** This client is in a room. */
  entered(event: Entered): void {
    const { views, panel, composer, onChanged } = this.#options;
    const { room } = event;
    const asked = this.#asked.get(room);
    this.#asked.delete(room);
    const isFirst = views.all.length === 1;
    const view = views.add({ room, key: asked?.key });
    view.learn(event);
    view.entered(event);
    if (event.joined.keeper === this.#client.name && !event.joined.resumed) {
      view.note(keeperWords(room));
    }
    const { names, count } = event.joined;
    if (names.length < count && this.#client.who(room)) this.#asksWho.add(room);
    if (asked?.isWanted === true || views.current === undefined) views.show(room);
    panel.entered({ isWanted: asked?.isWanted === true });
    if (asked?.isWanted !== true && isFirst && !event.again) composer.focus();
    onChanged();
  }

  /**
   * It is not in a room any more. One that it was removed from stays in the list, with its messages
   * and what was typed for it, until somebody closes it.
   */
  gone({ room, parted }: Gone): void {
    const { views, onChanged } = this.#options;
    // It may have been closed while the page was reloaded.
    this.#asked.delete(room);
    const view = views.get(room);
    if (view === undefined) return;
    view.isOpen = false;
    view.keeper = "";
    if (parted?.reason === "part") views.remove(room);
    else {
      const words = goneWords(room, parted);
      // Why it could not come back stands in the room already.
      if (parted !== undefined) view.note(words, { alarm: true });
      if (view !== views.current) views.current?.note(words, { alarm: true });
    }
    onChanged();
  }

  /**
   * The people of a room are told.
   *
   * @returns It was not somebody who asked for them.
   */
  learned(room: string): boolean {
    return this.#asksWho.delete(room);
  }

  /**
   * An error may be the answer to a wish to join a room.
   *
   * @returns It is.
   */
  refused({ code, room = "", text }: ErrorEvent): boolean {
    const asked = this.#asked.get(room);
    this.#asked.delete(room);
    const { views, panel } = this.#options;
    const isPrivate = code === "room_key";
    if (asked !== undefined && views.get(room)?.isOpen) views.remove(room);
    // The key may have changed while the connection was lost.
    if (asked !== undefined || isPrivate) {
      const hadKey = (asked?.key ?? views.get(room)?.key) !== undefined;
      panel.refused(room, text, { isPrivate, hadKey });
    }
    return asked !== undefined;
  }
}

function goneWords(room: string, parted: Parted | undefined): string {
  return parted === undefined ? `You are not in #${room} any more.` : removedWords(parted);
}
