/**
 * What a plain first try at a chat server looks like, to measure against: one write for each client
 * and message, in a chain of promises for each client so that writes do not overlap. No shared log,
 * no bound on what waits for a slow reader.
 *
 * Speaks as much of the plain wire as the benchmarks need: the first line is the name, each later
 * one goes to the others with that name in front.
 *
 * @module
 */

const encoder = new TextEncoder();

class Client {
  readonly #conn: Deno.Conn;
  #last: Promise<void> = Promise.resolve();

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  send(line: string): void {
    this.#last = this.#last.then(() => this.#write(encoder.encode(`${line}\n`))).catch(ignore);
  }

  async *lines(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(16 * 1024);
    let rest = "";
    for (let count; (count = await this.#conn.read(buffer)) !== null;) {
      const parts = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split(
        "\n",
      );
      rest = parts.pop() ?? "";
      yield* parts;
    }
  }

  close(): void {
    this.#conn.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }
}

const clients = new Set<Client>();

async function serve(client: Client): Promise<void> {
  let name = "";
  try {
    client.send("Welcome to naive. Type your name and press Enter.");
    for await (const line of client.lines()) {
      if (name === "") {
        name = line;
        client.send(`Welcome, ${name}!`);
        tellOthers(client, `* ${name} joined`);
        clients.add(client);
      } else {
        tellOthers(client, `${name}: ${line}`);
      }
    }
  } catch {
    // A connection that breaks is an end like any other here.
  } finally {
    clients.delete(client);
    if (name !== "") tellOthers(client, `* ${name} left`);
    client.close();
  }
}

function tellOthers(from: Client, line: string): void {
  for (const client of clients) if (client !== from) client.send(line);
}

function ignore(): void {}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
await Deno.stdout.write(
  encoder.encode(`naive is listening on 127.0.0.1:${listener.addr.port}\n`),
);
for await (const conn of listener) {
  conn.setNoDelay(true);
  serve(new Client(conn));
}
