/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * One stay in the room, from the welcome to the end: what the client core tells goes to the parts of
 * the page, and what somebody does there goes to the client core.
 *
 * @module
 */

import { ChatClient } from "../../client/core/client.ts";
import type { ClientEvent, Ending } from "../../client/core/events.ts";
import {
  asksForOperator,
  interpret,
  privateMessage,
  typedText,
} from "../../client/view/typed_line.ts";
import { mentionFinder } from "../../client/view/mentions.ts";
import { People } from "../../client/view/people.ts";
import { listWords, missedWords, Statuses } from "../../client/view/words.ts";
import { type ErrorEvent, LOBBY, type ServerEvent } from "../../protocol/messages.ts";
import { Composer } from "./composer.ts";
import { Directs } from "./directs.ts";
import { find } from "./dom.ts";
import { itemOf, type MessageItem, noteItem } from "./item.ts";
import { LogView } from "./log_view.ts";
import { readOutbox, readUncertain, writeDirects, writeOutbox, writePlace } from "./memory.ts";
import { Notifier } from "./notify.ts";
import { OperatorPanel, PeoplePanel, SearchPanel } from "./panels.ts";
import { Pending, Unsent } from "./sent.ts";
import type { Credentials } from "./sign_in.ts";
import { openSocket } from "./socket.ts";
import { StatusLine } from "./status.ts";

/** Names listed in one note. */
const MAX_LISTED = 100;

const NO_CONNECTION = "There is no connection just now: this was not sent.";

/** Who comes in, and how. */
export interface Stay extends Credentials {
  /** The session of a page that was reloaded. */
  readonly session?: string | undefined;
  /** Asked when the name or the password was refused. */
  readonly askAgain: (error: ErrorEvent) => Promise<Credentials>;
  /** It is in the room. */
  readonly onEntered: () => void;
}

/** The room as the page shows it. One object serves every stay. */
export class RoomPage {
  readonly #section = find("room", HTMLElement);
  readonly #status = new StatusLine();
  readonly #pending: Pending;
  readonly #people: PeoplePanel;
  readonly #log: LogView;
  readonly #search: SearchPanel;
  readonly #operator: OperatorPanel;
  readonly #composer: Composer;
  /** What may not have been delivered. */
  readonly unsent: Unsent;
  readonly #notifier = new Notifier(find("notify", HTMLButtonElement));
  #known = new People();
  #statuses = new Statuses();
  readonly #directs = new Directs();
  /** `seq` of the newest event of the log when this connection began. */
  #seq = 0;
  #client: ChatClient | undefined;
  #mentions = mentionFinder("");
  #name = "";
  #password: string | undefined;
  /** Until the connection ends, as the server has it. */
  #isOperator = false;
  /** `People.changes` when it was drawn. */
  #drawnChanges = -1;
  /** Said once, behind what was said before. */
  #motd: string | undefined;

