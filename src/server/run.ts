/**
 * `chat serve`, from checked options to the exit code, and the signals that end it.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import { Failure } from "../failure.ts";
import { formatAddress } from "../net/address.ts";
import { dropPermissions, heldPermissions } from "../permissions.ts";
import { nodeCrypto } from "../node.ts";
import { printTo } from "../print.ts";
import { VERSION } from "../version.ts";
import type { Secret } from "./admission/secret.ts";
import type { TrustedProxies } from "./admission/trusted_proxies.ts";
import { joinInClone } from "../started_as.ts";
import { banner, machineAddresses } from "./banner.ts";
import type { Doors, MetricsDoor, PageDoor } from "./doors.ts";
import { loadIrc } from "./irc_entry.ts";
import { listen, listenForMetrics, type OpenPort } from "./listener.ts";
import { createLogger, type Logger } from "./logger.ts";
import { Readiness } from "./readiness.ts";
import { openStore } from "./open_store.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { OpenClusterOptions } from "./cluster/open.ts";
import type { NatsServeOptions, ServeOptions } from "./options.ts";
import type { ChatServer, MakeOrder } from "./server.ts";
import { onSignal } from "./signals.ts";
import type { TlsDoor } from "./tls/door.ts";
import type { CertificateWatch } from "./tls/watch.ts";
import { logSlowTurns } from "./watchdog.ts";

/** How long the last log lines may take to be written. */
const LOG_FLUSH_MS = 1_000;

/**
 * Serves a room until a signal ends it.
 *
 * @param parts `doors`: open the ports beside the chat port; `order`: makes another order than the
 * local one.
 * @returns The exit code: 0, or 1 when somebody has taken the database away meanwhile.
 * @throws {Failure} When the port, the database or a certificate cannot be opened.
 */
export async function runServer(
  options: ServeOptions,
  parts: { readonly doors: Doors; readonly order?: MakeOrder },
): Promise<number> {
  const logger = createLogger({ format: options.logFormat, level: options.logLevel });
  using _watchdog = options.watchTurns === true ? logSlowTurns(logger) : undefined;
  const secrets = await readSecrets(options, logger);
  const door = await openDoor(options, logger);
  using watch = door?.watch;
  // The ports before the database: where one is taken, no file is made.
  let ports = await openPorts(options);
  // Others have the rooms meanwhile: clients are to go there, and not to wait for this server.
  if (options.nats !== undefined) closePorts(ports);
  const fatal = Promise.withResolvers<string>();
  let cluster: Cluster | undefined;
  const { store, start, close: closeStore } = await openStore({
    ...options,
    lobbyLog: options.nats === undefined ? undefined : async (log) => {
      cluster = await joinCluster(options.nats!, { log, logger, onFatal: fatal.resolve });
      return cluster.logId;
    },
  }, logger);
  const proxies = await openProxies(options);
  const shared = await cluster?.begin(store);
  const makeServer = async (): Promise<ChatServer> => {
    const { ChatServer }: typeof import("./server.ts") = await import(
      import.meta.resolve("./server.ts")
    );
    return start(() =>
      new ChatServer({
        ...options,
        serverName: options.serverName ?? machineName(),
        pagePort: () => ports.page?.addr.port,
        ...secrets,
        order: parts.order,
        cluster,
        store: shared ?? store,
        logger,
        proxies,
      })
    );
  };
  // With a database or with others a start can fail still: then before it says that it listens.
  let server = options.db === undefined && cluster === undefined ? undefined : await makeServer();
  if (cluster !== undefined) {
    await Promise.race([cluster.start(server!), fatal.promise.then(fail)]);
    ports = await openPorts(options);
  }

  const isReloading = options.tls?.reload === true;
  const stopped = new Promise<Deno.Signal>((stop) =>
    onSignal({
      stop,
      abort: () => Deno.exit(1),
      hangUp: () => {
        if (isReloading) watch?.reload();
        else logger.info("nothing to reload", { signal: "SIGHUP", flag: "--tls-reload" });
      },
    })
  );
  const failed = fatal.promise.then((why) => {
    logger.error("cannot go on", { error: why });
    return null;
  });
  const { hostname, port } = ports.chat.addr;
  const host = options.portFd === undefined ? options.host : hostname;
  const addresses = machineAddresses();
  const web = ports.page === null
    ? undefined
    : { port: ports.page.addr.port, names: options.webHosts ?? [], path: options.webPath ?? "" };
  // A script that reads these lines knows what it has started.
  const clone = Deno.stdout.isTerminal() ? joinInClone() : undefined;
  const draw = web !== undefined && Deno.stdout.isTerminal() ? await qrDrawer() : undefined;
  const about = { host, port, addresses, version: VERSION, tls: door?.sign, web, clone, draw };
  const problem = printTo(Deno.stdout, banner(about));
  // A full disk must not keep a server from coming back.
  if (problem !== undefined) logger.warn("no banner", { why: problem });
  logger.info("listening", {
    host,
    port,
    ...(door === null ? {} : { tls: true }),
    ...(web === undefined ? {} : { web: web.port }),
  });
  // Whoever waits for that line need not wait for the two hundred modules that serve a client. Who
  // connects meanwhile waits at the open port, a twentieth of a second.
  server ??= await makeServer();
  const readiness = new Readiness({
    store: shared ?? store,
    elsewhere: server.elsewhere,
    clock: server.clock,
  });
  const whyNotReady = () => readiness.whyNot();
  const metrics = await openMetrics(server, {
    open: parts.doors.metrics,
    listener: ports.metrics,
    watch,
    whyNotReady,
  });
  const page = await openPage(options, server, {
    open: parts.doors.page,
    listener: ports.page,
    door,
    roomPort: port,
    proxies,
    whyNotReady,
  });
  await loadIrc();
  // From here on the program only accepts, reads and writes. It dials NATS again and again, and
  // reads a certificate again where that is asked for.
  dropPermissions({ keepNetwork: cluster !== undefined, keepReading: isReloading });
  logger.debug("permissions", { left: heldPermissions().join(",") || "none" });
  server.serve(ports.chat, door?.toLines);
  // Now, and not when the first client comes.
  nodeCrypto();

  const signal = await Promise.race([stopped, failed]);
  logger.info("stopping", { ...(signal === null ? {} : { signal }), clients: server.connections });
  readiness.stop();
  page?.close();
  await server.shutdown();
  await page?.finished();
  await metrics?.close();
  await cluster?.close();
  const isWhole = closeStore();
  logger.info("stopped");
  await logger.flush(LOG_FLUSH_MS);
  return isWhole && signal !== null ? 0 : 1;
}

