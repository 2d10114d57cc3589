/** Clients of IRC against a server without sockets. */

import { assertMatch } from "@std/assert";
import { until } from "../../helpers/wait.ts";
import type { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

/** A client of IRC: sends lines, and reads those that have come. */
export class Guest {
  readonly conn: MemoryConnection;

  constructor(conn: MemoryConnection) {
    this.conn = conn;
  }

  /** Sends lines, and gives what has come since. */
  async say(...lines: string[]): Promise<string[]> {
    for (const line of lines) await this.conn.send(`${line}\r\n`);
    return this.read();
  }

  /** Lines that have come since the last call, without their ends. */
  read(): string[] {
    return this.conn.received().map((line) => {
      if (!line.endsWith("\r")) throw new Error(`a line without CR: ${line}`);
      return line.slice(0, -1);
    });
  }

  /** The same without tags and without the source, where that is the server. */
  async replies(...lines: string[]): Promise<string[]> {
    return (await this.say(...lines)).map(bare);
  }
}

/** A line without its tags, and without its source where that is the server. */
export function bare(line: string): string {
  return line.replace(/^@\S+ /, "").replace(/^:chat /, "");
}

/** A connection that has said nothing yet. */
export async function stranger(room: Harness): Promise<Guest> {
  return new Guest(await room.connect());
}

/** A client that is registered, and in rooms; what it has been told so far is dropped. */
export async function guest(
  room: Harness,
  nick: string,
  { caps = "", rooms = "" }: { readonly caps?: string; readonly rooms?: string } = {},
): Promise<Guest> {
  const client = await stranger(room);
  if (caps !== "") await client.say(`CAP REQ :${caps}`);
  await client.say(`NICK ${nick}`, `USER ${nick} 0 * :The real ${nick}`);
  if (caps !== "") await client.say("CAP END");
  if (rooms !== "") await client.say(`JOIN ${rooms}`);
  client.read();
  return client;
}

/** The answers; waits for the first: the hash of a password is made in another thread. */
export async function answered(client: Guest, ...lines: string[]): Promise<string[]> {
  const answers = await client.replies(...lines);
  await until(() => {
    answers.push(...client.read().map(bare));
    return answers.length > 0;
  }, `the answer to ${lines.join(", ")}`);
  return answers;
}

/** The answer to AUTHENTICATE PLAIN. */
export function plainOf(name: string, password: string, other = ""): string {
  const bytes = new TextEncoder().encode(`${other}\0${name}\0${password}`);
  return btoa(String.fromCharCode(...bytes));
}

/** Somebody who comes in with a password of its own; what it is told is dropped. */
export async function withPassword(
  room: Harness,
  name: string,
  password: string,
  { caps = "sasl", rooms = "", pass = "" } = {},
): Promise<{ client: Guest; welcome: string[] }> {
  const client = await stranger(room);
  if (pass !== "") await client.say(`PASS ${pass}`);
  await client.say(`CAP REQ :${caps}`, `NICK ${name}`, `USER ${name} 0 * :${name}`);
  await client.say("AUTHENTICATE PLAIN");
  const [first] = await answered(client, `AUTHENTICATE ${plainOf(name, password)}`);
  assertMatch(first!, /^900 /);
  const welcome = await client.say("CAP END", "PING x");
  if (rooms !== "") await client.say(`JOIN ${rooms}`);
  client.read();
  return { client, welcome };
}
