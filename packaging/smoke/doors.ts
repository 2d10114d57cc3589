/**
 * Checks of the other doors and of what guards them: the page, TLS, the password, least privilege.
 *
 * @module
 */

import { PlainClient } from "../../tests/helpers/plain_client.ts";
import { within } from "../../tests/helpers/wait.ts";
import { type Check, demand } from "./check.ts";

/**
 * Deno's WebSocket, which can say an origin. Where the page is checked too, the types are those of
 * browsers, which do that by themselves.
 */
const DenoWebSocket = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>> },
) => WebSocket;

/** The first message that a WebSocket brings after a hello. */
function helloOver(host: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // The page's own origin, as a browser says it: others are refused.
  const socket = new DenoWebSocket(`ws://${host}/ws`, { headers: { origin: `http://${host}` } });
  socket.binaryType = "arraybuffer";
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", protocol: 1, name: "eve" }));
  socket.onmessage = ({ data }) =>
    resolve(typeof data === "string" ? data : new TextDecoder().decode(data));
  socket.onerror = (event) => reject(new Error((event as ErrorEvent).message));
  socket.onclose = () => reject(new Error("the socket was closed"));
  return within(promise, "an answer over the WebSocket").finally(() => {
    socket.onclose = null;
    socket.onerror = null;
    socket.close();
  });
}

const WEB: Check = {
  name: "--web serves the page, and a WebSocket into the room",
  async look(bench) {
    const { program } = await bench.serve("--web", "0");
    const line = await program.stderr.expect(/ listening /);
    const base = `127.0.0.1:${/ web=(\d+)/.exec(line)?.[1]}`;
    const response = await fetch(`http://${base}/`);
    const page = await response.text();
    demand(response.status === 200 && /<html/i.test(page), `status ${response.status}: ${page}`);
    // What the page loads must be inside, too.
    const paths = [...page.matchAll(/ (?:src|href)="([^"#:]+)"/g)].map(([, path]) => path);
    demand(paths.length >= 3, `the page loads ${paths.join(", ") || "nothing"}: ${page}`);
    let bytes = page.length;
    for (const path of paths) {
      const part = await fetch(new URL(path ?? "", `http://${base}/`));
      const body = await part.bytes();
      demand(part.status === 200 && body.length > 0, `${path}: status ${part.status}`);
      bytes += body.length;
    }
    const answer = await helloOver(base);
    demand(/"type":"welcome"/.test(answer), `the answer to hello is ${answer}`);
    return `${paths.length + 1} files, ${bytes} bytes`;
  },
};

const TLS: Check = {
  name: "TLS with a certificate that it makes, which the client must be given",
  async look(bench) {
    const cert = bench.path("cert.pem");
    const { address } = await bench.serve(
      ...["--tls-self-signed", "localhost"],
      ...["--tls-cert", cert, "--tls-key", bench.path("key.pem")],
    );
    const ada = await bench.join(address, "ada", "--tls", "--ca", cert);
    const bob = await bench.join(address, "bob", "--tls", "--ca", cert);
    await ada.write("nobody else reads this\n");
    await bob.stdout.expect(/"text":"nobody else reads this"/);
    const doubting = await bench.run(["join", address, "--name", "eve", "--tls"]);
    demand(doubting.code === 1, `without --ca it ended with ${doubting.code}`);
    const open = await bench.run(["join", address, "--name", "eve"]);
    demand(open.code === 1, `without --tls it ended with ${open.code}`);
  },
};

const PASSWORD: Check = {
  name: "--password-file keeps others out",
  async look(bench) {
    const right = bench.path("right");
    const wrong = bench.path("wrong");
    await Deno.writeTextFile(right, "open sesame\n");
    await Deno.writeTextFile(wrong, "open barley\n");
    const { address, port } = await bench.serve("--password-file", right);
    await bench.join(address, "ada", "--password-file", right);
    const args = ["join", address, "--name", "eve", "--plain", "--password-file"];
    const refused = await bench.run([...args, wrong], { input: "let me in\n" });
    demand(refused.code === 1, `with the wrong password it ended with ${refused.code}`);
    demand(/password/i.test(refused.stderr), `it says: ${refused.stderr}`);
    await using bare = await PlainClient.connect(port);
    demand(/password/i.test(await bare.line() ?? ""), `a socket is greeted with ${bare.seen}`);
  },
};

const PRIVILEGE: Check = {
  name: "A server that listens holds no permission",
  async look(bench) {
    const { program } = await bench.serve("--log-level", "debug", "--db", bench.path("room.db"));
    const line = await program.stderr.expect(/ permissions /);
    demand(/ left=none$/.test(line), line);
  },
};

/** The doors beside the plain one, and their guards. */
export const DOORS: readonly Check[] = [WEB, TLS, PASSWORD, PRIVILEGE];
