/**
 * Where clients of IRC come in: their lines are read, found in the table of commands, and carried
 * out, one after the other.
 *
 * @module
 */

import { type Happened, settledSoFar } from "../../order/order.ts";
import type { Dialect } from "../../protocol/dialect.ts";
import { type IrcMessage, parseIrcLine } from "../../protocol/irc/message.ts";
import type { RoomWish } from "../../protocol/messages.ts";
import type { Cursor } from "../../room/cursor.ts";
import type { Member, Parting, Profile, Room } from "../../room/room.ts";
import type { ClientConnection } from "../connection.ts";
import type { Door } from "../door.ts";
import { IRC_COMMANDS } from "./commands.ts";
import { IrcClient } from "./irc_client.ts";
import { IrcDialect } from "./irc_dialect.ts";
import { MULTILINE } from "../../protocol/irc/render.ts";
import { addLine, labelOf } from "./multiline.ts";
import { memoryKey } from "./memories.ts";
import { Given, wishIn } from "./replay.ts";
import { Label } from "./labels.ts";
import { clearWatched } from "./monitor.ts";
import type { Guest, Person, Place } from "./guests.ts";

const encoder = new TextEncoder();

/** A client that has sent nothing for so long is asked whether it is there. */
const PING_AFTER_MS = 90_000;

/** A client that has sent nothing for so long is lost. */
const SILENCE_MS = 150_000;

/** Takes a connection whose first line is one of IRC. */
export function openIrc(connection: ClientConnection): void {
  connection.enterBy(new IrcDoor(connection));
  connection.writer.keepOneOrder();
}

/** The IRC side of a connection. */
class IrcDoor implements Door, Guest {
  readonly dialect: Dialect;
  readonly silenceMs = SILENCE_MS;
  readonly leavesNotices = true;
  readonly #irc: IrcClient;
  readonly #connection: ClientConnection;
  #member: Member | null = null;
  #pingedAt = -Infinity;
  readonly #given: Given;
  /** The newest answer to a command with a label. */
  #label: Label | null = null;

