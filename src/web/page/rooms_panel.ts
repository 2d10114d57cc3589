/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The rooms at the side: those that this client is in, with what is new in them; those it can join;
 * and a field for the name of any other one. On a narrow screen it comes up over the messages.
 *
 * @module
 */

import type { RoomList } from "../../protocol/messages.ts";
import { find, make, makeButton, NamedRows, part, withNextFrame } from "./dom.ts";
import { OtherRooms } from "./other_rooms.ts";
import { isNarrow, Panel } from "./panel.ts";

/** A room that this client is in. */
export interface ListedRoom {
  /** Its folded name. */
  readonly room: string;
  /** Messages that were not seen. */
  readonly unread: number;
  /** One of them names this person. */
  readonly isMentioned: boolean;
  /** This client is in it; false: it was removed, or the room was closed. */
  readonly isOpen: boolean;
}

/** What the panel works with. */
export interface RoomsPanelOptions {
  /** Those that this client is in, in their order. */
  readonly rooms: () => readonly ListedRoom[];
  /** The one that is shown; undefined: none is. */
  readonly current: () => ListedRoom | undefined;
  /** Shows one of them. */
  readonly show: (room: string) => void;
  /** Leaves one of them. */
  readonly leave: (room: string) => void;
  /** Joins one; returns why that cannot be. */
  readonly join: (room: string, key: string | undefined) => string | undefined;
  /** Asks which ones there are, from the first or behind a name; false: not now. */
  readonly list: (after?: string) => boolean;
  /** The server has told which rooms there are. */
  readonly onListed: () => void;
}

/** The list at the side. */
export class RoomsPanel {
  readonly #options: RoomsPanelOptions;
  readonly #panel: Panel;
  readonly #news = find("rooms-news", HTMLElement);
  readonly #list = find("room-list", HTMLUListElement);
  readonly #name = find("join-room", HTMLInputElement);
  readonly #keyRow = find("key-row", HTMLElement);
  readonly #key = find("join-key", HTMLInputElement);
  readonly #error = find("join-error", HTMLElement);
  readonly #others: OtherRooms;
  readonly #rows = new NamedRows(this.#list, (room) => this.#row(room));
  /** The list is to be asked for, as soon as there is a connection. */
  #isStale = false;

