/**
 * The proxies that people put before a server, run with the configuration that the documentation
 * shows: nginx, HAProxy and Caddy. To the server, nginx and HAProxy come from 127.0.0.2, and their
 * clients from 127.0.0.1. Linux only: elsewhere the second address must be set up first. Debian's
 * Caddy (2.6) cannot choose where it comes from.
 *
 * @module
 */

import { freePort } from "./nats.ts";
import { isFile, needs, NGINX_STREAM } from "./proc.ts";
import { Program } from "./program.ts";
import { identity } from "./tls.ts";
import { until } from "./wait.ts";

/** Where a proxy comes from. */
export const PROXY_ADDRESS = "127.0.0.2";

/** Where the server is that a proxy is for. */
export interface Behind {
  /** Its chat port. */
  readonly port: number;
  /** The port of its page. */
  readonly web: number;
}

/** A proxy that runs. */
export class RunningProxy implements AsyncDisposable {
  /** For clients of the chat port. */
  readonly chat: number = freePort();
  /** For browsers, over TLS but with Caddy. */
  readonly web: number = freePort();
  readonly #directory: string = Deno.makeTempDirSync({ prefix: "chat-proxy-" });
  #program: Program | null = null;
  #cert = "";

  private constructor() {}

  /** nginx, with this `stream` and this `http` block. */
  static nginx(config: string, server: Behind): Promise<RunningProxy> {
    return RunningProxy.#start(async (proxy) => {
      const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `${name}_temp_path ${proxy.#path(name)};`).join("\n");
      await proxy.#certificate("chat.crt", "chat.key");
      const lines = [
        isFile(NGINX_STREAM) ? `load_module ${NGINX_STREAM};` : "",
        `pid ${proxy.#path("pid")}; daemon off; master_process off; events {}`,
        proxy.#local(config, server)
          .replace("http {", `http {\naccess_log off; proxy_bind ${PROXY_ADDRESS};\n${places}`)
          .replace("stream {", `stream {\nproxy_bind ${PROXY_ADDRESS};`),
      ];
      const file = proxy.#write("nginx.conf", lines.join("\n"));
      return ["nginx", "-e", "stderr", "-p", proxy.#directory, "-c", file];
    });
  }

  /** HAProxy, with this configuration. */
  static haproxy(config: string, server: Behind): Promise<RunningProxy> {
    return RunningProxy.#start(async (proxy) => {
      await proxy.#certificate("chat.pem", "chat.pem");
      const text = proxy.#local(config, server)
        .replaceAll(/^( +server .*)$/gm, `$1 source ${PROXY_ADDRESS}`)
        .replace("/etc/haproxy/", `${proxy.#directory}/`);
      return ["haproxy", "-db", "-f", proxy.#write("haproxy.cfg", text)];
    });
  }

  /** Caddy, with this site, without TLS: it would ask an authority for a certificate. */
  static caddy(config: string, server: Behind): Promise<RunningProxy> {
    return RunningProxy.#start((proxy) => {
      const text = proxy.#local(config, server)
        .replace("chat.example.org", `http://127.0.0.1:${proxy.web}`);
      const file = proxy.#write("Caddyfile", `{\nadmin off\nauto_https off\n}\n${text}`);
      return Promise.resolve(["caddy", "run", "--adapter", "caddyfile", "--config", file]);
    });
  }

  /** Connects as a browser would. */
  connect(): Promise<Deno.Conn> {
    const address = { hostname: "127.0.0.1", port: this.web };
    if (this.#cert === "") return Deno.connect(address);
    return Deno.connectTls({ ...address, caCerts: [this.#cert] });
  }

  static async #start(
    prepare: (proxy: RunningProxy) => Promise<readonly string[]>,
  ): Promise<RunningProxy> {
    const proxy = new RunningProxy();
    try {
      const command = await prepare(proxy);
      const env = { XDG_DATA_HOME: proxy.#directory, XDG_CONFIG_HOME: proxy.#directory };
      const program = new Program(command, { stdin: false, env });
      proxy.#program = program;
      let code: number | undefined;
      void program.ended.then((outcome) => code = outcome.code);
      await until(async () => {
        if (code !== undefined) throw new Error(`${command[0]}: ${program.stderr.text}`);
        return await answers(proxy.web);
      }, `${command[0]} to listen`);
      return proxy;
    } catch (error) {
      await proxy[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** On the loopback instead of the ports and addresses of the documentation. */
  #local(config: string, { port, web }: Behind): string {
    return config
      .replaceAll("10.0.0.3:5001", `127.0.0.1:${port}`)
      .replaceAll("10.0.0.3:8080", `127.0.0.1:${web}`)
      .replace(/^( +(?:bind|listen) ):?5001\b/m, `$1127.0.0.1:${this.chat}`)
      .replace(/^( +(?:bind|listen) ):?443\b/m, `$1127.0.0.1:${this.web}`);
  }

  async #certificate(certFile: string, keyFile: string): Promise<void> {
    const { cert, key } = await identity();
    this.#cert = cert;
    if (certFile === keyFile) return void this.#write(certFile, cert + key);
    this.#write(certFile, cert);
    this.#write(keyFile, key);
  }

  #write(name: string, text: string): string {
    Deno.writeTextFileSync(this.#path(name), text);
    return this.#path(name);
  }

  #path(name: string): string {
    return `${this.#directory}/${name}`;
  }

  /** Ends it, and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Whether nginx is here with what it needs for the chat port; says loudly when not. */
export async function needsNginx(): Promise<boolean> {
  return await needs("linux", "nginx", "nginx stream");
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
