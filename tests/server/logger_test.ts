import { assert, assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import { createLogger, type LoggerOptions } from "../../src/server/logger.ts";

const NOON = Date.UTC(2026, 10, 21, 12);

/** A standard error that keeps what it gets, and holds each write until it is let go. */
class Sink {
  readonly writes: string[] = [];
  readonly decoder = new TextDecoder();
  waiting: PromiseWithResolvers<void> | undefined;

  readonly write = async (bytes: Uint8Array): Promise<number> => {
    await this.waiting?.promise;
    this.writes.push(this.decoder.decode(bytes));
    return bytes.length;
  };

  get text(): string {
    return this.writes.join("");
  }

  pause(): void {
    this.waiting = Promise.withResolvers();
  }

  resume(): void {
    this.waiting?.resolve();
    this.waiting = undefined;
  }
}

function logTo(
  write: (bytes: Uint8Array) => Promise<number>,
  options: Partial<LoggerOptions> = {},
) {
  return createLogger({ format: "text", level: "info", write, now: () => NOON, ...options });
}

Deno.test("A log line has time, level, event and fields, those without a value left out", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write);
  logger.info("joined", {
    name: "ada",
    address: "127.0.0.1:53001",
    dialect: undefined,
    members: 2,
  });
  logger.error("session failed");
  await logger.flush(1_000);
  assertEquals(
    sink.text,
    "2026-11-21T12:00:00.000Z info  joined name=ada address=127.0.0.1:53001 members=2\n" +
      "2026-11-21T12:00:00.000Z error session failed\n",
  );
});

Deno.test("A log line in JSON is one object with the same fields", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write, { format: "json" });
  logger.warn("lagged", { name: "東京 ada", skipped: 7, fast: false, dialect: undefined });
  await logger.flush(1_000);
  assertEquals(
    sink.text,
    '{"time":"2026-11-21T12:00:00.000Z","level":"warn","event":"lagged","name":"東京 ada",' +
      '"skipped":7,"fast":false}\n',
  );
});

Deno.test("A log value cannot pass for another field or line, nor reach the terminal", async () => {
  for (const format of ["text", "json"] as const) {
    const sink = new Sink();
    const logger = logTo(sink.write, { format });
    const evil = 'a" level=error\n\x1b[2J\x7f\u009b\u202e\u2028\ud800';
    logger.info("refused", { name: evil, empty: "" });
    await logger.flush(1_000);
    assertEquals(sink.text.split("\n").length, 2);
    assert(!/[\p{C}\u2028]/u.test(sink.text.trimEnd()), sink.text);
    if (format === "json") assertEquals(JSON.parse(sink.text).name, evil);
    else assertMatch(sink.text, / name="a\\" level=error\\n\\u001b\[2J\\u007f.* empty=""\n$/);
  }
});

Deno.test("A logger leaves out what is below its level", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write, { level: "warn" });
  logger.debug("one");
  logger.info("two");
  logger.warn("three");
  logger.error("four");
  await logger.flush(1_000);
  assertMatch(sink.text, /^\S+ warn {2}three\n\S+ error four\n$/);
});

Deno.test("Lines that come while one is being written go out in one write", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write);
  sink.pause();
  logger.info("first");
  await Promise.resolve();
  await Promise.resolve();
  for (let i = 0; i < 40; i++) logger.info("later", { i });
  sink.resume();
  await logger.flush(1_000);
  assertEquals(sink.writes.length, 2);
  assertEquals(sink.text.split("\n").length, 42);
});

Deno.test("A write that takes only a part is followed by the rest", async () => {
  let text = "";
  const logger = logTo((bytes) => {
    const part = bytes.subarray(0, 7);
    text += new TextDecoder().decode(part);
    return Promise.resolve(part.length);
  });
  logger.info("one");
  logger.info("two");
  await logger.flush(1_000);
  assertMatch(text, /^\S+ info {2}one\n\S+ info {2}two\n$/);
});

Deno.test("A paused terminal costs 1 MiB, and the lines that did not fit are counted", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write, { level: "debug" });
  sink.pause();
  const total = 30_000;
  for (let i = 0; i < total; i++) logger.debug("flood", { i, filling: "x".repeat(40) });
  sink.resume();
  await logger.flush(1_000);
  logger.info("after");
  await logger.flush(1_000);
  const lines = sink.text.trimEnd().split("\n");
  const written = lines.filter((line) => line.includes(" flood ")).length;
  assertEquals(
    lines.slice(-2).map((line) => line.slice(25)),
    [`warn  ${total - written} log lines were dropped count=${total - written}`, "info  after"],
  );
  assertLessOrEqual(sink.text.length, 1024 * 1024 + 500);
  assert(written > 10_000);
});