/** The name of the machine; `chat` where that may not be known, or is no word. */
function machineName(): string {
  try {
    const name = Deno.hostname();
    return /^[\w.-]{1,63}$/.test(name) ? name : "chat";
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "chat";
    throw error;
  }
}

/** The ports of a server; null where one is not asked for. */
interface Ports {
  readonly chat: OpenPort;
  readonly page: OpenPort | null;
  readonly metrics: OpenPort | null;
}

/** Listens on all ports; on none when it throws. */
async function openPorts(options: ServeOptions): Promise<Ports> {
  const { host, web: port, portFd, webFd, metrics } = options;
  const chat = portFd === undefined ? listen(options) : await inherit(portFd, "--port-fd");
  let page: OpenPort | null = null;
  try {
    if (port !== undefined) {
      page = webFd === undefined
        ? listen({ host, port, flag: "--web" })
        : await inherit(webFd, "--web-fd");
    }
    return { chat, page, metrics: metrics === undefined ? null : listenForMetrics(metrics) };
  } catch (error) {
    closePorts({ chat, page, metrics: null });
    throw error;
  }
}

function closePorts({ chat, page, metrics }: Ports): void {
  for (const port of [chat, page, metrics]) port?.close();
}

/** What takes over a socket is loaded only where one is passed. */
async function inherit(descriptor: number, flag: string): Promise<OpenPort> {
  const { takeOver }: typeof import("./inherited.ts") = await import(
    import.meta.resolve("./inherited.ts")
  );
  return await takeOver(descriptor, flag);
}

