/**
 * The subcommand `chat serve`: what becomes of its flags.
 *
 * @module
 */

import { printOut } from "../print.ts";
import { excerptIfNeeded } from "../protocol/quote.ts";
import type { Doors } from "../server/doors.ts";
import type { MetricsAddress, ServeOptions } from "../server/options.ts";
import { readEnv } from "./environment.ts";
import { EXIT_OK, UsageError } from "./exit.ts";
import type { CommandSpec, Wrong } from "./flags.ts";
import { commandHelp } from "./help.ts";
import { parseCommand, type ReadEnv } from "./parse_flags.ts";
import { SERVE_SUMMARY } from "./program_flags.ts";
import { SERVE_FLAGS } from "./serve_flags.ts";

/** Elsewhere the port is an argument, or has a letter. */
function meant(wrong: Wrong): string | undefined {
  const isShort = wrong.kind === "flag" && ["p", "P"].includes(wrong.name);
  if (wrong.kind === "flag" && !isShort) return undefined;
  const [port = "", ...more] = wrong.kind === "arguments" ? wrong.words : [wrong.value];
  if (more.length > 0 || SERVE_FLAGS.port.parse(port) === undefined) {
    return isShort ? "Did you mean --port?" : undefined;
  }
  return `Did you mean --port ${port}?`;
}

/** `chat serve`, for parsing and help. */
export const SERVE: CommandSpec<typeof SERVE_FLAGS> = {
  name: SERVE_SUMMARY.name,
  summary: SERVE_SUMMARY.summary,
  meant,
  flags: SERVE_FLAGS,
  examples: [
    { line: "chat serve", purpose: "on port 5001 of every network" },
    { line: "chat serve --host 127.0.0.1 --port 0", purpose: "only here, on any free port" },
    { line: "chat serve --tls-self-signed lab-pc.local", purpose: "with TLS, no authority needed" },
  ],
};

/**
 * Reads the arguments of `chat serve`.
 *
 * @param args What stands after `serve`.
 * @param readEnv Reads the environment.
 * @returns The options, or `undefined` when the help is asked for.
 * @throws {UsageError} When anything is wrong with them.
 */
export function parseServe(args: readonly string[], readEnv: ReadEnv): ServeOptions | undefined {
  const parsed = parseCommand(SERVE, args, readEnv);
  if (parsed === undefined) return undefined;
  const { values } = parsed;
  const forWeb = (["web-host", "web-path", "web-fd", "web-other"] as const).find((name) =>
    values[name] !== undefined
  );
  if (forWeb !== undefined && values.web === undefined) {
    throw new UsageError(`The flag --${forWeb} is for the page of --web: give that, too`);
  }
  const forNats = NATS_FLAGS.find((name) => values[name] !== undefined && values[name] !== false);
  if (forNats !== undefined && values.nats === undefined) {
    throw new UsageError(`The flag --${forNats} is for several servers on NATS: give --nats, too`);
  }
  for (const flag of ["nats-import", "nats-rebuild"] as const) {
    if (!values[flag] || values.db !== undefined) continue;
    throw new UsageError(`The flag --${flag} takes the rooms of a database: give --db, too`);
  }
  const inherited = (["port-fd", "web-fd"] as const).find((name) => values[name] !== undefined);
  if (inherited !== undefined && values.nats !== undefined) {
    // Clients would wait at the open socket while another server can take them.
    throw new UsageError(`The flag --${inherited} is not for several servers: leave --nats out`);
  }
  refuseOwnPortTwice(values);
  const rooms = [...new Set(values.room)];
  if (rooms.length >= values.rooms) {
    throw new UsageError(
      `The flag --rooms ${values.rooms} is too small: the lobby and --room ${rooms.join()} are ` +
        `${rooms.length + 1} rooms`,
    );
  }
  return {
    port: values.port,
    host: values.host,
    ...(values["port-fd"] === undefined ? {} : { portFd: values["port-fd"] }),
    ...(values.motd === undefined ? {} : { motd: values.motd }),
    ...(values["server-name"] === undefined ? {} : { serverName: values["server-name"] }),
    history: values.history,
    ...(values.room === undefined ? {} : { permanentRooms: rooms }),
    maxRooms: values.rooms,
    newRoomsPerHour: values["new-rooms"],
    maxClients: values["max-clients"],
    maxPerAddress: values["max-per-address"],
    joinsPerSecond: values.joins,
    rate: values.rate,
    ...passwords(values, readEnv),
    ...reloading(tls(values), values["tls-reload"]),
    ...(values.metrics === undefined ? {} : { metrics: values.metrics }),
    ...(values.web === undefined ? {} : { web: values.web }),
    ...(values["web-host"] === undefined ? {} : { webHosts: values["web-host"] }),
    ...(values["web-fd"] === undefined ? {} : { webFd: values["web-fd"] }),
    ...(values["web-path"] === undefined ? {} : { webPath: values["web-path"] }),
    ...(values["web-other"] === undefined ? {} : { webOthers: values["web-other"] }),
    ...(values["trusted-proxy"] === undefined ? {} : { trustedProxies: values["trusted-proxy"] }),
    nameTimeoutMs: values["name-timeout"],
    idleMs: values["idle-timeout"],
    maxLineChars: values["max-line"],
    maxTextChars: values["max-text"],
    renamesPerMinute: values.renames,
    queueBytes: values.outbox * 1_024,
    windowBytes: values.window * 1_048_576,
    ...(values.db === undefined ? {} : { db: values.db }),
    durability: values.durability,
    retain: values.retain ?? {},
    ...nats(values),
    logFormat: values["log-format"],
    logLevel: values["log-level"],
    ...((readEnv("CHAT_DEBUG") ?? "") === "" ? {} : { watchTurns: true }),
  };
}

