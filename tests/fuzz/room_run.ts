/**
 * Does the same things to the real server, in memory, and to the model of a room, and compares them
 * after each step.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { utf8Bytes } from "../../src/protocol/limits.ts";
import type { DirectMessage, LogEvent } from "../../src/protocol/messages.ts";
import { nameKeys } from "../../src/protocol/look_alikes.ts";
import { plain } from "../../src/protocol/plain.ts";
import { cleanText, textProblem } from "../../src/protocol/text.ts";
import { MAX_WAITING_BYTES } from "../../src/room/mailboxes.ts";
import { Harness } from "../server/harness.ts";
import type { MemoryConnection } from "../server/memory_connection.ts";
import { assertLines } from "./fuzz.ts";
import { type Happening, type Person, RoomModel } from "./room_model.ts";

/** One thing to do. Whom it concerns is `who`, counted among those who are here. */
export type Step =
  | { readonly do: "come"; readonly json: boolean; readonly name: string }
  | { readonly do: "say"; readonly who: number; readonly text: string; readonly id?: string }
  | { readonly do: "act"; readonly who: number; readonly text: string }
  | { readonly do: "direct"; readonly who: number; readonly to: string; readonly text: string }
  | { readonly do: "rename"; readonly who: number; readonly name: string }
  | { readonly do: "ask"; readonly who: number; readonly what: "who" | "history" | "search" }
  | { readonly do: "nonsense"; readonly who: number; readonly line: string }
  | { readonly do: "quit" | "end" | "break" | "stall" | "unstall"; readonly who: number }
  | { readonly do: "resume"; readonly who: number }
  | { readonly do: "wait"; readonly seconds: number };

/** Somebody, as the model and as a connection. */
interface Client {
  readonly person: Person;
  conn: MemoryConnection;
  /** Lines that have arrived and were not looked at. */
  unread: string[];
  /** Secret of a json session. */
  session: string;
  /** The newest `seq` seen. */
  seq: number;
  /** Own happenings, which a plain client is not shown, by `seq`. */
  readonly own: Set<number>;
  /** Number of the last direct message that has waited and that it has read. */
  seenMail: number;
  /** What it must be told for itself alone, in order. */
  expected: Happening[];
  isStalled: boolean;
}

/** Runs steps from an empty room. */
export async function runRoom(steps: readonly Step[]): Promise<void> {
  await using harness = new Harness({ rate: 0, history: 0, renamesPerMinute: 0 });
  const run = new RoomRun(harness);
  for (const step of steps) {
    await run.take(step);
    await run.compare();
  }
  for (const client of run.clients) await run.unstall(client);
  await run.compare();
}

class RoomRun {
  readonly #harness: Harness;
  readonly #model = new RoomModel();
  readonly #all: Client[] = [];

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  /** Those who are here. */
  get clients(): Client[] {
    return this.#all.filter(({ person }) => person.state === "here");
  }

  async take(step: Step): Promise<void> {
    if (step.do === "come") return await this.#come(step.name, step.json);
    if (step.do === "wait") return await this.#wait(step.seconds);
    const candidates = step.do === "resume"
      ? this.#all.filter(({ person }) => person.isJson)
      : this.clients;
    const client = candidates[step.who % Math.max(1, candidates.length)];
    if (client === undefined) return;
    switch (step.do) {
      case "say":
        return await this.#say(client, step.text, client.person.isJson ? step.id : undefined);
      case "act":
        return await this.#act(client, step.text);
      case "direct":
        return await this.#direct(client, step.to, step.text);
      case "rename":
        return await this.#rename(client, step.name);
      case "ask":
        return await this.#ask(client, step.what);
      case "nonsense":
        return await this.#nonsense(client, step.line);
      case "quit":
        await this.unstall(client);
        this.#model.leave(client.person, "quit");
        return await client.conn.send(client.person.isJson ? '{"type":"quit"}\n' : "/quit\n");
      case "end":
        // What it was told for itself alone goes with the connection.
        client.expected = [];
        if (client.person.isJson) this.#model.lose(client.person);
        else this.#model.leave(client.person, "quit");
        return await client.conn.end();
      case "break":
        client.expected = [];
        this.#model.lose(client.person);
        return await client.conn.end({ broken: true });
      case "stall":
        if (!client.isStalled) client.conn.stall();
        client.isStalled = true;
        return;
      case "unstall":
        return await this.unstall(client);
      case "resume":
        return await this.#resume(client);
    }
  }

