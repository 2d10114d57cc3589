/**
 * The streams of a cluster, at the start: made where they are not there, else checked.
 *
 * @module
 */

import { Failure } from "../../failure.ts";
import { isJetStreamError, type JetStream, JS_ERROR, type StreamInfo } from "./jetstream.ts";
import type { Link } from "./link.ts";
import { AskError, isForbidden } from "./link_errors.ts";
import { type NatsNames, natsNames, type NatsOptions } from "./options.ts";
import { removeLog } from "./rebuild.ts";
import { findWrongSetting, logConfig, stateConfig, streamId } from "./stream_config.ts";

/**
 * Makes sure that both streams exist and have the right settings.
 *
 * @returns Id of the log.
 * @throws {Failure} When trying again is of no use.
 * @throws {Error} When it may work later.
 */
export async function prepareStreams(
  link: Link,
  jetStream: JetStream,
  options: NatsOptions,
): Promise<string> {
  const names = natsNames(options.cluster);
  const isRebuild = options.isRebuild === true;
  const isImport = options.isImport === true && !isRebuild;
  const known = isRebuild ? undefined : options.id;
  const replicas = options.replicas ?? (link.isCluster ? 3 : 1);
  try {
    if (isRebuild) await removeLog(link, jetStream, names);
    if (isImport && await jetStream.info(names.stream) !== null) {
      throw new Failure(
        `Cannot import into stream ${names.stream}, which is there already: choose another ` +
          "--cluster, or remove the stream",
      );
    }
    const log = await findOrMake(jetStream, names.stream, async () => {
      if (known !== undefined && !isImport) throw missing(names, known);
      // A single server refuses several replicas by itself.
      const nodes = link.isCluster ? replicas : 1;
      checkVersion(link.version, nodes, "keep the streams on one node (--nats-replicas 1)");
      const id = known ?? crypto.randomUUID().replaceAll("-", "");
      await jetStream.create(logConfig(names, id, replicas));
    });
    const id = checkLog(log, names, known);
    const edit = `nats stream edit ${names.stream} --replicas 1`;
    checkVersion(link.version, Number(log.config.num_replicas), `keep one replica (${edit})`);
    await findOrMake(jetStream, names.stateStream, async () => {
      await jetStream.create(stateConfig(names, replicas));
    });
    return id;
  } catch (error) {
    throw explain(error);
  }
}

/** Several servers may start at once: whoever comes second takes what the first has made. */
async function findOrMake(
  jetStream: JetStream,
  stream: string,
  make: () => Promise<void>,
): Promise<StreamInfo> {
  const found = await jetStream.info(stream);
  if (found !== null) return found;
  await make().catch((error) => {
    if (!isJetStreamError(error, JS_ERROR.nameInUse)) throw error;
  });
  const made = await jetStream.info(stream);
  if (made === null) throw new Error(`Stream ${stream} is not there yet`);
  return made;
}

/**
 * Of NATS 2.9.10 the replicas of a stream had different messages under the same numbers in 4 of 11
 * runs in which its nodes were killed and stopped; of 2.12.0 and 2.15.1 in none of 10.
 */
const OLDEST_WITH_REPLICAS = [2, 12] as const;

/**
 * @param instead What to do where there is no newer one.
 * @throws {Failure} When this NATS is too old to keep replicas.
 */
function checkVersion(version: string, replicas: number, instead: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldMajor, oldMinor] = OLDEST_WITH_REPLICAS;
  const isOld = major < oldMajor || (major === oldMajor && minor < oldMinor);
  if (!isOld || replicas === 1) return;
  throw new Failure(
    `NATS ${version} does not keep replicas equal when a node fails: use NATS 2.12 or newer, or ` +
      instead,
  );
}

/** @returns Its id. */
function checkLog({ config }: StreamInfo, names: NatsNames, wanted: string | undefined): string {
  const id = streamId(config);
  if (id === null) {
    throw new Failure(
      `Stream ${names.stream} was not made by chat (its description is ${
        JSON.stringify(config.description ?? "")
      }): choose another --cluster, or remove the stream`,
    );
  }
  if (wanted !== undefined && id !== wanted) {
    throw new Failure(
      `Stream ${names.stream} has log ${id}, but the database belongs to log ${wanted}: ` +
        "it is another cluster's, or was begun anew (see docs/cluster.md#lost-end)",
    );
  }
  const wrong = findWrongSetting(config, names);
  if (wrong !== null) throw new Failure(wrongSetting(names, wrong));
  return id;
}

/** Says which setting of the log does not do. */
export function wrongSetting(names: NatsNames, wrong: string): string {
  return `Stream ${names.stream} must not have ${wrong}: see docs/cluster.md#streams`;
}

function missing({ stream }: NatsNames, id: string): Failure {
  return new Failure(
    `There is no stream ${stream}, but the database belongs to its log ${id}: check --nats and ` +
      "--cluster, or restore the stream",
  );
}

/** What a person can do about it is a {@linkcode Failure}. */
function explain(error: unknown): unknown {
  if (isJetStreamError(error, JS_ERROR.noReplicas)) {
    return new Failure("NATS is a single server, which keeps one replica: use --nats-replicas 1");
  }
  if (
    isJetStreamError(error, JS_ERROR.notEnabledForAccount) ||
    isJetStreamError(error, JS_ERROR.notEnabled)
  ) {
    return new Failure(`NATS has no JetStream for us (${error.message}): enable it there`);
  }
  if (isForbidden(error)) return new Failure(error.message);
  if (error instanceof AskError && error.why === "nobody") {
    return new Error("NATS has no JetStream: start nats-server with -js");
  }
  return error;
}
