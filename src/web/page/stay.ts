/// <reference lib="dom" />
/**
 * One stay on the server, from the welcome to the end: gives what the client core tells to the
 * parts of the page, and remembers it over a reload.
 *
 * @module
 */

import type { ChatClient } from "../../client/core/client.ts";
import type { ClientEvent } from "../../client/core/events.ts";
import { mentionFinder } from "../../client/view/mentions.ts";
import type { OwnHelp } from "../../client/view/own_help.ts";
import { Ignoring } from "../../client/view/ignoring.ts";
import { typedText } from "../../client/view/typed_line.ts";
import { listWords, missedWords, Statuses } from "../../client/view/words.ts";
import { isOwnDirect, waitsText } from "../../protocol/directs.ts";
import { IgnoredNames } from "../../protocol/ignored.ts";
import type { DirectMessage, ServerEvent } from "../../protocol/messages.ts";
import type { Composer } from "./composer.ts";
import type { MessageItem } from "./item.ts";
import { Membership } from "./membership.ts";
import {
  readIgnored,
  readTaken,
  writeClosed,
  writeIgnored,
  writePlace,
  writeTaken,
} from "./memory.ts";
import type { Notifier } from "./notify.ts";
import type { SearchPanel } from "./panels.ts";
import type { RoomContext, RoomView } from "./room_view.ts";
import type { RoomViews } from "./room_views.ts";
import type { RoomsPanel } from "./rooms_panel.ts";
import type { Pending, Unsent } from "./sent.ts";
import type { StatusLine } from "./status.ts";

/** Names listed in one note. */
const MAX_LISTED = 100;

/** The parts of the page that are told what happens. */
export interface StayParts {
  /** The rooms. */
  readonly views: RoomViews;
  /** Their list. */
  readonly panel: RoomsPanel;
  /** The field. */
  readonly composer: Composer;
  /** What is on its way. */
  readonly pending: Pending;
  /** What may not have been delivered. */
  readonly unsent: Unsent;
  /** What a search has found. */
  readonly search: SearchPanel;
  /** The line about the connection. */
  readonly status: StatusLine;
  /** Tells somebody who looks elsewhere. */
  readonly notifier: Notifier;
  /** Waits for the answer to `/help`. */
  readonly help: OwnHelp;
  /** An operator wants to erase a message of the room that is shown. */
  readonly onErase: (item: MessageItem) => void;
  /** Who is here, what is new or which room is shown has changed. */
  readonly onChanged: () => void;
  /** The server's password, where one was given. */
  readonly password: () => string | undefined;
  /** The server has let it in. */
  readonly onEntered: () => void;
}

