/**
 * The settings of a cluster's two streams: what they are made with, and what one that is there
 * already must have.
 *
 * @module
 */

import { MAX_BATCH_BYTES } from "./stream.ts";
import type { NamedStreamConfig, StreamConfig } from "./jetstream.ts";
import type { NatsNames } from "./options.ts";

/** How many checkpoints are kept: two days of one an hour. */
const CHECKPOINTS_KEPT = 48;

/** The description of a stream of ours ends in its id, by which we know it again. */
const DESCRIPTION = /^Rooms of chat\b.*\blog ([\w-]{1,64})$/;

const COMMON: StreamConfig = {
  retention: "limits",
  storage: "file",
  deny_delete: true,
};

/**
 * Settings of a new stream of batches. It removes nothing by itself: what is not in a checkpoint
 * yet must be there, however long no server ran.
 *
 * @param id 1 to 64 letters, digits, `-` and `_`.
 */
export function logConfig(names: NatsNames, id: string, replicas: number): NamedStreamConfig {
  return {
    ...COMMON,
    name: names.stream,
    description: `Rooms of chat; do not edit. log ${id}`,
    subjects: [names.log],
    num_replicas: replicas,
    discard: "new",
    // Batches are told apart by their own numbers.
    duplicate_window: 100_000_000,
    republish: { src: names.log, dest: names.live },
  };
}

/** Settings of the stream of checkpoints: the newest of each subject are kept. */
export function stateConfig(names: NatsNames, replicas: number): NamedStreamConfig {
  return {
    ...COMMON,
    name: names.stateStream,
    description: "Checkpoints of chat; do not edit",
    subjects: [`${names.state}.>`],
    num_replicas: replicas,
    discard: "old",
    max_msgs_per_subject: CHECKPOINTS_KEPT,
  };
}

/** The id of a stream of batches; null: it is not one of ours. */
export function streamId(config: StreamConfig): string | null {
  return DESCRIPTION.exec(String(config.description))?.[1] ?? null;
}

/**
 * What a stream of batches must not have, or must have. Limits are the operator's: one that is
 * full refuses, and loses nothing.
 *
 * @returns The setting that does not do, with its value; null: all do.
 */
export function findWrongSetting(config: StreamConfig, names: NatsNames): string | null {
  const wanted = logConfig(names, "", 1);
  const wrong = (["subjects", "retention", "storage", "discard", "republish"] as const)
    .find((name) => !includes(config[name], wanted[name]));
  if (wrong !== undefined) return setting(config, wrong);
  // These remove messages that nobody has seen yet, although new ones are to be refused.
  const removes = ["max_age", "max_msgs_per_subject"].find((name) => Number(config[name] ?? 0) > 0);
  if (removes !== undefined) return setting(config, removes);
  const maxBytes = Number(config.max_msg_size ?? -1);
  if (maxBytes > 0 && maxBytes < MAX_BATCH_BYTES) return setting(config, "max_msg_size");
  if (config.sealed === true) return setting(config, "sealed");
  return null;
}

function setting(config: StreamConfig, name: string): string {
  return `${name} ${JSON.stringify(config[name] ?? null)}`;
}

/** Whether a value is the same, or has at least the same fields: NATS may add some. */
function includes(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return value === wanted;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(wanted) && (value as unknown[]).length !== wanted.length) return false;
  const given = value as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([name, part]) => includes(given[name], part));
}