  async unstall(client: Client): Promise<void> {
    if (!client.isStalled) return;
    client.isStalled = false;
    await client.conn.unstall();
  }

  /** The server has the members of the model, and everybody has seen all that they must. */
  async compare(): Promise<void> {
    const { names } = this.#harness.server.rooms.lobby.members.page(undefined, 1_000);
    assertEquals(names.toSorted(), this.#model.names);
    for (const client of this.clients) {
      if (client.isStalled) continue;
      if (client.person.isJson) this.#compareJson(client);
      else this.#comparePlain(client);
    }
    await Promise.resolve();
  }

  async #come(name: string, isJson: boolean): Promise<void> {
    const conn = await this.#harness.connect();
    const outcome = this.#model.join(name, isJson);
    if (isJson) {
      await conn.request({ type: "hello", protocol: 1, name, rooms: { lobby: { history: 0 } } });
    } else await conn.send(`${name}\n`);
    if (typeof outcome === "string") {
      // In plain an empty line is no answer, and nobody is asked again.
      if (isJson) assertEquals(conn.events().at(-1)?.code, outcome);
      return await conn.end();
    }
    const seq = this.#model.log.length - 1;
    const client: Client = {
      person: outcome,
      conn,
      unread: [],
      session: "",
      seq,
      own: new Set([seq + 1]),
      seenMail: 0,
      expected: [],
      isStalled: false,
    };
    this.#all.push(client);
    if (isJson) this.#welcomed(client, false);
  }

  /**
   * The welcome is the first event of a json client; all but what the room begins with is compared
   * later.
   */
  #welcomed(client: Client, resumed: boolean): void {
    const lines = client.conn.received();
    const first = lines.findIndex((line) => line.startsWith("{"));
    const welcome = JSON.parse(lines[first] ?? "{}");
    assertEquals(welcome.type, "welcome", lines.join("\n"));
    assertEquals(welcome.resumed, resumed);
    assertEquals(welcome.name, client.person.name);
    const rest = lines.slice(first + 1);
    const at = rest.findIndex((line) => line.startsWith('{"type":"joined"'));
    const joined = JSON.parse(rest[at] ?? "{}");
    assertEquals([...joined.names ?? []].sort(), this.#model.names);
    client.session = welcome.session;
    client.unread = rest.toSpliced(at, 1);
  }