/** What the server says to one client, as long as it stays. */
export class Stay {
  /** The rooms that this client is in. */
  readonly membership: Membership;
  readonly #client: ChatClient;
  readonly #parts: StayParts;
  readonly #statuses = new Statuses();
  readonly #ignoring = new Ignoring({
    names: new IgnoredNames(readIgnored(), readTaken()),
    seen: (room, log) => {
      const { read } = this.#parts.views.get(room)?.kept ?? {};
      return read?.log === log ? read.seq : undefined;
    },
  });
  #context: RoomContext;
  /** Until the connection ends, as the server has it. */
  #isOperator = false;
  /** Said once, behind what was said before. */
  #motd: string | undefined;

  /** Nothing has happened yet. The rooms that are there are asked for. */
  constructor(client: ChatClient, parts: StayParts) {
    this.#client = client;
    this.#parts = parts;
    this.#context = this.#contextOf(client.name);
    this.membership = new Membership(client, { ...parts, onChanged: () => this.remember() });
  }

  /** The own name, and what finds it in texts. */
  get context(): RoomContext {
    return this.#context;
  }

  /** It may use the commands of operators. */
  get isOperator(): boolean {
    return this.#isOperator;
  }

  /** The server has a password, which was given. */
  get hasPassword(): boolean {
    return this.#parts.password() !== undefined;
  }

  /** Carries out `/ignore`, and draws all rooms anew. */
  ignore(name: string): string {
    const { all } = this.#parts.views;
    const mayBeHere = (one: string) => all.some((view) => view.isOpen && view.people.mayHold(one));
    const { names } = this.#ignoring;
    const answer = names.toggle(name, { me: this.#context.me, mayBeHere });
    writeIgnored(names.given);
    writeTaken(names.taken);
    this.#redraw();
    return answer;
  }

  /** The client core tells something, and then draws. */
  take(events: readonly ClientEvent[]): void {
    const { views, onChanged } = this.#parts;
    if (this.#ignoring.follow(events)) writeTaken(this.#ignoring.names.taken);
    for (const event of events) this.#take(event);
    if (this.#client.connected) { for (const view of views.all) view.settle(); }
    views.placeKept();
    onChanged();
  }

  /** Remembers what a reload needs, or, where this tab may be closed, what the next one needs. */
  remember({ isClosing = false } = {}): void {
    const { name, session, lastDirect } = this.#client;
    if (session === undefined) return;
    const rooms = this.#parts.views.all.map(({ kept }) => kept);
    const place = { name, session, lastDirect, password: this.#parts.password(), rooms };
    writePlace(place);
    if (isClosing) writeClosed(place);
  }

  #take(event: ClientEvent): void {
    const { views, status, pending, unsent, composer } = this.#parts;
    // A new log begins with the note that it is one.
    if (event.type === "entered") this.membership.entered(event);
    const told = event.type === "told" ? event.event : undefined;
    if (told?.type === "error" && this.membership.refused(told)) return;
    const view = this.#viewOf(event);
    for (const { text, alarm } of this.#statuses.of(event)) view?.note(text, { alarm });
    if (event.type !== "entered") { for (const each of views.all) each.learn(event); }
    status.follow(event);
    switch (event.type) {
      case "connected": {
        const { welcome, again } = event;
        this.#become({ name: welcome.name, isOperator: false });
        this.remember();
        // It was reloaded, or somebody has gone back to it.
        writeClosed(undefined);
        if (!again) this.#motd = welcome.resumed ? undefined : welcome.motd;
        this.#parts.onEntered();
        break;
      }
      case "lost":
        this.#parts.panel.lost();
        break;
      case "gone":
        return this.membership.gone(event);
      case "delivered":
        pending.changed();
        break;
      case "refused": {
        const { message } = event;
        // To one person, it is a command: what is typed next is another line.
        const isBack = message.type === "say" &&
          composer.giveBack(typedText(message), message.room);
        if (!isBack) unsent.add([message]);
        pending.changed();
        break;
      }
      case "uncertain":
        unsent.add([event.message]);
        pending.changed();
        break;
      case "missed":
        view?.note(missedWords(event));
        break;
      case "told":
        this.#told(event.event, event.past, view);
        break;
    }
  }

  #told(event: ServerEvent, past: boolean, view: RoomView | undefined): void {
    const { views, panel, search } = this.#parts;
    if (!past && this.#motd !== undefined && view === views.current) {
      view?.note(this.#motd);
      this.#motd = undefined;
    }
    switch (event.type) {
      case "message":
      case "join":
      case "leave":
      case "rename":
      case "topic":
        if (event.type === "rename" && event.from === this.#context.me && !past) {
          this.#become({ name: event.to });
        }
        if (event.type === "message") search.erase(event.room, event.erases ?? []);
        this.#notify(view, view?.told(event, past));
        break;
      case "direct":
        this.#takeDirect(view, event);
        break;
      case "history":
        view?.log.page(event.events, event.more);
        break;
      case "results":
        search.show({
          ...event,
          events: event.events.filter((found) =>
            found.type !== "message" || !this.#ignoring.hides(found)
          ),
        });
        break;
      case "rooms":
        panel.listed(event);
        this.#parts.composer.learnRooms();
        break;
      case "joined":
        view?.changed(event);
        break;
      case "members": {
        if (this.membership.learned(event.room)) break;
        const names = listWords(event.names, { count: event.count, maxNames: MAX_LISTED });
        view?.note([`${event.count} here: `, ...names]);
        break;
      }
      case "notice":
        if (event.operator === true) this.#become({ isOperator: true });
        if (this.#ignoring.hides(event)) break;
        view?.note(this.#parts.help.complete(event.text));
        break;
      case "error":
        // It may be the answer to a page that was asked for.
        view?.log.pageFailed();
        break;
      case "bye":
        if (event.reason === "shutdown") view?.note(event.text, { alarm: true });
        break;
    }
  }

  #takeDirect(view: RoomView | undefined, event: DirectMessage): void {
    if (!this.#ignoring.hides(event)) {
      const { views } = this.#parts;
      // What has waited comes before the rooms.
      if (view?.hasBegun) this.#notify(view, view.direct(event));
      else views.keep(event, { own: isOwnDirect(event, this.#context.me) });
      if (event.waits) view?.note(waitsText(event.to));
    }
    // It is shown, or nobody wants to see it, and comes no more.
    if (event.n !== undefined) this.remember();
  }

  #notify(view: RoomView | undefined, item: MessageItem | undefined): void {
    if (view === undefined || item === undefined) return;
    const { views, notifier } = this.#parts;
    const where = views.all.length > 1 && item.direct === undefined ? ` in #${view.room}` : "";
    notifier.message(item.from + where, item.text, {
      urgent: view.isUrgent(item),
      onClick: () => views.show(view.room),
    });
  }

  /** The room that something is about; without one, the room that is shown. */
  #viewOf(event: ClientEvent): RoomView | undefined {
    const { views } = this.#parts;
    const about = event.type === "told"
      ? event.event
      : event.type === "refused"
      ? event.message
      : event;
    const room = "room" in about ? about.room : undefined;
    return views.get(room ?? "") ?? views.current;
  }

  /** It has another name, or may do other things. */
  #become({ name = this.#context.me, isOperator = this.#isOperator }): void {
    const isRedrawn = isOperator !== this.#isOperator;
    this.#isOperator = isOperator;
    this.#context = this.#contextOf(name);
    if (isRedrawn) this.#redraw();
  }

  #redraw(): void {
    for (const { log } of this.#parts.views.all) log.redraw();
  }

  #contextOf(me: string): RoomContext {
    const isIgnored = ({ from, at }: MessageItem) =>
      this.#ignoring.hides({ from, at: at.toISOString() });
    const erase = this.#isOperator ? this.#parts.onErase : undefined;
    return { me, mentions: mentionFinder(me), isIgnored, erase };
  }
}