  /** Out of sight at first. */
  constructor() {
    this.#log = new LogView({
      scroller: find("scroller", HTMLElement),
      list: find("log", HTMLElement),
      top: find("top", HTMLElement),
      day: find("day", HTMLElement),
      jump: find("jump", HTMLButtonElement),
    }, {
      older: (before, messages) => this.#client?.older(LOBBY, before, messages) ?? false,
      directs: (from, to) => this.#directs.between(from, to),
      context: () => ({ me: this.#name, mentions: this.#mentions }),
    });
    this.#pending = new Pending(
      () => this.#client?.unacknowledged ?? [],
      () => this.#log.follow(),
    );
    this.#people = new PeoplePanel(
      () => ({ me: this.#name, others: this.#known.others, count: this.#known.count }),
      (name) => this.#composer.begin(`/msg ${name} `),
    );
    this.#search = new SearchPanel({
      search: (words) => this.#client?.command(`/search ${words}`) ?? false,
      go: (seq) => this.#log.around(seq),
    });
    this.#operator = new OperatorPanel({
      send: (password) => {
        if (this.#client?.command(`/op ${password}`) === true) return;
        this.#log.add(noteItem(NO_CONNECTION, { alarm: true }));
      },
      onClosed: () => this.#composer.focus(),
    });
    this.#composer = new Composer({
      people: () => this.#known.others,
      isOperator: () => this.#isOperator,
      send: (text) => this.#send(text),
    });
    this.unsent = new Unsent((text) => this.#composer.exchange(text));
    this.unsent.add(readUncertain());
    writeOutbox(readOutbox());
    find("leave", HTMLButtonElement).addEventListener("click", () => this.#client?.leave());
  }

  /** Comes in and stays until it is over. */
  async stay({ name, password, session, askAgain, onEntered }: Stay): Promise<Ending> {
    let credentials: Credentials = { name, password };
    this.#known = new People();
    this.#statuses = new Statuses();
    this.#password = password;
    this.#drawnChanges = -1;
    // A page that was reloaded shows the room at once: its server may be away, or full.
    this.#section.hidden = session === undefined;
    this.#callMe(name);
    this.#directs.begin({ reloaded: session !== undefined });
    this.#status.begin();
    const again = async (error: ErrorEvent) => {
      this.#section.hidden = true;
      credentials = await askAgain(error);
      this.#password = credentials.password;
      return credentials;
    };
    const client = new ChatClient({
      connect: openSocket,
      name,
      password,
      session,
      unacknowledged: readOutbox(),
      // After a reload the server may just be away.
      patient: session !== undefined,
      maxFill: 2_000,
      askName: async (error) => (await again(error)).name,
      askPassword: async (error) => (await again(error)).password ?? "",
    });
    this.#client = client;
    this.#pending.changed();
    try {
      return await client.run((events) => {
        for (const event of events) this.#take(event, onEntered);
        if (client.connected) this.#add(this.#directs.upTo(this.#seq));
        this.#drawPeople();
      });
    } finally {
      this.#client = undefined;
      this.#section.hidden = true;
      this.#operator.close();
      this.#notifier.clear();
      this.#log.newLog();
      writeDirects(undefined);
      this.#pending.clear();
    }
  }

  #take(event: ClientEvent, onEntered: () => void): void {
    for (const { text, alarm } of this.#statuses.of(event)) {
      this.#log.add(noteItem(text, { alarm }));
    }
    this.#known.take(event);
    this.#status.follow(event);
    switch (event.type) {
      case "connected": {
        const { welcome, again } = event;
        this.#callMe(welcome.name);
        this.#isOperator = false;
        writePlace({ name: welcome.name, session: welcome.session, password: this.#password });
        if (!again) this.#motd = welcome.resumed ? undefined : welcome.motd;
        break;
      }
      case "entered": {
        const { joined, again, newLog } = event;
        this.#seq = joined.seq;
        this.#directs.inLog(joined.log);
        if (newLog) this.#log.newLog();
        else if (again) this.#log.forgetPage();
        this.#section.hidden = false;
        onEntered();
        if (!again) this.#composer.focus();
        break;
      }
      case "delivered":
        this.#pending.changed();
        break;
      case "refused":
        if (!this.#composer.giveBack(typedText(event.message))) this.unsent.add([event.message]);
        this.#pending.changed();
        break;
      case "uncertain":
        this.unsent.add([event.message]);
        this.#pending.changed();
        break;
      case "missed":
        this.#log.add(noteItem(missedWords(event)));
        break;
      case "told":
        this.#told(event.event, event.past);
        break;
    }
  }

  #drawPeople(): void {
    if (this.#known.changes === this.#drawnChanges) return;
    this.#drawnChanges = this.#known.changes;
    this.#people.changed();
  }

  #told(event: ServerEvent, past: boolean): void {
    if (past) this.#log.hush();
    if (!past && this.#motd !== undefined) {
      this.#log.add(noteItem(this.#motd));
      this.#motd = undefined;
    }
    switch (event.type) {
      case "message":
      case "join":
      case "leave":
      case "rename":
      case "topic": {
        if (event.type === "rename" && event.from === this.#name && !past) this.#callMe(event.to);
        this.#add(this.#directs.before(event.seq));
        const item = itemOf(event, this.#name);
        this.#log.add(item);
        if (item.kind === "message" && !past) this.#notify(item);
        break;
      }
      case "direct": {
        const item = this.#directs.add(event, this.#name);
        this.#log.add(item);
        this.#notify(item);
        break;
      }
      case "history":
        this.#log.page(event.events, event.more);
        break;
      case "results":
        this.#search.show(event);
        break;
      case "members": {
        const names = listWords(event.names, { count: event.count, maxNames: MAX_LISTED });
        this.#log.add(noteItem([`${event.count} here: `, ...names]));
        break;
      }
      case "notice":
        if (event.operator === true) this.#isOperator = true;
        this.#log.add(noteItem(event.text));
        break;
      case "error":
        // It may be the answer to a page that was asked for.
        this.#log.pageFailed();
        break;
      case "bye":
        if (event.reason === "shutdown") this.#log.add(noteItem(event.text, { alarm: true }));
        break;
    }
  }

  /** Messages that this tab has kept. */
  #add(items: readonly MessageItem[]): void {
    if (items.length > 0) this.#log.hush();
    for (const item of items) this.#log.add(item);
  }

  #notify({ from, text, own, direct }: MessageItem): void {
    if (own) return;
    this.#notifier.message(from, text, direct !== undefined || this.#mentions(text).length > 0);
  }

  #callMe(name: string): void {
    this.#name = name;
    this.#mentions = mentionFinder(name);
  }

  /** @returns Why it was not taken; undefined when it was. */
  #send(text: string): string | undefined {
    const client = this.#client;
    if (client === undefined) return NO_CONNECTION;
    const intent = interpret(text, { quitWords: false });
    try {
      if (intent.type === "quit") client.leave();
      else if (intent.type === "say") client.say(intent.text, { action: intent.action });
      else if (intent.type === "command" && !this.#command(client, intent.line)) {
        return NO_CONNECTION;
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return error.message;
    }
    this.#log.toEnd();
    this.#pending.changed();
    return undefined;
  }

  #command(client: ChatClient, line: string): boolean {
    const direct = privateMessage(line);
    if (direct !== undefined) {
      client.direct(direct.to, direct.text);
      return true;
    }
    if (asksForOperator(line)) {
      this.#operator.open();
      return true;
    }
    const [, words] = /^\/search\s+(\S.*)$/is.exec(line) ?? [];
    if (words !== undefined) this.#search.open(words);
    return words !== undefined || client.command(line);
  }
}
