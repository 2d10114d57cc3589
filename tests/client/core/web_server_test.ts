import { assertEquals } from "@std/assert";
import { WebServerDetector } from "../../../src/client/core/web_server.ts";
import type { LineConnection } from "../../../src/net/line_connection.ts";
import type { Line } from "../../../src/protocol/framing.ts";
import { batchesOf } from "../../helpers/batches.ts";

/** What is told of a server that says these batches of lines and ends. */
async function faultOf(...batches: Line[][]): Promise<string> {
  const left = [...batches];
  const conn: LineConnection = {
    peer: { address: "127.0.0.1", port: 1, transport: "tcp" },
    read: () => Promise.resolve(left.shift() ?? null),
    broken: false,
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const detector = new WebServerDetector(conn);
  const seen: Line[][] = [];
  for await (const batch of batchesOf(detector)) seen.push(batch);
  assertEquals(seen, batches);
  return String(detector.fault);
}

Deno.test("A web server is told by its status line, and what it says by its body", async () => {
  const head = ["HTTP/1.1 400 Bad Request", "content-type: text/plain"];
  const words = "WebServerFault: Go to port 5001.";
  assertEquals(await faultOf([...head, "", "Go to port 5001.", "more"]), words);
  assertEquals(await faultOf(head, [""], ["", "Go to port 5001."]), words);
  const page = ["<html>", "<title>400</title>"];
  assertEquals(await faultOf([...head, "", ...page]), "WebServerFault");
  assertEquals(await faultOf(["HTTP/1.0 400 Bad Request"]), "WebServerFault");
});

Deno.test("A chat server in which somebody says a status line is a chat server", async () => {
  assertEquals(await faultOf(["Welcome to chat."], ["HTTP/1.1 400 x", "", "y"]), "undefined");
  assertEquals(
    await faultOf([{ overlong: true, discarded: 70_000, begins: true }], ["HTTP/1.1 400"]),
    "undefined",
  );
  assertEquals(await faultOf(), "undefined");
});