/** They mean nothing without `--nats`. */
const NATS_FLAGS = [
  "nats-creds",
  "nats-ca",
  "nats-replicas",
  "cluster",
  "nats-import",
  "nats-rebuild",
] as const;

/** Several servers. */
function nats(values: {
  readonly nats: readonly string[] | undefined;
  readonly "nats-creds": string | undefined;
  readonly "nats-ca": string | undefined;
  readonly "nats-replicas": number | undefined;
  readonly cluster: string | undefined;
  readonly "nats-import": boolean;
  readonly "nats-rebuild": boolean;
}): Pick<ServeOptions, "nats"> {
  const { nats: servers, cluster } = values;
  const { "nats-creds": credentialsFile, "nats-ca": caFile, "nats-replicas": replicas } = values;
  if (servers === undefined) return {};
  return {
    nats: {
      servers,
      ...(credentialsFile === undefined ? {} : { credentialsFile }),
      ...(caFile === undefined ? {} : { caFile }),
      ...(replicas === undefined ? {} : { replicas }),
      ...(cluster === undefined ? {} : { cluster }),
      ...(values["nats-import"] ? { isImport: true } : {}),
      ...(values["nats-rebuild"] ? { isRebuild: true } : {}),
    },
  };
}

/** A certificate and its key come together. */
function tls(values: {
  readonly "tls-cert": string | undefined;
  readonly "tls-key": string | undefined;
  readonly "tls-self-signed": readonly string[] | undefined;
}): Pick<ServeOptions, "tls"> {
  const { "tls-cert": certFile, "tls-key": keyFile, "tls-self-signed": names } = values;
  if (certFile === undefined && keyFile === undefined) {
    return names === undefined ? {} : { tls: { names } };
  }
  if (certFile === undefined || keyFile === undefined) {
    const [given, path] = certFile === undefined ? ["key", keyFile] : ["cert", certFile];
    throw new UsageError(
      `--tls-cert and --tls-key belong together: there is only --tls-${given} ${
        excerptIfNeeded(path ?? "")
      }`,
    );
  }
  return { tls: { certFile, keyFile, ...(names === undefined ? {} : { names }) } };
}

/** The files of TLS, read again. */
function reloading(
  options: Pick<ServeOptions, "tls">,
  isAsked: boolean,
): Pick<ServeOptions, "tls"> {
  if (!isAsked) return options;
  if (options.tls === undefined) {
    throw new UsageError(
      "The flag --tls-reload is for a certificate: give --tls-cert and --tls-key, too",
    );
  }
  return { tls: { ...options.tls, reload: true } };
}

/** Where the passwords are. The server's own may also stand in the environment. */
function passwords(
  values: {
    readonly "password-file": string | undefined;
    readonly "operator-password-file": string | undefined;
  },
  readEnv: ReadEnv,
): Pick<ServeOptions, "password" | "passwordFile" | "operatorPasswordFile"> {
  const password = readEnv("CHAT_PASSWORD");
  const passwordFile = values["password-file"];
  const operatorPasswordFile = values["operator-password-file"];
  return {
    ...(password === undefined || password === "" ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(operatorPasswordFile === undefined ? {} : { operatorPasswordFile }),
  };
}

/** Another program is not to blame where a port is named twice. */
function refuseOwnPortTwice(
  { host, port, web, metrics, ...inherited }: {
    readonly host: string;
    readonly port: number;
    readonly "port-fd"?: number | undefined;
    readonly web?: number | undefined;
    readonly "web-fd"?: number | undefined;
    readonly metrics?: MetricsAddress | undefined;
  },
): void {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const isNear = metrics !== undefined && (isEverywhere || metrics.host === host);
  const ports = [
    ["--port", inherited["port-fd"] === undefined ? port : 0],
    ["--web", inherited["web-fd"] === undefined ? web ?? 0 : 0],
    ["--metrics", isNear ? metrics.port : 0],
  ] as const;
  for (const [i, [flag, number]] of ports.entries()) {
    const [other] = ports.slice(i + 1).find((one) => number !== 0 && one[1] === number) ?? [];
    if (other === undefined) continue;
    throw new UsageError(`The flags ${flag} and ${other} name one port, ${number}: choose two`);
  }
}

/** The doors of `src/web`, each loaded only where it is asked for. */
export const DOORS: Doors = {
  async page(options) {
    const { Gateway }: typeof import("../web/gateway.ts") = await import(
      import.meta.resolve("../web/gateway.ts")
    );
    return await Gateway.open(options);
  },
  async metrics(options) {
    const { MetricsServer }: typeof import("../web/metrics.ts") = await import(
      import.meta.resolve("../web/metrics.ts")
    );
    return new MetricsServer(options);
  },
};

/**
 * Runs a server until it is stopped, or shows how to.
 *
 * @param args What stands after `serve`.
 * @returns The exit code.
 * @throws {UsageError} When anything is wrong with the arguments.
 */
export async function serve(args: readonly string[]): Promise<number> {
  const options = parseServe(args, readEnv);
  if (options === undefined) {
    printOut(commandHelp(SERVE));
    return EXIT_OK;
  }
  const { runServer }: typeof import("../server/run.ts") = await import(
    import.meta.resolve("../server/run.ts")
  );
  return await runServer(options, { doors: DOORS });
}
