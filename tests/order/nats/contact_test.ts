/**
 * Whether we are in touch with the leader of a stream, by a clock that the test moves.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Contact } from "../../../src/order/nats/contact.ts";
import { ManualClock, settle } from "../../server/manual_clock.ts";

/** What the leader answers: that all is well, that it is not, or nothing. */
type Answer = boolean | Error;

class Stage {
  readonly clock = new ManualClock();
  readonly changes: boolean[] = [];
  asked = 0;
  moved = 0;
  answer: Answer | Promise<boolean>;
  readonly contact: Contact;

  constructor(answer: Answer = true) {
    this.answer = answer;
    this.contact = new Contact({
      clock: this.clock,
      ask: () => {
        this.asked++;
        return this.answer instanceof Error
          ? Promise.reject(this.answer)
          : Promise.resolve(this.answer);
      },
      onChange: (inTouch) => this.changes.push(inTouch),
      move: () => this.moved++,
    });
  }
}

const silence = new Error("no answer");

Deno.test("We are in touch once the leader has been asked, and it is asked when it is quiet", async () => {
  const stage = new Stage();
  assertEquals(stage.changes, []);
  await settle();
  assertEquals([stage.changes, stage.asked], [[true], 1]);
  await stage.clock.advance(10_000);
  assertEquals([stage.changes, stage.asked, stage.moved], [[true], 11, 0]);
  stage.contact.close();
  assertEquals(stage.clock.pending, 0);
});

Deno.test("Where the leader speaks by itself it is not asked", async () => {
  const stage = new Stage();
  for (let i = 0; i < 20; i++) {
    await stage.clock.advance(500);
    stage.contact.word();
  }
  assertEquals([stage.changes, stage.asked], [[true], 1]);
  stage.contact.close();
});

Deno.test("After three seconds without a word we are not in touch, and try another node", async () => {
  const stage = new Stage();
  await settle();
  stage.answer = silence;
  await stage.clock.advance(2_900);
  assertEquals([stage.changes, stage.moved], [[true], 0]);
  await stage.clock.advance(200);
  assertEquals([stage.changes, stage.moved], [[true, false], 1]);
  await stage.clock.advance(3_000);
  assertEquals(stage.moved, 2);
  stage.answer = true;
  await stage.clock.advance(250);
  assertEquals(stage.changes, [true, false, true]);
  stage.contact.close();
});

Deno.test("An answer that something is wrong is an answer, but we are not in touch", async () => {
  const stage = new Stage();
  await settle();
  stage.answer = false;
  await stage.clock.advance(1_000);
  assertEquals(stage.changes, [true, false]);
  await stage.clock.advance(10_000);
  assertEquals([stage.changes, stage.moved], [[true, false], 0]);
  stage.contact.close();
});

Deno.test("While there is doubt only an answer counts, and it is asked for until it comes", async () => {
  const stage = new Stage();
  await settle();
  stage.answer = silence;
  stage.contact.doubt();
  for (let i = 0; i < 16; i++) {
    await stage.clock.advance(250);
    stage.contact.word();
  }
  assertEquals([stage.changes, stage.asked, stage.moved], [[true, false], 17, 1]);
  stage.answer = true;
  await stage.clock.advance(250);
  assertEquals(stage.changes, [true, false, true]);
  for (let i = 0; i < 16; i++) {
    await stage.clock.advance(250);
    stage.contact.word();
  }
  assertEquals([stage.changes, stage.asked], [[true, false, true], 18]);
  stage.contact.close();
});

Deno.test("What is asked while it is asked counts from the next answer on", async () => {
  const stage = new Stage(silence);
  await settle();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  stage.answer = promise;
  stage.contact.askNow();
  stage.contact.askNow();
  stage.answer = false;
  resolve(true);
  await settle();
  assertEquals([stage.changes, stage.asked], [[], 3]);
  stage.contact.close();
});

Deno.test("After closing nothing is told, whatever is answered then", async () => {
  const stage = new Stage();
  stage.contact.close();
  await settle();
  await stage.clock.advance(10_000);
  assertEquals([stage.changes, stage.asked, stage.moved], [[], 1, 0]);
});
