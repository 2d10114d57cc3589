/// <reference lib="dom" />
/**
 * The rooms of one stay, in the order in which they were entered. One of them is in the page; the
 * others keep their newest messages, their place and their draft.
 *
 * @module
 */

import { ShownRooms } from "../../client/view/shown_rooms.ts";
import { MAX_ROOMS_A_CLIENT } from "../../protocol/limits.ts";
import type { DirectMessage } from "../../protocol/messages.ts";
import { RoomAddress } from "./address.ts";
import { Directs, newestOf } from "./directs.ts";
import { find, part } from "./dom.ts";
import { type KeptDirects, type KeptRoom, readDirects, writeDirects } from "./memory.ts";
import { type RoomContext, RoomView } from "./room_view.ts";

const NO_DIRECTS: KeptDirects = { log: "", kept: [] };

/** What the rooms work with. */
export interface RoomViewsOptions {
  /** What stands below the messages of the room that is shown, whichever that is. */
  readonly below: readonly HTMLElement[];
  /** Asks for a page of a room's past; false: not now. */
  readonly older: (room: string, before: number, messages: number) => boolean;
  /** What rows are drawn with. */
  readonly context: () => RoomContext;
  /** Somebody wants to be in a room that the address names. */
  readonly onWanted: (room: string) => void;
  /** Another room is shown, or none. */
  readonly onShown: (view: RoomView | undefined) => void;
}

/** The rooms, and which one is shown. */
export class RoomViews {
  readonly #options: RoomViewsOptions;
  /** The elements of a room without messages. */
  readonly #blank: HTMLElement;
  readonly #address: RoomAddress;
  readonly #views = new Map<string, RoomView>();
  readonly #shown = new ShownRooms();
  /** What is in the page in the place of a room. */
  #element: HTMLElement;
  /** Direct messages of rooms that are no more, and of those that are not here yet. */
  #directs = new Map<string, KeptDirects>();

  /** None yet. */
  constructor(options: RoomViewsOptions) {
    this.#options = options;
    for (const element of options.below) element.remove();
    this.#element = find("talk", HTMLElement);
    this.#blank = this.#element.cloneNode(true) as HTMLElement;
    this.#address = new RoomAddress((room, { isVisited }) => {
      const { current } = this;
      const wrong = this.#address.wrong;
      if (wrong === undefined && this.#views.has(room)) return this.show(room);
      // Going back does not make a room that was left or closed.
      const isRefused = isVisited || wrong !== undefined;
      if (isRefused && current !== undefined) this.#address.show(current.room, { isFirst: true });
      if (!isVisited) options.onWanted(wrong ?? room);
    });
  }

  /** All of them. */
  get all(): readonly RoomView[] {
    return [...this.#views.values()];
  }

  /** The one that is shown; undefined: there is none. */
  get current(): RoomView | undefined {
    return this.#views.get(this.#shown.current ?? "");
  }

  /** Messages that were not seen, in all rooms. */
  get unread(): number {
    return this.all.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** What the address names, where no room can be called so; undefined: it is well. */
  get wrongAddress(): string | undefined {
    return this.#address.wrong;
  }

  /** A room by its folded name. */
  get(room: string): RoomView | undefined {
    return this.#views.get(room);
  }

  /**
   * Begins anew, with the room that the address names and others.
   *
   * @param kept What a reload left; of no rooms, the one of the address is all.
   * @returns All of them.
   */
  begin(
    kept: readonly KeptRoom[],
    { isReloaded }: { readonly isReloaded: boolean },
  ): readonly KeptRoom[] {
    this.#directs = isReloaded ? readDirects() : new Map();
    const first = this.#address.room;
    const isMissing = kept.every(({ room }) => room !== first);
    const tooMany = kept.filter(({ isGone }) => !isGone).slice(MAX_ROOMS_A_CLIENT - 1);
    const rooms = isMissing
      ? [...kept.filter((room) => !tooMany.includes(room)), { room: first }]
      : kept;
    for (const room of rooms) this.add(room);
    this.#show(first, true);
    this.#rememberDirects();
    return rooms;
  }

  /** Forgets all rooms and their messages. */
  clear(): void {
    this.#takePlace(undefined);
    this.#views.clear();
    this.#shown.clear();
    this.#directs.clear();
    writeDirects(this.#directs);
  }

  /** Adds a room, unless it is there: then only the key is new, where one is given. */
  add(kept: KeptRoom): RoomView {
    const { room } = kept;
    const known = this.#views.get(room);
    if (known !== undefined) {
      known.key = kept.key ?? known.key;
      return known;
    }
    const { older, context } = this.#options;
    const view = new RoomView({
      kept,
      element: this.#blank.cloneNode(true) as HTMLElement,
      directs: new Directs(
        this.#directs.get(room) ?? NO_DIRECTS,
        () => this.#rememberDirects(),
      ),
      older: (before, messages) => older(room, before, messages),
      context,
    });
    this.#directs.delete(room);
    this.#views.set(room, view);
    return view;
  }

  /** Keeps a direct message that has come while no room is shown. */
  keep(event: DirectMessage, { own }: { readonly own: boolean }): void {
    const { log, kept } = this.#directs.get("") ?? NO_DIRECTS;
    this.#directs.set("", { log, kept: newestOf([...kept, { seq: 0, event, own }]) });
    this.#rememberDirects();
  }

  /** What was kept stands in the room that is shown, as soon as that has begun. */
  placeKept(): void {
    const kept = this.#directs.get("");
    const view = this.current;
    if (kept === undefined || !view?.hasBegun) return;
    this.#directs.delete("");
    view.adopt(kept.kept);
  }

  /** Shows a room, which must be there. */
  show(room: string): void {
    if (this.#views.has(room)) this.#show(room, this.current === undefined);
  }

  /** A room is no more: the one that was shown before it takes its place. */
  remove(room: string): void {
    const view = this.#views.get(room);
    if (view === undefined) return;
    const wasShown = view === this.current;
    this.#views.delete(room);
    this.#shown.remove(room);
    this.#directs.set(room, view.directs.kept);
    const next = this.current?.room ?? this.all.find(({ isOpen }) => isOpen)?.room ??
      this.all[0]?.room;
    if (next !== undefined) this.#show(next, wasShown);
    else {
      this.#takePlace(undefined);
      this.#options.onShown(undefined);
    }
  }

  #show(room: string, isFirst: boolean): void {
    const view = this.#views.get(room)!;
    this.#shown.show(room);
    this.#address.show(room, { isFirst });
    this.#takePlace(view);
    // What came while a room was shown that is no more has its place here.
    for (const [gone, { kept }] of this.#directs) {
      this.#directs.delete(gone);
      if (kept.length > 0) view.adopt(kept);
    }
    this.#options.onShown(view);
  }

  #takePlace(view: RoomView | undefined): void {
    const element = view?.element ?? (this.#blank.cloneNode(true) as HTMLElement);
    if (element === this.#element) return;
    for (const other of this.#views.values()) if (other !== view) other.hide();
    this.#element.replaceWith(element);
    this.#element = element;
    part(element, "#scroller", HTMLElement).append(...this.#options.below);
    view?.show();
  }

  #rememberDirects(): void {
    const all = new Map(this.#directs);
    for (const { room, directs } of this.#views.values()) all.set(room, directs.kept);
    writeDirects(all);
  }
}
