/// <reference lib="dom" />
/**
 * The room in the address of the page: `#ops`. Going back leads to the room that was shown before.
 *
 * @module
 */

import { wantedRoom } from "../../client/core/client_options.ts";
import { LOBBY } from "../../protocol/messages.ts";

/** Marks the entries of the browser's history that this page has made. */
const OURS = "room";

/** Follows the address, and changes it. */
export class RoomAddress {
  /**
   * Changes nothing yet.
   *
   * @param onRoom The address names another room: `isVisited` where somebody went back to it, and
   * not from a link or from the field of the browser.
   */
  constructor(onRoom: (room: string, { isVisited }: { readonly isVisited: boolean }) => void) {
    addEventListener("popstate", ({ state }) => {
      onRoom(this.room, { isVisited: state === OURS });
    });
  }

  /** The room that the address names; the lobby where it names none, or none that can be. */
  get room(): string {
    try {
      return wantedRoom({ room: this.#typed }).room;
    } catch {
      return LOBBY;
    }
  }

  /** What the address names, where no room can be called so; undefined: it is well. */
  get wrong(): string | undefined {
    try {
      if (location.hash !== "") wantedRoom({ room: this.#typed });
      return undefined;
    } catch {
      return this.#typed;
    }
  }

  get #typed(): string {
    try {
      return decodeURIComponent(location.hash);
    } catch {
      return location.hash;
    }
  }

  /**
   * Names a room.
   *
   * @param options `isFirst`: nothing was shown before, or what was shown is no more.
   */
  show(room: string, { isFirst }: { readonly isFirst: boolean }): void {
    const isNamed = room === this.room && this.wrong === undefined;
    const hash = isNamed ? location.hash : `#${encodeURIComponent(room)}`;
    const url = location.pathname + location.search + hash;
    if (isFirst) history.replaceState(OURS, "", url);
    else if (room !== this.room) history.pushState(OURS, "", url);
  }
}