async function openPage(
  { webHosts = [], webPath, webOthers = [], maxLineChars }: ServeOptions,
  server: ChatServer,
  { open, listener, door, roomPort, proxies, whyNotReady }: {
    readonly open: Doors["page"];
    readonly listener: OpenPort | null;
    readonly door: TlsDoor | null;
    readonly roomPort: number;
    readonly proxies: TrustedProxies | undefined;
    readonly whyNotReady: () => string | null;
  },
): Promise<PageDoor | null> {
  if (listener === null) return null;
  const { clock, logger } = server;
  return await open({
    listener,
    hasPassword: server.password !== null,
    // Behind a name of the certificate nobody else can be.
    get hosts() {
      return [...webHosts, ...(door?.sign.names ?? []).map((name) => name.toLowerCase())];
    },
    ...(webPath === undefined ? {} : { path: webPath }),
    others: webOthers,
    connect: (conn) => server.connect(conn),
    gate: (conn) => server.gate(conn),
    turns: server.turns,
    roomPort,
    maxLineChars,
    secure: door?.secure,
    proxies,
    whyNotReady,
    clock,
    logger,
  });
}

function fail(why: string): never {
  throw new Failure(why);
}

/** What several servers need is loaded only where there are some. */
async function joinCluster(nats: NatsServeOptions, parts: OpenClusterOptions): Promise<Cluster> {
  const { openCluster }: typeof import("./cluster/open.ts") = await import(
    import.meta.resolve("./cluster/open.ts")
  );
  return await openCluster(nats, parts);
}

/** What TLS needs is loaded only where it is spoken. */
async function openDoor({ tls }: ServeOptions, logger: Logger): Promise<TlsDoor | null> {
  if (tls === undefined) return null;
  const { openTlsDoor }: typeof import("./tls/door.ts") = await import(
    import.meta.resolve("./tls/door.ts")
  );
  return await openTlsDoor(tls, logger);
}

/** What proxies need is loaded only where some are trusted. */
async function openProxies({ trustedProxies }: ServeOptions): Promise<TrustedProxies | undefined> {
  if (trustedProxies === undefined) return undefined;
  const { TrustedProxies }: typeof import("./admission/trusted_proxies.ts") = await import(
    import.meta.resolve("./admission/trusted_proxies.ts")
  );
  return new TrustedProxies(trustedProxies, systemClock);
}

/** Who must know what; undefined: nobody. */
interface Secrets {
  readonly password: Secret | undefined;
  readonly operatorPassword: Secret | undefined;
}

/** The passwords, from files, or the server's from the environment. */
async function readSecrets(
  { password, passwordFile, operatorPasswordFile }: ServeOptions,
  logger: Logger,
): Promise<Secrets> {
  if (password === undefined && passwordFile === undefined && operatorPasswordFile === undefined) {
    return { password: undefined, operatorPassword: undefined };
  }
  const { checkSecret, readSecret, warnIfOthersRead }: typeof import("./admission/secret.ts") =
    await import(import.meta.resolve("./admission/secret.ts"));
  function fromFile(file: string): Secret {
    const secret = readSecret(file);
    warnIfOthersRead(file, "password", logger);
    return secret;
  }
  const typed = password === undefined ? undefined : checkSecret(password, "CHAT_PASSWORD");
  return {
    password: passwordFile === undefined ? typed : fromFile(passwordFile),
    operatorPassword: operatorPasswordFile === undefined
      ? undefined
      : fromFile(operatorPasswordFile),
  };
}

async function openMetrics(
  server: ChatServer,
  { open, listener, watch, whyNotReady }: {
    readonly open: Doors["metrics"];
    readonly listener: OpenPort | null;
    readonly watch: CertificateWatch | undefined;
    readonly whyNotReady: () => string | null;
  },
): Promise<MetricsDoor | null> {
  if (listener === null) return null;
  const { renderMetrics }: typeof import("./metrics.ts") = await import(
    import.meta.resolve("./metrics.ts")
  );
  const { clock, logger, totals } = server;
  const render = () => renderMetrics(server, totals, watch?.identity.to);
  const { hostname, port } = listener.addr;
  logger.info("metrics", { url: `http://${formatAddress(hostname, port)}/metrics` });
  return await open({ listener, render, whyNotReady, clock, logger });
}

/** Draws QR codes that fit into the terminal. */
async function qrDrawer(): Promise<(address: string) => string[]> {
  const { qrRows }: typeof import("../qr_code.ts") = await import(
    import.meta.resolve("../qr_code.ts")
  );
  const { columns } = Deno.consoleSize();
  return (address) => qrRows(address, columns);
}
