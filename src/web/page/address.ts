/// <reference lib="dom" />
/**
 * The room in the address of the page: `#ops`. Going back leads to the room that was shown before.
 *
 * @module
 */

import { LOBBY } from "../../protocol/messages.ts";
import { roomName } from "../../protocol/names.ts";

/** Marks the entries of the browser's history that this page has made. */
const OURS = "room";

/** Follows the address, and changes it. */
export class RoomAddress {
  /**
   * Changes nothing yet.
   *
   * @param onRoom The address names another room: `isVisited` where somebody went back to it, and not
   * from a link or from the field of the browser.
   */
  constructor(onRoom: (room: string, { isVisited }: { readonly isVisited: boolean }) => void) {
    addEventListener("popstate", ({ state }) => {
      const { room } = this;
      if (room !== undefined) onRoom(room, { isVisited: state === OURS });
    });
  }

  /** The room that the address names: the lobby where it names none; undefined: it cannot exist. */
  get room(): string | undefined {
    if (location.hash.length < 2) return LOBBY;
    try {
      const parsed = roomName(decodeURIComponent(location.hash.slice(1)));
      return "name" in parsed ? parsed.name : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Names a room.
   *
   * @param options `isFirst`: nothing was shown before, or what was shown is no more.
   */
  show(room: string, { isFirst }: { readonly isFirst: boolean }): void {
    const hash = room === this.room ? location.hash : `#${encodeURIComponent(room)}`;
    const url = location.pathname + location.search + hash;
    if (isFirst) history.replaceState(OURS, "", url);
    else if (room !== this.room) history.pushState(OURS, "", url);
  }
}
