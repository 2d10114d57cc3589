import { assertEquals } from "@std/assert";
import { asTyped, joinInClone, taskRunner } from "../src/started_as.ts";

const NPX = `npx --prefer-offline -y deno@${Deno.version.deno} task`;

const CLONE = {
  url: "file:///home/ada/chat/src/started_as.ts",
  standalone: false,
  readEnv: (name: string) => name === "INIT_CWD" ? "/home/ada/chat" : undefined,
  deno: "/home/ada/.deno/bin/deno",
};

Deno.test("A clone is what a task runner has started from sources", () => {
  assertEquals(taskRunner(CLONE), "deno task");
  assertEquals(taskRunner({ ...CLONE, deno: "/home/ada/.npm/_npx/7a/node_modules/deno" }), NPX);
  assertEquals(joinInClone(CLONE), `deno task join, or ${NPX} join`);
  for (
    const other of [
      { standalone: true },
      { url: "file:///chat.js" },
      { readEnv: () => undefined },
    ]
  ) {
    assertEquals(taskRunner({ ...CLONE, ...other }), undefined);
    assertEquals(joinInClone({ ...CLONE, ...other }), undefined);
  }
});

Deno.test("In a clone, advice names the commands that can be typed there", () => {
  const text = "Start one with: chat serve --port 5001, or use chat join HOST:PORT";
  assertEquals(
    asTyped(text, "deno task"),
    "Start one with: deno task serve --port 5001, or use deno task join HOST:PORT",
  );
  assertEquals(asTyped(text, null), text);
  assertEquals(
    asTyped("a chat server, chat joined, chat.", "deno task"),
    "a chat server, chat joined, chat.",
  );
});
