/// <reference lib="dom" />
/**
 * The parts of the page and what connects them. A {@linkcode Stay} tells them what happens; what
 * somebody does in them goes to the client core.
 *
 * @module
 */

import { ChatClient } from "../../client/core/client.ts";
import type { Ending } from "../../client/core/events.ts";
import { OwnHelp } from "../../client/view/own_help.ts";
import { typedText } from "../../client/view/typed_line.ts";
import type { ErrorEvent } from "../../protocol/messages.ts";
import { Composer } from "./composer.ts";
import { closeDialogs, isDialogShown } from "./dialog.ts";
import { find } from "./dom.ts";
import { EraseQuestion } from "./erase.ts";
import { GoneBar } from "./gone_bar.ts";
import { Header } from "./header.ts";
import { offerHelp } from "./help.ts";
import { Invitation } from "./invite.ts";
import { type KeptRoom, readOutbox, readUncertain, writeOutbox } from "./memory.ts";
import { NewerPage } from "./newer.ts";
import { Notifier } from "./notify.ts";
import { isNarrow } from "./panel.ts";
import { OperatorPanel, PeoplePanel, SearchPanel } from "./panels.ts";
import { Quiet } from "./quiet.ts";
import type { RoomView } from "./room_view.ts";
import { RoomViews } from "./room_views.ts";
import { RoomsPanel } from "./rooms_panel.ts";
import { Pending, Unsent } from "./sent.ts";
import type { Credentials } from "./sign_in.ts";
import { openSocket } from "./socket.ts";
import { StatusLine } from "./status.ts";
import { Stay } from "./stay.ts";
import { TypedLines } from "./typed.ts";

/** Who comes in, and how. */
export interface Arrival extends Credentials {
  /** Another page was here, in this tab. */
  readonly isReloaded: boolean;
  /** The session of a page that was reloaded, or of a tab that was closed. */
  readonly session?: string | undefined;
  /** The last direct message that it was told, of those that waited. */
  readonly lastDirect?: number | undefined;
  /** The rooms of that session; none: the one that the address names. */
  readonly rooms: readonly KeptRoom[];
  /** Asked when the name or the password was refused. */
  readonly askAgain: (error: ErrorEvent) => Promise<Credentials>;
  /** The server has let it in. */
  readonly onEntered: () => void;
}

/** The chat as the page shows it. One object serves every stay. */
export class ChatPage {
  readonly #section = find("room", HTMLElement);
  readonly #header = new Header();
  readonly #form = find("composer", HTMLElement);
  readonly #gone: GoneBar;
  readonly #status = new StatusLine();
  readonly #pending: Pending;
  readonly #people: PeoplePanel;
  readonly #views: RoomViews;
  readonly #rooms: RoomsPanel;
  readonly #search: SearchPanel;
  readonly #operator: OperatorPanel;
  readonly #erase: EraseQuestion;
  readonly #composer: Composer;
  /** What may not have been delivered. */
  readonly unsent: Unsent;
  readonly #notifier: Notifier;
  readonly #newer = new NewerPage(() =>
    isDialogShown() || (this.#client?.unacknowledged.length ?? 0) > 0
  );
  readonly #help = new OwnHelp();
  #client: ChatClient | undefined;
  #stay: Stay | undefined;
  /** Whose people are drawn, and `People.changes` then; in a room that is gone, nobody is: -1. */
  #drawn: { readonly view: RoomView | undefined; readonly changes: number } | undefined;

