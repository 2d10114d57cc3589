import { assertEquals } from "@std/assert";
import { Harness } from "../harness.ts";
import { bare, guest, stranger } from "./guest.ts";

const CAPS = "draft/read-marker";
const EARLY = "timestamp=2024-01-01T00:00:00.000Z";
const LATE = "timestamp=2025-06-01T12:00:00.500Z";

Deno.test("MARKREAD sets a mark of a channel or a person, which only grows, and tells it", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#x" });
  assertEquals(await ada.replies("MARKREAD #none"), ["MARKREAD #none *"]);
  assertEquals(await ada.replies(`MARKREAD #x ${EARLY}`), [`MARKREAD #x ${EARLY}`]);
  assertEquals(await ada.replies(`MARKREAD #x ${LATE}`), [`MARKREAD #x ${LATE}`]);
  assertEquals(await ada.replies(`MARKREAD #X ${EARLY}`), [`MARKREAD #X ${LATE}`]);
  assertEquals(await ada.replies(`MARKREAD bob ${EARLY}`), [`MARKREAD bob ${EARLY}`]);
  assertEquals(await ada.replies("MARKREAD bob"), [`MARKREAD bob ${EARLY}`]);
});

Deno.test("MARKREAD answers with FAIL what is no mark", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#x" });
  assertEquals(await ada.replies("MARKREAD"), [
    "FAIL MARKREAD NEED_MORE_PARAMS :Name a channel or a nick.",
  ]);
  for (const mark of ["*", "timestamp=*", "timestamp=yesterday", "msgid=a-1"]) {
    assertEquals(await ada.replies(`MARKREAD #x ${mark}`), [
      "FAIL MARKREAD INVALID_PARAMS #x :A mark is timestamp=YYYY-MM-DDThh:mm:ss.sssZ.",
    ]);
  }
  for (const target of ["x".repeat(33), "#", "a,b"]) {
    assertEquals(await ada.replies(`MARKREAD ${target} ${EARLY}`), [
      `FAIL MARKREAD INVALID_PARAMS ${target} :That is no name of a channel or a nick.`,
    ]);
  }
});

Deno.test("Who joins is told its mark before the names, also after a lost connection", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS });
  assertEquals((await ada.replies("JOIN #x")).map((line) => line.split(" :")[0]), [
    ":ada!u@chat JOIN #x",
    "MARKREAD #x *",
    "353 ada = #x",
    "366 ada #x",
  ]);
  await ada.say(`MARKREAD #x ${EARLY}`);
  await ada.conn.end({ broken: true });
  const again = await stranger(room);
  await again.say(`CAP REQ ${CAPS}`, "NICK ada", "USER ada 0 * :Ada", "CAP END");
  const lines = (await again.say("JOIN #x")).map(bare);
  assertEquals(lines.filter((line) => line.startsWith("MARKREAD")), [`MARKREAD #x ${EARLY}`]);
});
