/**
 * Reaching the other servers over NATS, as the command line says.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { openNatsStream } from "../../order/nats/nats_stream.ts";
import { warnIfOthersRead } from "../admission/secret.ts";
import type { Logger } from "../logger.ts";
import type { NatsServeOptions } from "../options.ts";
import { Cluster } from "./cluster.ts";

/** What {@linkcode openCluster} needs beside. */
export interface OpenClusterOptions {
  /** The log of the database that there is; undefined: any will do. */
  readonly log: string | undefined;
  /** The operator's log. */
  readonly logger: Logger;
  /** Told once that the server has to stop, and why, in one line. */
  readonly onFatal: (why: string) => void;
}

/**
 * Connects to NATS, for as long as it takes.
 *
 * @throws {Failure} When trying again is of no use.
 */
export async function openCluster(
  { servers, credentialsFile, caFile, replicas, isImport, isRebuild, cluster }: NatsServeOptions,
  { log, logger, onFatal }: OpenClusterOptions,
): Promise<Cluster> {
  const credentials = credentialsFile === undefined
    ? undefined
    : await readFile(credentialsFile, "--nats-creds");
  if (credentialsFile !== undefined) warnIfOthersRead(credentialsFile, "credentials", logger);
  const ca = caFile === undefined ? undefined : await readFile(caFile, "--nats-ca");
  const nats = {
    servers,
    ...(cluster === undefined ? {} : { cluster }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(ca === undefined ? {} : { ca }),
    ...(log === undefined ? {} : { id: log }),
    ...(isImport === undefined ? {} : { isImport }),
    ...(isRebuild === undefined ? {} : { isRebuild }),
  };
  return await Cluster.open({
    open: (handlers) => openNatsStream(nats, handlers),
    isImport: isImport === true || isRebuild === true,
    clock: systemClock,
    logger,
    onFatal,
  });
}

async function readFile(path: string, flag: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Failure(`Cannot read ${flag} ${path}: ${(error as Error).message}`);
  }
}
