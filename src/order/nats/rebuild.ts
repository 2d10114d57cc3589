/**
 * Beginning a log anew where NATS has lost a part of it, so that no server can go on with it.
 *
 * @module
 */

import { Failure } from "../../failure.ts";
import type { JetStream } from "./jetstream.ts";
import type { Link } from "./link.ts";
import type { NatsNames } from "./options.ts";
import { streamId } from "./stream_config.ts";

/** A server says once a second that it lives. */
const LISTEN_MS = 2_500;

/**
 * Removes the stream with all batches, if there is one. Checkpoints of its log are nobody's then.
 *
 * @throws {Failure} When a server is using it, or it was not made by chat; nothing has changed.
 */
export async function removeLog(
  link: Link,
  jetStream: JetStream,
  { stream, signal }: NatsNames,
): Promise<void> {
  const log = await jetStream.info(stream);
  if (log === null) return;
  if (streamId(log.config) === null) {
    throw new Failure(`Cannot rebuild stream ${stream}, which was not made by chat`);
  }
  let isUsed = false;
  const stop = link.listen(signal("alive"), () => isUsed = true);
  await link.hearAll();
  await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
  stop();
  if (isUsed) {
    throw new Failure(
      `Cannot rebuild stream ${stream} while other servers use it: stop them first. If they run ` +
        "well, start this one without --nats-rebuild, with a copy of the database of one of them",
    );
  }
  await jetStream.remove(stream);
}
