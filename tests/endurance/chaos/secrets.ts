/**
 * What a server with a password and TLS needs, made for one run and gone afterwards.
 *
 * @module
 */

/** See the module. */
export class Secrets implements AsyncDisposable {
  /** The room's password. */
  readonly password = "correct horse battery staple";
  /** The certificate, which is its own authority. */
  readonly certificate: string;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.certificate = `${directory}/cert.pem`;
  }

  /** Makes a password file, and with `openssl` a key and a certificate; null without `openssl`. */
  static async make(): Promise<Secrets | null> {
    const secrets = new Secrets(await Deno.makeTempDir({ prefix: "chat-chaos-" }));
    await Deno.writeTextFile(secrets.#passwordFile, `${secrets.password}\n`, { mode: 0o600 });
    try {
      const { success } = await new Deno.Command("openssl", {
        args: [
          ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
          ...["-nodes", "-days", "2", "-subj", "/CN=chat", "-keyout", secrets.#keyFile],
          ...["-out", secrets.certificate, "-addext", "basicConstraints=critical,CA:FALSE"],
          ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        ],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return secrets;
    } catch {
      // There is no openssl.
    }
    await secrets[Symbol.asyncDispose]();
    return null;
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
