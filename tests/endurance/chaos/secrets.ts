/**
 * What a server with a password and TLS needs, made for one run and gone afterwards.
 *
 * @module
 */

import { identity } from "../../helpers/tls.ts";

/** See the module. */
export class Secrets implements AsyncDisposable {
  /** The server's password. */
  readonly password = "correct horse battery staple";
  /** File of the certificate, which is its own authority. */
  readonly certificate: string;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.certificate = `${directory}/cert.pem`;
  }

  /** Makes a password file, a key and a certificate. */
  static async make(): Promise<Secrets> {
    const secrets = new Secrets(await Deno.makeTempDir({ prefix: "chat-chaos-" }));
    const { cert, key } = await identity({ names: ["127.0.0.1", "localhost"] });
    await Deno.writeTextFile(secrets.#passwordFile, `${secrets.password}\n`, { mode: 0o600 });
    await Deno.writeTextFile(secrets.#keyFile, key, { mode: 0o600 });
    await Deno.writeTextFile(secrets.certificate, cert);
    return secrets;
  }

  /** Flags for a server whose room has the password. */
  get passwordFlags(): readonly string[] {
    return ["--password-file", this.#passwordFile];
  }

  /** Flags for a server that speaks TLS. */
  get tlsFlags(): readonly string[] {
    return ["--tls-cert", this.certificate, "--tls-key", this.#keyFile];
  }

  /** Takes it all away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }

  get #passwordFile(): string {
    return `${this.#directory}/password`;
  }

  get #keyFile(): string {
    return `${this.#directory}/key.pem`;
  }
}
