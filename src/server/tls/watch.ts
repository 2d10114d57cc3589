/**
 * The certificate of a server over its days: told in the log before it ends, and with
 * `--tls-reload` read again when its files have changed, while everybody goes on talking.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Logger } from "../logger.ts";
import type { CheckedIdentity } from "./identity.ts";

/** How often the calendar and the files are looked at: whoever waits less sends SIGHUP. */
const LOOK_MS = 60 * 60 * 1000;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Days before the end at which it is told. Those who renew by themselves begin 30 days before it
 * (certbot), so the first one says that they have failed.
 */
const WARN_DAYS: readonly number[] = [30, 7, 1];

/** What clients take. */
const ANOTHER = "make another one, with a key of P-256, subjectAltName=DNS:NAME and " +
  "basicConstraints=critical,CA:FALSE, or use --tls-self-signed NAME";

/** See {@linkcode CertificateWatch}. */
export interface CertificateWatchOptions {
  /** What the server has started with. */
  readonly identity: CheckedIdentity;
  /**
   * Reads the files again. Throws a `Failure` where they cannot be used, also because of their time
   * or their names. Absent: they are not read again.
   */
  readonly read?: ((now: Date) => CheckedIdentity) | undefined;
  /** Is handed what was read, and throws a `Failure` where that cannot be used either. */
  readonly use: (identity: CheckedIdentity) => void;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** Looks at a certificate now and every hour, until it is disposed. */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions;
  #identity: CheckedIdentity;
  /** Days before the end that were told last; 0: that it has ended. */
  #told = Infinity;
  #cancel: () => void = () => {};

  /** Looks at once. */
  constructor(options: CertificateWatchOptions) {
    const { identity, clock, logger } = options;
    this.#options = options;
    this.#identity = identity;
    // What others decide with their own clocks is no reason not to start.
    if (clock.date() < identity.from) {
      logger.warn("certificate not valid yet", { from: identity.from.toISOString() });
    }
    this.#warnOfRefusals();
    this.#warn();
    this.#lookLater();
  }

  /** What the server is now. */
  get identity(): CheckedIdentity {
    return this.#identity;
  }

  /** Reads the files at once, and says what came of it. */
  reload(): void {
    if (!this.#readAgain()) this.#options.logger.info("certificate unchanged");
  }

  /** Stops looking. */
  [Symbol.dispose](): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      this.#lookLater();
      this.#readAgain();
      this.#warn();
    });
  }

  /** @returns False when the files are what they were; what is wrong with others is logged. */
  #readAgain(): boolean {
    const { read, use, clock, logger } = this.#options;
    if (read === undefined) return false;
    try {
      const identity = read(clock.date());
      const { cert, key } = this.#identity;
      if (identity.cert === cert && identity.key === key) return false;
      this.#checkFitness(identity);
      use(identity);
      this.#identity = identity;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      logger.warn("certificate refused", { error: error.message });
      return true;
    }
    const { names, to } = this.#identity;
    logger.info("certificate renewed", { names: names.join(","), until: to.toISOString() });
    this.#told = Infinity;
    this.#warnOfRefusals();
    this.#warn();
    return true;
  }

  /** @throws {Failure} When clients will refuse a new one, as they do not refuse the old one. */
  #checkFitness({ unfit }: CheckedIdentity): void {
    if (unfit.length === 0 || this.#identity.unfit.length > 0) return;
    const why = unfit.map((one) => `it ${one}`).join(", ");
    throw new Failure(`Clients would refuse the certificate: ${why}. To mend it, ${ANOTHER}.`);
  }

  /** Says what clients will say; some may be told not to look, so that it is used all the same. */
  #warnOfRefusals(): void {
    const { unfit } = this.#identity;
    if (unfit.length === 0) return;
    this.#options.logger.warn("clients will refuse the certificate", {
      why: unfit.map((one) => `it ${one}`).join(", "),
      todo: ANOTHER,
    });
  }

  /** Says that the end is near, once for each of {@linkcode WARN_DAYS}. */
  #warn(): void {
    const { clock, logger } = this.#options;
    const { to } = this.#identity;
    const leftMs = to.getTime() - clock.date().getTime();
    const days = leftMs < 0 ? 0 : WARN_DAYS.findLast((days) => leftMs <= days * DAY_MS) ?? Infinity;
    if (days >= this.#told) return;
    this.#told = days;
    const at = to.toISOString();
    if (days === 0) logger.warn("certificate expired", { at });
    else logger.warn("certificate expires", { days: Math.ceil(leftMs / DAY_MS), at });
  }
}