  constructor(connection: ClientConnection) {
    this.#connection = connection;
    this.#irc = new IrcClient(connection);
    this.#given = new Given(connection);
    this.dialect = new IrcDialect(this.#irc);
  }

  get person(): Person {
    return this.#irc;
  }

  get profile(): Partial<Profile> {
    const { user, realname } = this.#irc.registration;
    return { user, realname };
  }

  take(line: string): void | Promise<void> {
    this.#given.confirm();
    this.#irc.network.watches.tell(this.#irc);
    const message = parseIrcLine(line);
    if (message === null) return;
    if (message === "too_long") return this.overlong();
    if (line.includes("\uFFFD")) {
      return this.#irc.fail("*", "INVALID_UTF8", [], "Your line is not UTF-8 and was not taken");
    }
    const label = labelOf(this.#irc, message);
    const { caps, isRegistered } = this.#irc;
    if (label !== "" && isRegistered && caps.has("labeled-response") && caps.has("batch")) {
      return this.#answer(label, message);
    }
    const work = this.#run(message);
    return this.#member === null && work !== undefined ? work.then(() => this.#noteMember()) : work;
  }

  /**
   * Carries out a command with a label: no other of this client is, until that is answered. An
   * answer waits as a whole, so the next one is not made before it is written.
   */
  async #answer(label: string, message: IrcMessage): Promise<void> {
    const connection = this.#connection;
    const last = this.#label;
    if (last !== null) {
      await connection.throttle.waitFor((go) => {
        void last.written.then(go);
        return () => {};
      });
    }
    await this.#allAnswered();
    if (connection.leaving) return;
    const collector = this.#label = new Label(this.#irc, label);
    connection.collector = collector;
    try {
      await this.#run(message);
      await this.#allAnswered();
    } finally {
      connection.collector = null;
      collector.end();
    }
  }

  /** Resolves when everything has been answered so far. */
  async #allAnswered(): Promise<void> {
    const { server: { order } } = this.#connection;
    // What the order has settled may be answered behind what is under way by then.
    do await settledSoFar(order); while (this.#connection.answersDue > 0);
  }

  #run(message: IrcMessage): void | Promise<void> {
    const { command: name, params } = message;
    const command = IRC_COMMANDS.get(name);
    if (!this.#irc.isRegistered && command?.isEarly !== true) {
      return this.#irc.numeric("ERR_NOTREGISTERED");
    }
    if (command === undefined) return this.#irc.numeric("ERR_UNKNOWNCOMMAND", [name]);
    const { needs = 0 } = command;
    if (params.length < needs || params.slice(0, needs).includes("")) {
      return this.#irc.numeric("ERR_NEEDMOREPARAMS", [name]);
    }
    const isPart = message.tags.has("batch") && this.#irc.caps.has(MULTILINE);
    return isPart ? addLine(this.#irc, message) : command.run(this.#irc, message);
  }

  /** It may be in by now. */
  #noteMember(): void {
    const { member } = this.#connection;
    if (member === null) return;
    this.#member = member;
    const { network } = this.#irc;
    // Who takes up its place again is away as before, as its rooms have been told.
    if (this.#irc.away !== null) this.#irc.numeric("RPL_NOWAWAY");
    network.add(member, this);
  }

  moved(): void {
    if (this.#member !== null) this.#irc.network.delete(this.#member, this);
    this.#noteMember();
  }

  overlong(): void {
    this.#irc.numeric("ERR_INPUTTOOLONG");
  }

  renamed(isShown: boolean): void {
    const irc = this.#irc;
    const { name } = this.#connection;
    if (!isShown && name !== irc.knownName) irc.sendNow(irc.from(irc.knownName, "NICK", [name]));
    irc.knownName = name;
  }

  seeOnce(places: ReadonlyMap<Room, Place>): void {
    let first: Cursor | null = null;
    let place: Place | null = null;
    // Hundreds may leave twenty rooms at once, so what each guest reads is looked at once a leave.
    for (const cursor of this.#connection.writer.cursors) {
      const other = cursor.isStopped ? undefined : places.get(cursor.room!);
      if (other === undefined) continue;
      if (place === null || other.index < place.index) {
        if (place !== null) first!.passOver(place.seq);
        first = cursor;
        place = other;
      } else cursor.passOver(other.seq);
    }
  }

  acted(happened: readonly Happened[]): void {
    const { collector, writer } = this.#connection;
    const label = this.#label;
    if (collector === null || collector !== label) return;
    const { dialect } = this;
    const seen = happened.find(({ inRoom }) => writer.cursorOf(inRoom) !== undefined);
    if (seen === undefined || !dialect.echoes(seen.event.type)) return;
    // In place of what all others see: its own lines with the label.
    const { inRoom: room, event } = seen;
    const cursor = writer.cursorOf(room)!;
    const at = cursor.positionOf(event.seq);
    cursor.passOver(event.seq);
    const lines = dialect.renderLog(event, room.name, room.logId);
    label.take(encoder.encode(lines), label.isPlaced ? { room } : { room, at });
  }

  wishIn(room: Room, isResumed: boolean): RoomWish {
    return wishIn(this.#irc, room, isResumed);
  }

  parted({ room, seq }: Parting): void {
    if (seq !== null) this.#irc.memory?.noteDelivered(room.logId, seq);
  }

  leaving(isDoubtful: boolean): void {
    const { account, member, server } = this.#connection;
    const { memory } = this.#irc;
    if (member === null || memory === null) return;
    this.#given.note(memory, isDoubtful);
    this.#irc.network.memories.keep(memoryKey(member, account.address), memory, server.trustedMs());
  }

  tick(nowMs: number): void {
    const { heardAt, member, throttle } = this.#connection;
    if (member === null || throttle.held || nowMs - heardAt < PING_AFTER_MS) return;
    if (this.#pingedAt >= heardAt) return;
    this.#pingedAt = nowMs;
    this.#irc.notify({ command: "PING", text: this.#irc.network.serverName });
  }

  close(): void {
    clearWatched(this.#irc);
    if (this.#member !== null) this.#irc.network.delete(this.#member, this);
  }
}
