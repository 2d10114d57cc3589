import { assertEquals, assertThrows } from "@std/assert";
import { notesOf, versionOf } from "../../packaging/release_notes.ts";
import { Failure } from "../../src/failure.ts";

const CHANGELOG = `# Changelog

## Unreleased

### Added

- tomorrow

## [0.10.0] - 2026-11-01

### Added

- ten

## 0.1.0

- one
- and more

## 0.0.1 (2026-01-01)
`;

Deno.test("The notes of a release are its section of the changelog, without the heading", () => {
  assertEquals(notesOf(CHANGELOG, "0.10.0"), "### Added\n\n- ten\n");
  assertEquals(notesOf(CHANGELOG, "0.1.0"), "- one\n- and more\n");
  assertEquals(notesOf(CHANGELOG.replaceAll("\n", "\r\n"), "0.1.0"), "- one\n- and more\n");
});

Deno.test("A version that the changelog does not know, or says nothing of, is no release", () => {
  assertThrows(() => notesOf(CHANGELOG, "0.2.0"), Failure, "0.2.0");
  assertThrows(() => notesOf(CHANGELOG, "0.10"), Failure, "0.10");
  assertThrows(() => notesOf(CHANGELOG, "0.0.1"), Failure, "empty");
});

Deno.test("The tag must name the version in deno.json", () => {
  assertEquals(versionOf("v0.1.0", "0.1.0"), "0.1.0");
  for (const tag of ["0.1.0", "v0.1.1", "v0.1.0-rc", ""]) {
    assertThrows(() => versionOf(tag, "0.1.0"), Failure, `"${tag}"`);
  }
});