  /** Closed at first. */
  constructor(options: RoomsPanelOptions) {
    this.#options = options;
    this.#others = new OtherRooms(options.list, (room) => this.join(room, undefined));
    const element = find("rooms", HTMLElement);
    this.#panel = new Panel(element, {
      toggle: find("show-rooms", HTMLButtonElement),
      open: () => this.open(),
      // In no room, it is the only way on; but a drawer makes way for another one.
      close: () => {
        if (this.#options.rooms().length === 0 && !isNarrow()) this.#forget();
        else this.close();
      },
      isDrawer: true,
    });
    this.#name.addEventListener("focus", () => this.#others.ask());
    // The server does not tell when it has other rooms.
    element.addEventListener("pointermove", () => this.#refresh());
    document.addEventListener("visibilitychange", () => this.#refresh());
    this.#name.addEventListener("input", () => this.#askKey(false));
    find("join-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const key = this.#keyRow.hidden ? undefined : this.#key.value;
      if (this.#name.value.trim() !== "") this.join(this.#name.value, key);
      else this.#say("Give the name of a room.");
    });
  }

  /** Names of the rooms that this client is in, and of those that the server has told of. */
  get known(): readonly string[] {
    return [
      ...new Set([...this.#options.rooms().map(({ room }) => room), ...this.#others.known]),
    ];
  }

  /**
   * Asks for rooms whose names begin like this, where they are not known: see {@linkcode listed}.
   *
   * @returns They are being asked for.
   */
  look(typed: string): boolean {
    return this.#others.look(typed);
  }

  /** Asks which rooms there are. */
  ask(): void {
    this.#others.ask();
  }

  /** Whether a room has a key; undefined: that is not known. */
  isPrivate(room: string): boolean | undefined {
    return this.#others.isPrivate(room);
  }

  /** The connection is gone. */
  lost(): void {
    this.#others.lost();
  }

  /** Comes up, and asks what there is. */
  open(): void {
    this.#panel.isOpen = true;
    this.ask();
  }

  /** Comes up for somebody who asks which rooms there are. */
  choose(): void {
    this.open();
    this.#name.focus();
  }

  /** Forgets what was typed here. On a narrow screen, or with one room, it goes away. */
  close(): void {
    this.#panel.isOpen = false;
    this.#forget();
  }

  #forget(): void {
    this.#name.value = "";
    this.#askKey(false);
  }

  /** Others are to be listed: draws them with the next frame. */
  readonly changed: () => void = withNextFrame(() => this.#draw());

  /** The server has told which rooms there are. */
  listed(rooms: RoomList): void {
    this.#others.listed(rooms, (room) => this.#rows.has(room));
    this.#options.onListed();
    this.changed();
  }

  /** Wants to be in a room; why that cannot be is said here. */
  join(room: string, key: string | undefined): void {
    this.#say("Joining …");
    const problem = this.#options.join(room, key);
    if (problem !== undefined) this.refused(room, problem, { isPrivate: false, hadKey: false });
  }

  /**
   * A room is entered.
   *
   * @param isWanted It was asked for here, or by a command.
   */
  entered({ isWanted }: { readonly isWanted: boolean }): void {
    this.#isStale = true;
    if (isWanted) this.close();
    this.changed();
  }

  /**
   * A room cannot be joined.
   *
   * @param text Why.
   * @param options `isPrivate`: it needs a key; `hadKey`: another one than was given.
   */
  refused(
    room: string,
    text: string,
    { isPrivate, hadKey }: { readonly isPrivate: boolean; readonly hadKey: boolean },
  ): void {
    this.#panel.isOpen = true;
    this.#name.value = `#${room.trim().replace(/^#/, "")}`;
    this.#askKey(isPrivate);
    if (!isPrivate) return this.#say(text);
    this.#say(hadKey ? `That is not the key of #${room}.` : `#${room} is private: give its key.`);
    this.#key.focus();
  }

  #refresh(): void {
    if (!document.hidden && this.#list.getClientRects().length > 0) this.#others.refresh();
  }

  #askKey(isAsked: boolean): void {
    this.#keyRow.hidden = !isAsked;
    this.#key.value = "";
    this.#say("");
  }

  #say(text: string): void {
    this.#error.textContent = text;
  }

  #draw(): void {
    const rooms = this.#options.rooms();
    find("room", HTMLElement).classList.toggle("several", rooms.length > 1);
    const current = this.#options.current();
    const elsewhere = rooms.filter((room) => room !== current);
    const unread = elsewhere.reduce((sum, { unread }) => sum + unread, 0);
    const isMentioned = elsewhere.some(({ isMentioned }) => isMentioned);
    this.#news.replaceChildren(...drawNews(unread, isMentioned));
    if (this.#rows.set(rooms.map(({ room }) => room))) {
      this.#others.draw((room) => this.#rows.has(room));
      this.#isStale = true;
    }
    if (this.#isStale && rooms.length > 1) this.#isStale = !this.#others.ask();
    for (const listed of rooms) {
      const row = this.#rows.get(listed.room);
      const isCurrent = listed === current;
      row.className = isCurrent ? "current" : listed.unread > 0 ? "new" : "";
      row.classList.toggle("gone", !listed.isOpen);
      part(row, "i", HTMLElement).textContent = listed.isOpen
        ? this.#others.marksOf(listed.room)
        : " gone";
      const show = part(row, "button", HTMLButtonElement);
      show.setAttribute("aria-current", String(isCurrent));
      part(row, ".news", HTMLElement).replaceChildren(
        ...drawNews(listed.unread, listed.isMentioned),
      );
    }
  }

  #row(room: string): HTMLElement {
    const name = make("span", "name", `#${room}`);
    name.dir = "auto";
    const show = makeButton(
      () => {
        this.close();
        this.#options.show(room);
      },
      name,
      make("i"),
      make("span", "news"),
    );
    show.title = `#${room}`;
    const leave = makeButton(() => this.#options.leave(room), "×");
    leave.className = "leave";
    leave.title = `Leave #${room}`;
    leave.setAttribute("aria-label", leave.title);
    return make("li", "", show, leave);
  }
}

/** How many are new, and a dot where somebody is meant; in words for who does not see it. */
function drawNews(unread: number, isMentioned: boolean): HTMLElement[] {
  if (unread === 0) return [];
  return [
    make("span", "unseen", ", "),
    ...(isMentioned ? [make("span", "dot")] : []),
    make("span", "unread-count", unread > 99 ? "99+" : String(unread)),
    make("span", "unseen", isMentioned ? " new, you are mentioned" : " new"),
  ];
}
