import { assertEquals } from "@std/assert";
import { OwnHelp } from "../../../src/client/view/own_help.ts";

const LIST = "/help       lists the commands\n/nick NAME  changes your name";

Deno.test("A client adds its own commands to the answer to /help, once for each", () => {
  const help = new OwnHelp([["Alt-1", "goes to a room"]]);
  for (const other of ["/helpful", "/who", "help"]) help.typed(other);
  assertEquals(help.complete(LIST), LIST, "nobody asked");
  for (const line of ["/help", " /HELP ", "/help me"]) {
    help.typed(line);
    assertEquals(help.complete("/nick is said by a person"), "/nick is said by a person");
    assertEquals(help.complete(LIST).split("\n"), [
      ...LIST.split("\n"),
      "/quiet      hides or shows joins and leaves",
      "Alt-1       goes to a room",
    ]);
    assertEquals(help.complete(LIST), LIST);
  }
});