  /** Out of sight at first. */
  constructor() {
    const current = () => this.#views.current;
    const join = (room: string, key?: string) => this.#stay?.membership.join(room, key);
    const leave = (room: string) => this.#stay?.membership.leave(room);
    this.#pending = new Pending(
      () => this.#client?.unacknowledged ?? [],
      (message) => message.type === "direct" || message.room === current()?.room,
      () => current()?.log.follow(),
    );
    this.unsent = new Unsent(({ text, room }) => {
      if (room !== undefined) this.#views.show(room);
      return { text: this.#composer.exchange(text), room: current()?.room };
    });
    this.#views = new RoomViews({
      below: [this.#pending.element, this.unsent.element],
      older: (room, before, messages) => this.#client?.older(room, before, messages) ?? false,
      context: () =>
        this.#stay?.context ??
          { me: "", mentions: () => [], isIgnored: () => false },
      onWanted: (room) => {
        if (this.#stay !== undefined) this.#rooms.join(room, undefined);
      },
      onShown: (view) => this.#shown(view),
    });
    const list = (after?: string) => this.#client?.listRooms(after) ?? false;
    const show = (room: string) => this.#views.show(room);
    const invitation = new Invitation({
      room: () => current()?.room,
      isPrivate: (room) => this.#rooms.isPrivate(room) ?? this.#views.get(room)?.key !== undefined,
      hasPassword: () => this.#stay?.hasPassword === true,
      ask: () => this.#rooms.ask(),
    });
    const onListed = invitation.changed;
    this.#rooms = new RoomsPanel(
      { rooms: () => this.#views.all, current, show, leave, join, list, onListed },
    );
    this.#people = new PeoplePanel(
      () => ({
        me: this.#stay?.context.me ?? "",
        others: current()?.people.others ?? [],
        isBot: (name) => current()?.people.isBot(name) === true,
        count: current()?.isOpen ? current()?.people.count ?? 0 : 0,
      }),
      (name) => this.#composer.begin(`/msg ${name} `),
    );
    this.#search = new SearchPanel({
      search: (words) => this.#client?.command(`/search ${words}`, current()?.room) ?? false,
      go: (room, seq) => {
        show(room);
        this.#views.get(room)?.log.around(seq);
      },
      hasSeveralRooms: () => this.#views.all.length > 1,
    });
    const lines = new TypedLines({
      client: () => this.#client,
      view: current,
      join,
      leave,
      listRooms: () => this.#rooms.choose(),
      search: (words) => this.#search.open(words),
      quiet: new Quiet().toggle,
      ignore: (name) => this.#stay?.ignore(name) ?? "",
      help: this.#help,
      askOperator: () => this.#operator.open(),
    });
    this.#erase = new EraseQuestion(({ seq }) => lines.command(`/erase ${seq}`));
    this.#operator = new OperatorPanel({
      send: (password) => lines.command(`/op ${password}`),
      onClosed: () => this.#composer.focus(),
    });
    this.#composer = new Composer({
      people: () => current()?.people.others ?? [],
      rooms: () => this.#rooms.known,
      lookForRooms: (typed) => this.#rooms.look(typed),
      hidden: () => {
        if (this.#stay?.isOperator === true) return [];
        const isKeeper = current()?.keeper === this.#stay?.context.me;
        return ["operators", ...(isKeeper ? [] : ["keepers"] as const)];
      },
      takeBack: (room) => {
        const taken = this.#client?.takeBack((message) =>
          message.type === "direct" || message.room === room
        );
        if (taken === undefined) return this.unsent.takeBack(room);
        this.#pending.changed();
        return typedText(taken);
      },
      send: (text) => {
        const problem = lines.send(text);
        if (problem === undefined) this.#pending.changed();
        return problem;
      },
    });
    this.unsent.add(readUncertain());
    writeOutbox(readOutbox());
    this.#notifier = new Notifier(() => {
      current()?.seen();
      this.#draw();
    });
    offerHelp();
    this.#gone = new GoneBar({
      joinAgain: () => this.#rooms.join(current()!.room, current()?.key),
      close: () => void leave(current()!.room),
    });
    find("leave", HTMLButtonElement).addEventListener("click", () => this.#client?.leave());
    addEventListener("pagehide", () => this.#stay?.remember({ isClosing: true }));
    // A sleeping page waits long for its next try, and does not notice that its connection is gone.
    for (const event of ["online", "pageshow", "visibilitychange"]) {
      addEventListener(event, () => {
        if (!document.hidden) this.#client?.hurry();
      });
    }
  }

  /** Comes in and stays until it is over. */
  async stay(arrival: Arrival): Promise<Ending> {
    const { name, session, lastDirect, isReloaded, askAgain, onEntered } = arrival;
    let { password } = arrival;
    // A page that was reloaded shows the room at once: its server may be away, or full.
    this.#section.hidden = !isReloaded;
    this.#status.begin();
    const again = async (error: ErrorEvent) => {
      this.#section.hidden = true;
      const credentials = await askAgain(error);
      password = credentials.password;
      return credentials;
    };
    // Before anything is drawn, which remembers what is on its way now.
    const unacknowledged = readOutbox();
    const wrong = this.#views.wrongAddress;
    const rooms = this.#views.begin(arrival.rooms, { isReloaded });
    const client = new ChatClient({
      connect: openSocket,
      name,
      password,
      session,
      lastDirect,
      rooms: rooms.filter(({ isGone }) => !isGone)
        .map(({ room, key, read }) => ({ room, key, log: read?.log })),
      unacknowledged,
      // After a reload the server may just be away.
      patient: isReloaded,
      maxFill: 2_000,
      askName: async (error) => (await again(error)).name,
      askPassword: async (error) => (await again(error)).password ?? "",
    });
    const stay = new Stay(client, {
      views: this.#views,
      panel: this.#rooms,
      composer: this.#composer,
      pending: this.#pending,
      unsent: this.unsent,
      search: this.#search,
      status: this.#status,
      notifier: this.#notifier,
      help: this.#help,
      onErase: (item) => this.#erase.ask(item),
      password: () => password,
      onChanged: () => this.#draw(),
      onEntered: () => {
        this.#section.hidden = false;
        onEntered();
      },
    });
    this.#client = client;
    this.#stay = stay;
    this.#pending.changed();
    if (wrong !== undefined) this.#rooms.join(wrong, undefined);
    try {
      return await client.run((events) => {
        stay.take(events);
        if (events.some((event) => event.type === "connected" && event.again)) {
          void this.#newer.look();
        }
      });
    } finally {
      this.#client = this.#stay = undefined;
      this.#section.hidden = true;
      this.#composer.forget();
      closeDialogs();
      this.#operator.close();
      this.#rooms.close();
      this.#notifier.clear();
      this.#views.clear();
      this.#pending.clear();
      this.#draw();
    }
  }

  /** Another room is shown, or none. */
  #shown(view: RoomView | undefined): void {
    this.#form.hidden = view === undefined;
    if (view === undefined) {
      find("top", HTMLElement).textContent = "You are in no room. Join one, or make one.";
      this.#rooms.open();
    } else {
      this.#composer.show(view.room);
      if (!isNarrow() && this.#client?.connected === true) this.#composer.focus();
    }
    this.#pending.changed();
    this.#stay?.remember();
    this.#draw();
  }

  #draw(): void {
    const view = this.#views.current;
    this.#header.draw(this.#views);
    this.#rooms.changed();
    const isGone = view?.isOpen === false;
    this.#gone.show(isGone ? view.room : undefined);
    this.#composer.setSendable(!isGone);
    const changes = isGone ? -1 : view?.people.changes ?? 0;
    if (this.#drawn?.view === view && this.#drawn?.changes === changes) return;
    this.#drawn = { view, changes };
    this.#people.changed();
  }
}
