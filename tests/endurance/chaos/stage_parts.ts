/**
 * Sets a stage: the server, with its memory full, and everybody who behaves well.
 *
 * @module
 */

import { Blinker } from "./blinker.ts";
import { ChatProcess } from "./chat_process.ts";
import { Crowd } from "./crowd.ts";
import { fillHistory, fillIds } from "./fill.ts";
import type { Wire } from "../../helpers/line_socket.ts";
import type { StageOptions } from "./outcome.ts";
import { ProberProcess } from "./prober.ts";

/** What makes up a stage, once all of it is there. */
export interface Parts {
  /** The server. */
  readonly server: ChatProcess;
  /** The well-behaved. */
  readonly crowd: Crowd;
  /** One of them whose link blinks. */
  readonly blinker: Blinker;
  /** Those who ping. */
  readonly prober: ProberProcess;
  /** Ends whatever is there. */
  readonly stack: AsyncDisposableStack;
  /** What makes an operator. */
  readonly operatorPassword: string;
}

/**
 * Starts everything, in the order in which it needs each other.
 *
 * @param stack Is given what has to be ended.
 */
export async function enter(options: StageOptions, stack: AsyncDisposableStack): Promise<Parts> {
  const { members, paceMs, link, secrets, tls = false, clock, past, web, random } = options;
  const operatorPassword = "only for those who look after the room";
  const directory = await Deno.makeTempDir({ prefix: "chat-stage-" });
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const operatorFile = `${directory}/operators`;
  await Deno.writeTextFile(operatorFile, `${operatorPassword}\n`, { mode: 0o600 });
  const server = stack.use(
    await ChatProcess.start({
      flags: [
        ...(tls ? secrets?.tlsFlags : secrets?.passwordFlags) ?? [],
        ...(web ? ["--web", "0"] : []),
        ...(past === undefined ? [] : ["--db", past.file]),
        ...["--operator-password-file", operatorFile],
      ],
      before: clock?.before ?? [],
      // The other side of the link must reach it, too.
      host: link === undefined ? "127.0.0.1" : "0.0.0.0",
    }),
  );
  const password = tls ? undefined : secrets?.password;
  const certificate = tls ? secrets?.certificate : undefined;
  const address = { hostname: "127.0.0.1", port: server.port };
  const caCerts = certificate === undefined ? [] : [await Deno.readTextFile(certificate)];
  const dial = (): Promise<Wire> =>
    tls ? Deno.connectTls({ ...address, caCerts }) : Deno.connect(address);
  const fill = options.fill ?? "window";
  const isFilled = !tls && (fill === "history" || fill === "ids");
  if (isFilled) await fillHistory({ port: server.port, password });
  if (isFilled && fill === "ids") await fillIds({ port: server.port, password });
  const crowd = stack.use(await Crowd.enter({ dial, members, paceMs, password }));
  if (!isFilled && fill !== "nothing") await crowd.warmUp();
  const blinker = stack.use(await Blinker.enter({ dial, random: random.fork(), password }));
  const { port } = server;
  const prober = stack.use(await ProberProcess.start({ port, password, certificate }));
  return { server, crowd, blinker, prober, stack, operatorPassword };
}