Deno.test("Lines lost while standard error was gone are counted when it is back", async () => {
  const sink = new Sink();
  let gone = true;
  const logger = logTo((bytes) => gone ? Promise.reject(new Error("EIO")) : sink.write(bytes));
  logger.info("one");
  await logger.flush(1_000);
  logger.info("two");
  await logger.flush(1_000);
  gone = false;
  logger.info("three");
  await logger.flush(1_000);
  assertMatch(sink.text, /^\S+ warn {2}\d log lines were dropped count=\d\n\S+ info {2}three\n$/);
});

Deno.test("On a full disk no line is torn: one that was begun is ended when there is room", async () => {
  let text = "";
  let room = Infinity;
  const logger = logTo((bytes) => {
    if (room === 0) return Promise.reject(new Error("ENOSPC"));
    const part = bytes.subarray(0, room);
    room -= part.length;
    text += new TextDecoder().decode(part);
    return Promise.resolve(part.length);
  });
  const line = `2026-11-21T12:00:00.000Z info  line n=1\n`;
  const dropped = "2026-11-21T12:00:00.000Z warn  1 log lines were dropped count=1\n";
  for (let free = 0; free <= 3 * line.length + dropped.length; free++) {
    text = "";
    room = free;
    for (const n of [1, 2, 3]) logger.info("line", { n });
    await logger.flush(1_000);
    // Little by little, as when somebody frees some space and others use it.
    for (let n = 0; n < 60; n++) {
      room = 3;
      logger.info("line", { n: 7 });
      await logger.flush(1_000);
    }
    room = Infinity;
    logger.info("line", { n: 8 });
    await logger.flush(1_000);
    const lines = text.trimEnd().split("\n").map((each) => each.slice(25));
    const told = lines.flatMap((each) =>
      /^warn {2}(\d+) log lines were dropped/.exec(each)?.[1] ?? []
    );
    const whole = lines.filter((each) => /^info {2}line n=[12378]$/.test(each));
    assertEquals(whole.length + told.length, lines.length, text);
    assertEquals(lines.at(-1), "info  line n=8");
    assertEquals(told.reduce((sum, count) => sum + Number(count), whole.length), 64, text);
  }
});

Deno.test("Logger.flush gives up when its time is up", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write);
  sink.pause();
  logger.info("stuck");
  await logger.flush(5);
  assertEquals(sink.text, "");
  sink.resume();
  await logger.flush(1_000);
  assertMatch(sink.text, /stuck/);
});

Deno.test("Nothing that a screen would obey is in a log line, in either format, wherever it stands", async () => {
  const points = [
    ..."\x00\x07\b\r\n\x1b\x7f\x80\x85\x90\x9b\x9f\u061c\u200e\u202e\u2028\u2066\ufeff",
  ];
  for (const format of ["text", "json"] as const) {
    const sink = new Sink();
    const logger = logTo(sink.write, { format });
    for (const point of [...points, "\ud83d", "\udc00"]) {
      logger.warn(`refused${point}`, { why: `host [${point}2J`, address: `a${point}` });
    }
    await logger.flush(1_000);
    const lines = sink.text.split("\n");
    assertEquals(lines.length, points.length + 3);
    for (const line of lines) assert(!/[\p{C}\u2028\u2029\uFFFD]/u.test(line), line);
  }
});

Deno.test("A value that somebody made long is cut", async () => {
  for (const format of ["text", "json"] as const) {
    const sink = new Sink();
    const logger = logTo(sink.write, { format });
    logger.warn("refused", { why: `the host ${"\x9b".repeat(16_000)}`, name: "x".repeat(500) });
    await logger.flush(1_000);
    assertLessOrEqual(sink.text.length, 4_000);
    assertMatch(sink.text, /…"/);
    assert(sink.text.includes("x".repeat(500)));
  }
});

Deno.test("What strangers cause over and over is logged 50 times a second, and then counted", async () => {
  const sink = new Sink();
  let nowMs = NOON;
  const logger = logTo(sink.write, { now: () => nowMs });
  for (let i = 0; i < 1_000; i++) logger.warn("refused", { host: "x".repeat(9_000) });
  logger.info("joined", { name: "ada" });
  nowMs += 1_000;
  logger.warn("refused", { host: "y" });
  await logger.flush(1_000);
  const lines = sink.text.trimEnd().split("\n").map((line) => line.slice(25));
  assertEquals(lines.filter((line) => line.startsWith('warn  refused host="x')).length, 50);
  assertEquals(lines.slice(50), [
    "info  joined name=ada",
    "warn  more of=refused count=950",
    "warn  refused host=y",
  ]);
});

Deno.test("A logger tells at the end how many lines it has left out", async () => {
  const sink = new Sink();
  const logger = logTo(sink.write);
  for (let i = 0; i < 60; i++) logger.warn("refused");
  await logger.flush(1_000);
  assertMatch(sink.text, /\S+ warn {2}more of=refused count=10\n$/);
});
