/**
 * The certificate over its days: openssl's, and a clock that is turned.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import { renderMetrics } from "../../../src/server/metrics.ts";
import { openTlsDoor, type TlsDoor } from "../../../src/server/tls/door.ts";
import { needs } from "../../helpers/proc.ts";
import { opensslIdentity } from "../../helpers/tls.ts";
import { Harness } from "../harness.ts";
import { ManualClock } from "../manual_clock.ts";

const ignore = !await needs("openssl");
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Two files, a clock that begins in an hour, and what is logged. */
class Place implements Disposable {
  readonly #directory = Deno.makeTempDirSync({ prefix: "chat-watch-" });
  readonly certFile = `${this.#directory}/cert.pem`;
  readonly keyFile = `${this.#directory}/key.pem`;
  readonly clock = new ManualClock();
  #lines: string[] = [];
  #door: TlsDoor | undefined;

  constructor() {
    // Ahead of all that a test makes: it stands still meanwhile.
    this.clock.jumpMs = Date.now() - this.clock.date().getTime() + HOUR_MS;
  }

  async open({ reload }: { readonly reload: boolean }): Promise<TlsDoor> {
    const { certFile, keyFile } = this;
    const log = (event: string, fields: object = {}) => {
      this.#lines.push([event, ...Object.entries(fields).map(([k, v]) => `${k}=${v}`)].join(" "));
    };
    const logger = { debug: log, info: log, warn: log, error: log };
    this.#door = await openTlsDoor({ certFile, keyFile, reload }, logger, this.clock);
    return this.#door;
  }

  /** What has been logged since the last look. */
  get news(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  [Symbol.dispose](): void {
    this.#door?.watch[Symbol.dispose]();
    Deno.removeSync(this.#directory, { recursive: true });
  }
}

Deno.test({
  name: "The end of a certificate is told 30, 7 and 1 days before it, and when it has come",
  ignore,
  async fn() {
    using place = new Place();
    await opensslIdentity(place, { days: 40 });
    place.clock.jumpMs += DAY_MS / 2;
    const { watch } = await place.open({ reload: false });
    const told: [day: number, line: string][] = [];
    for (let day = 0; day <= 45; day++) {
      for (const line of place.news) told.push([day, line]);
      await place.clock.advance(DAY_MS);
    }
    assertEquals(told.map(([day, line]) => [day, line.replace(/ at=.*/, "")]), [
      [10, "certificate expires days=30"],
      [33, "certificate expires days=7"],
      [39, "certificate expires days=1"],
      [40, "certificate expired"],
    ]);
    await using room = new Harness();
    const metrics = renderMetrics(room.server, room.server.totals, watch.identity.to);
    const [, seconds] = /^chat_certificate_expiry_timestamp_seconds (\d+)$/m.exec(metrics) ?? [];
    assertEquals(Number(seconds) * 1_000, watch.identity.to.getTime());
    assert(!renderMetrics(room.server, room.server.totals).includes("certificate"));
    watch[Symbol.dispose]();
    assertEquals(place.clock.pending, 0);
  },
});

Deno.test({
  name: "A server that starts five days before the end says so at once, and once",
  ignore,
  async fn() {
    using place = new Place();
    await opensslIdentity(place, { days: 5 });
    await place.open({ reload: false });
    assertEquals(place.news.map((line) => line.replace(/ at=.*/, "")), [
      "certificate expires days=5",
    ]);
    await place.clock.advance(2 * DAY_MS);
    assertEquals(place.news, []);
  },
});

Deno.test({
  name: "With --tls-reload files that have changed are taken within the hour, others never",
  ignore,
  async fn() {
    using place = new Place();
    await opensslIdentity(place, { days: 20 });
    const { watch } = await place.open({ reload: true });
    const first = watch.identity;
    assertEquals(place.news.map((line) => line.replace(/ at=.*/, "")), [
      "certificate expires days=20",
    ]);
    await place.clock.advance(HOUR_MS);
    assertEquals(place.news, []);
    watch.reload();
    assertEquals(place.news, ["certificate unchanged"]);
    await opensslIdentity(place, { days: 90 });
    assertEquals(watch.identity, first);
    await place.clock.advance(HOUR_MS);
    const [renewed, ...more] = place.news;
    assertEquals(more, []);
    assert(/^certificate renewed names=127\.0\.0\.1 until=/.test(renewed ?? ""), renewed);
    assert(watch.identity.to > first.to);
    // It is told of the new one's end, too.
    await place.clock.advance(61 * DAY_MS);
    assertEquals(place.news.map((line) => line.replace(/ at=.*/, "")), [
      "certificate expires days=30",
    ]);
  },
});

Deno.test({
  name: "A new certificate that is broken is refused with the reason, and the old one kept",
  ignore,
  async fn() {
    using place = new Place();
    await opensslIdentity(place, { days: 90 });
    const { watch } = await place.open({ reload: true });
    const first = watch.identity;
    const { certFile, keyFile } = place;
    const [cert, key] = [certFile, keyFile].map((file) => Deno.readTextFileSync(file)) as [
      string,
      string,
    ];
    const broken: [what: string, make: () => unknown, why: RegExp][] = [
      ["not there", () => Deno.removeSync(certFile), /Cannot read the certificate file/],
      ["empty", () => Deno.writeTextFileSync(certFile, ""), /There is no certificate in/],
      ["cut", () => Deno.writeTextFileSync(certFile, cert.slice(0, 300)), /There is no certif/],
      [
        "cut in what vouches for it",
        () => Deno.writeTextFileSync(certFile, cert + cert.slice(0, 300)),
        /it is cut off/,
      ],
      [
        "without its key",
        async () => {
          await opensslIdentity(place, { days: 90 });
          Deno.writeTextFileSync(keyFile, key);
        },
        /does not belong/,
      ],
      ["with a weak key", () => opensslIdentity(place, { days: 90, key: "rsa:1024" }), /too small/],
      [
        "for no name",
        () => opensslIdentity(place, { days: 90, extensions: ["basicConstraints=CA:TRUE"] }),
        /Clients would refuse .*CA:TRUE.*subjectAltName.* make another one/,
      ],
      ["very long", () => Deno.truncateSync(certFile, 2 ** 30), /has 1073741824 bytes/],
      [
        "a pipe, for which nobody writes",
        async () => {
          Deno.removeSync(certFile);
          await new Deno.Command("mkfifo", { args: [certFile] }).output();
        },
        /is no file, but a pipe/,
      ],
      ["away again", () => Deno.removeSync(certFile), /Cannot read the certificate file/],
      [
        "over",
        async () => {
          await opensslIdentity(place, { days: 1 });
          place.clock.jumpMs += 2 * DAY_MS;
        },
        /expired on/,
      ],
    ];
    for (const [what, make, why] of broken) {
      await make();
      watch.reload();
      const [line, ...more] = place.news;
      assertEquals(more, [], what);
      assert(line?.startsWith("certificate refused ") && why.test(line), `${what}: ${line}`);
      assertEquals(watch.identity, first, what);
    }
    Deno.writeTextFileSync(certFile, cert);
    Deno.writeTextFileSync(keyFile, key);
    watch.reload();
    assertEquals(place.news, ["certificate unchanged"]);
  },
});

Deno.test({
  name: "A server does not start with a key that is too weak, and says what to make instead",
  ignore,
  async fn() {
    using place = new Place();
    await opensslIdentity(place, { days: 90, key: "rsa:1024" });
    const error = await assertRejects(() => place.open({ reload: false }), Failure);
    assert(/too small\. Make another one/.test(error.message), error.message);
  },
});
