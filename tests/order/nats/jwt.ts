/**
 * Operator, account and user of NATS as JWTs, which `nsc` makes otherwise.
 *
 * @module
 */

import { nkeys } from "@nats-io/nats-core";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const base64url = { alphabet: "base64url", omitPadding: true } as const;

interface KeyPair {
  getPublicKey(): string;
  sign(input: Uint8Array): Uint8Array;
}

/** What a nats-server and its user need. */
export interface JwtSetup {
  /** For the server's configuration. */
  readonly config: string;
  /** Contents of the user's credentials file. */
  readonly credentials: string;
}

/** Makes new ones. */
export function makeJwts(): JwtSetup {
  const operator = nkeys.createOperator();
  const system = nkeys.createAccount();
  const account = nkeys.createAccount();
  const user = nkeys.createUser();
  const limits = {
    ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true },
    ...{ conn: -1, leaf: -1 },
  };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const operatorJwt = encode(operator, operator, {
    name: "lab",
    nats: { type: "operator", version: 2, system_account: system.getPublicKey() },
  });
  const systemJwt = encode(operator, system, {
    name: "SYS",
    nats: { type: "account", version: 2, limits },
  });
  const accountJwt = encode(operator, account, {
    name: "chat",
    nats: { type: "account", version: 2, limits: { ...limits, ...storage } },
  });
  const userJwt = encode(account, user, {
    name: "server",
    nats: { type: "user", version: 2, subs: -1, data: -1, payload: -1, pub: {}, sub: {} },
  });
  return {
    config: `operator: ${operatorJwt}
      system_account: ${system.getPublicKey()}
      resolver: MEMORY
      resolver_preload: {
        ${system.getPublicKey()}: ${systemJwt}
        ${account.getPublicKey()}: ${accountJwt}
      }`,
    credentials: `-----BEGIN NATS USER JWT-----\n${userJwt}\n------END NATS USER JWT------\n\n` +
      "************************* IMPORTANT *************************\n\n" +
      `-----BEGIN USER NKEY SEED-----\n${decoder.decode(user.getSeed())}\n` +
      "------END USER NKEY SEED------\n",
  };
}

function encode(issuer: KeyPair, subject: KeyPair, claims: Record<string, unknown>): string {
  const header = part({ typ: "JWT", alg: "ed25519-nkey" });
  const body = part({
    jti: crypto.randomUUID(),
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    ...claims,
  });
  const signature = issuer.sign(encoder.encode(`${header}.${body}`));
  return `${header}.${body}.${new Uint8Array(signature).toBase64(base64url)}`;
}

function part(value: unknown): string {
  return encoder.encode(JSON.stringify(value)).toBase64(base64url);
}
