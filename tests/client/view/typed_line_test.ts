import { assertEquals } from "@std/assert";
import { interpret } from "../../../src/client/view/typed_line.ts";

for (
  const [line, intent] of [
    ["hello", { type: "say", text: "hello", action: false }],
    ["  indented", { type: "say", text: "  indented", action: false }],
    ["//x", { type: "say", text: "/x", action: false }],
    ["/me waves", { type: "say", text: "waves", action: true }],
    ["/me", { type: "command", line: "/me" }],
    ["/media", { type: "command", line: "/media" }],
    ["/who", { type: "command", line: "/who" }],
    ["/quit", { type: "quit" }],
    ["{quit}", { type: "quit" }],
    [" quit ", { type: "quit" }],
    ["quit it", { type: "say", text: "quit it", action: false }],
    ["   ", { type: "nothing" }],
    ["/me a\nb", { type: "say", text: "a\nb", action: true }],
  ] as const
) {
  Deno.test(`Typing ${JSON.stringify(line)} means ${JSON.stringify(intent)}`, () => {
    assertEquals(interpret(line), intent);
  });
}