  async #say(client: Client, text: string, id: string | undefined): Promise<void> {
    this.#said(client, this.#model.say(client.person, text, { id }), id);
    if (client.person.isJson) await client.conn.request({ type: "say", text, id });
    else await client.conn.send(`${text}\n`);
  }

  async #act(client: Client, text: string): Promise<void> {
    const { isJson } = client.person;
    this.#said(
      client,
      this.#model.say(client.person, isJson ? text : text.trim(), { action: true }),
    );
    if (isJson) await client.conn.request({ type: "say", text, action: true });
    else await client.conn.send(`/me ${text}\n`);
  }

  #said(client: Client, outcome: null | string | number, id?: string): void {
    if (outcome === null) client.own.add(this.#model.log.length);
    else if (typeof outcome === "string") {
      client.expected.push({ type: "error", code: outcome, room: "lobby" });
    } else {client.expected.push({
        room: "lobby",
        ...this.#model.log[outcome - 1]!,
        ...(id ? { id } : {}),
      });}
  }

  async #direct(client: Client, to: string, raw: string): Promise<void> {
    const { isJson } = client.person;
    // In plain, white space divides.
    const text = cleanText(isJson ? raw : raw.trim());
    const problem = textProblem(text);
    const target = this.#model.find(to);
    const absentee = this.#model.absentee(to);
    if (problem !== null) client.expected.push({ type: "error", code: problem.code });
    else if (absentee !== undefined) this.#keep(client, absentee, text);
    else if (target === undefined || target.state !== "here") {
      client.expected.push({ type: "error", code: "no_such_person" });
    } else {
      const event = { type: "direct", from: client.person.name, to: target.name, text } as const;
      const receiver = this.#all.find(({ person }) => person === target)!;
      for (const one of new Set([client, receiver])) one.expected.push(directFor(one, event));
    }
    if (isJson) await client.conn.request({ type: "direct", to, text: raw });
    else await client.conn.send(`/msg ${to} ${raw}\n`);
  }

  #keep(client: Client, absentee: Person, text: string): void {
    const from = client.person.name;
    if (utf8Bytes(text) > MAX_WAITING_BYTES) {
      client.expected.push({ type: "error", code: "text_too_long" });
    } else if (!this.#model.wait(absentee, from, text)) {
      client.expected.push({ type: "error", code: "unavailable" });
    } else {
      const event = { type: "direct", from, to: absentee.name, text, waits: true } as const;
      client.expected.push(directFor(client, event));
    }
  }

  async #rename(client: Client, name: string): Promise<void> {
    const outcome = this.#model.rename(client.person, name);
    if (outcome === "notice") client.expected.push({ type: "notice" });
    else if (outcome !== null) client.expected.push({ type: "error", code: outcome });
    if (client.person.isJson) await client.conn.request({ type: "rename", name });
    else await client.conn.send(`/nick ${name}\n`);
  }

  async #ask(client: Client, what: "who" | "history" | "search"): Promise<void> {
    if (!client.person.isJson) return await client.conn.send(what === "who" ? "/who\n" : "/help\n");
    const { names, log } = this.#model;
    const found = log.filter((event) => event.type === "message" && `${event.text}`.includes("hi"));
    if (what === "who") {
      const sorted = names.toSorted((a, b) => nameKeys(a).fold < nameKeys(b).fold ? -1 : 1);
      client.expected.push({ type: "members", names: sorted.join(" "), room: "lobby" });
    } else if (what === "history") {
      client.expected.push({
        type: "history",
        events: log.slice(-5).map(briefly).join("\n"),
        room: "lobby",
      });
    } else {
      const newest = found.toReversed().slice(0, 5);
      client.expected.push({ type: "results", events: newest.map(briefly).join("\n") });
      client.expected.push({ type: "notice" });
    }
    await client.conn.request({ type: what, query: "hi", limit: 5 });
  }

  async #nonsense(client: Client, line: string): Promise<void> {
    if (!client.person.isJson) return await client.conn.send(`/x${line.replaceAll("\n", " ")}\n`);
    const broken = `{"type":"say","text":${JSON.stringify(line)}`;
    client.expected.push({ type: "error", code: "bad_json" });
    client.expected.push({ type: "error", code: "unknown_type" });
    await client.conn.send(`${broken}\n${JSON.stringify({ type: `x${line}` })}\n`);
  }

  async #resume(client: Client): Promise<void> {
    const { person, session, conn: old } = client;
    await this.unstall(client);
    // What is on its way to the old connection is told again from the log, directs are not.
    if (person.state === "here") this.#compareJson(client);
    const hadPlace = person.state !== "gone";
    const { name } = person;
    const conn = await this.#harness.connect();
    const isIn = this.#model.resume(person);
    await conn.request({
      type: "hello",
      protocol: 1,
      name,
      session,
      directs: client.seenMail,
      rooms: { lobby: { after: client.seq } },
    });
    if (isIn) {
      client.conn = conn;
      person.mail = person.mail.filter(({ n }) => n > client.seenMail);
      client.expected = person.mail.map((mail) => ({ type: "direct", to: name, ...mail }));
      this.#welcomed(client, hadPlace);
      await old.end();
    } else {
      assertEquals(conn.events().at(-1)?.code, "name_taken");
      await conn.end();
    }
  }

  async #wait(seconds: number): Promise<void> {
    for (const client of this.clients) await this.unstall(client);
    for (let passed = 0; passed < seconds; passed++) {
      for (const client of this.clients) {
        if (client.person.isJson) await client.conn.request({ type: "ping" });
      }
      this.#model.tick();
      await this.#harness.clock.advance(1_000);
    }
  }

  #compareJson(client: Client): void {
    const told: Happening[] = [];
    for (const line of unreadOf(client)) {
      assertEquals(assertLines(`${line}\n`).length, 1);
      if (!line.startsWith("{")) continue;
      const event = JSON.parse(line);
      if (event.type === "pong") continue;
      if (event.type === "direct" && event.n !== undefined) client.seenMail = event.n;
      if (event.seq === client.seq + 1) {
        client.seq++;
        assertEquals(comparable(event), this.#model.log[client.seq - 1]);
      } else told.push({ ...briefed(event), ...(event.room && { room: event.room }) });
    }
    assertEquals(client.seq, this.#model.log.length, `${client.person.name} has not seen all`);
    // What is about no room waits for nothing that happens in one.
    for (const isOfRoom of [true, false]) {
      const some = ({ room }: Happening) => (room !== undefined) === isOfRoom;
      assertEquals(told.filter(some), client.expected.filter(some));
    }
    client.expected = [];
  }

  #comparePlain(client: Client): void {
    const wanted: string[] = [];
    for (; client.seq < this.#model.log.length; client.seq++) {
      const event = this.#model.log[client.seq]!;
      if (!client.own.has(client.seq + 1)) wanted.push(...linesOf(event));
    }
    for (const event of client.expected) {
      if (event.type !== "direct") continue;
      // Whether it waits, the server says itself.
      wanted.push(...`${event.lines}`.split("\n").filter((line) => line.startsWith("[")));
    }
    const lines = unreadOf(client);
    for (const line of lines) assertEquals(assertLines(`${line}\n`).length, 1);
    const seen = lines.filter((line) =>
      !/^(\* |Welcome)/.test(line) || /^\* \S+ (joined|left \(\w+\)|is now \S+)$/.test(line)
    );
    assertEquals(seen.toSorted(), wanted.toSorted());
    // Directs are woven in where they arose; the others keep their order.
    const isLogged = (line: string) => !line.startsWith("[");
    assertEquals(seen.filter(isLogged), wanted.filter(isLogged));
    client.expected = [];
  }
}

