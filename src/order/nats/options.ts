/**
 * What it takes to reach a cluster on NATS, and how its things are called there.
 *
 * @module
 */

/** How to reach a stream. */
export interface NatsOptions {
  /** Addresses of NATS, at least one: `nats://HOST:PORT`, or `tls://HOST:PORT`. */
  readonly servers: readonly string[];
  /** Name of the cluster, of several on one NATS: see {@linkcode natsNames}. */
  readonly cluster?: string;
  /**
   * How many nodes of NATS keep the stream, where it has to be made: 1 to 5. Absent: 3 where NATS
   * is a cluster, else 1.
   */
  readonly replicas?: number;
  /** Contents of a credentials file: see {@linkcode parseCredentials} in `credentials.ts`. */
  readonly credentials?: string;
  /** Certificates (PEM) to trust; with them only TLS will do. */
  readonly ca?: string;
  /** The stream that what we have belongs to; absent: any will do, and it is made if need be. */
  readonly id?: string;
  /**
   * Makes the stream, with that id, and refuses one that is there already. Default: it does not.
   */
  readonly isImport?: boolean;
  /** Makes the stream anew, with an id of its own. Default: it does not. */
  readonly isRebuild?: boolean;
}

/** Names of a cluster's things in NATS. */
export interface NatsNames {
  /** The stream with all batches. */
  readonly stream: string;
  /** The stream with the checkpoints. */
  readonly stateStream: string;
  /** Where batches are published. */
  readonly log: string;
  /** Where the stream publishes what it has stored. */
  readonly live: string;
  /** Under this are the subjects of checkpoints. */
  readonly state: string;
  /** Under this NATS answers our requests. */
  readonly inbox: string;
  /** The subject of a signal. */
  readonly signal: (subject: string) => string;
}

/**
 * Names of a cluster's things in NATS. All its subjects begin with `chat.`, or with `chat_NAME.`.
 *
 * @param cluster Small letters, digits, `-` and `_`; absent: the only cluster.
 */
export function natsNames(cluster?: string): NatsNames {
  const suffix = cluster === undefined ? "" : `_${cluster}`;
  const stream = `CHAT${suffix}`;
  const prefix = `chat${suffix}`;
  return {
    stream,
    stateStream: `${stream}_STATE`,
    log: `${prefix}.log`,
    live: `${prefix}.live`,
    state: `${prefix}.state`,
    inbox: `${prefix}.inbox`,
    signal: (subject) => `${prefix}.${subject}`,
  };
}
