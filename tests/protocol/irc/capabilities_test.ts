import { assert, assertEquals } from "@std/assert";
import {
  CAPABILITIES,
  capabilityList,
  MULTILINE_MAX_LINES,
  requestCapabilities,
} from "../../../src/protocol/irc/capabilities.ts";
import { MAX_TEXT_LINES, utf8Bytes } from "../../../src/protocol/limits.ts";

/** What a text may have beside the longest names of a server and of a person. */
const MAX_BYTES = 510 - ":".length - 63 - " CAP  LS * :".length - 32;

const NONE = requestCapabilities("", new Set())!;

Deno.test("A multiline message may have as many lines as any message", () => {
  assertEquals(MULTILINE_MAX_LINES, MAX_TEXT_LINES);
});

Deno.test("CAP LS 302 gives all names, with values, in texts that fit", () => {
  const texts = capabilityList(200, 302);
  assert(texts.length > 1);
  for (const text of texts) assert(utf8Bytes(text) <= 200);
  const words = texts.join(" ").split(" ");
  assertEquals(words.map((word) => word.split("=")[0]), CAPABILITIES.map(({ name }) => name));
  assert(words.includes("sasl=PLAIN"));
  assert(words.includes("draft/multiline=max-bytes=16000,max-lines=40"));
});

Deno.test("CAP LS without a version, or with an older one, gives names alone in one text", () => {
  for (const version of [0, 301]) {
    assertEquals(capabilityList(MAX_BYTES, version), [
      CAPABILITIES.map(({ name }) => name).join(" "),
    ]);
    assertEquals(capabilityList(200, version).length, 1);
  }
});

Deno.test("CAP REQ adds and gives up capabilities, in the order in which they stand", () => {
  const two = requestCapabilities("server-time  batch ", NONE)!;
  assertEquals([...two], ["server-time", "batch"]);
  assertEquals([...requestCapabilities("-server-time setname", two)!], ["batch", "setname"]);
  assertEquals([...requestCapabilities("-setname batch -batch", two)!], ["server-time"]);
  assertEquals([...two], ["server-time", "batch"]);
});

Deno.test("One unknown name refuses the whole request", () => {
  for (const request of ["batch foo", "-foo", "BATCH", "--batch", "sasl=PLAIN", "-"]) {
    assertEquals(requestCapabilities(request, NONE), null, request);
  }
});