function unreadOf(client: Client): string[] {
  const lines = [...client.unread, ...client.conn.received()];
  client.unread = [];
  return lines;
}

/**
 * A direct message as somebody must be shown it: in plain it depends on the name of that moment.
 */
function directFor({ person }: Client, event: Omit<DirectMessage, "at">): Happening {
  if (person.isJson) return { ...event };
  return { type: "direct", lines: plain.renderPrivate({ ...event, at: "" }, person.name) };
}

function linesOf(event: Happening): string[] {
  const logged = { seq: 1, at: "", ...event } as unknown as LogEvent;
  return plain.renderLog(logged, "lobby").split("\n").slice(0, -1);
}

/** Without what only the server knows. */
function comparable(event: Record<string, unknown>): Happening {
  const { seq: _seq, at: _at, room: _room, ...rest } = event;
  return rest as Happening;
}

function briefly(event: Happening): string {
  return JSON.stringify(Object.entries(event).sort());
}

/** What is compared of an event for one client. */
function briefed(event: Record<string, unknown>): Happening {
  const type = String(event.type);
  switch (type) {
    case "error":
      return { type, code: String(event.code) };
    case "members":
      return { type, names: (event.names as string[]).join(" ") };
    case "history":
    case "results": {
      const events = event.events as Record<string, unknown>[];
      return { type, events: events.map((one) => briefly(comparable(one))).join("\n") };
    }
    case "notice":
      return { type };
    default:
      return comparable(event);
  }
}
