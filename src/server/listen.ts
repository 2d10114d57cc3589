/**
 * Opening the port, with words for everything that can be wrong with it.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { formatAddress } from "../net/address.ts";

/** Where to listen. */
export interface ListenOptions {
  /** Address, without brackets; `0.0.0.0` is all of IPv4, `::` everything. */
  readonly host: string;
  /** 0 to 65535; 0 takes any free one. */
  readonly port: number;
  /** Which flag chooses another port; default `--port`. */
  readonly flag?: string;
}

/**
 * Listens on a TCP port.
 *
 * @throws {Failure} When that cannot be done; the message says why and what to try.
 */
export function listen({ host, port, flag = "--port" }: ListenOptions): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port });
  } catch (error) {
    throw new Failure(
      `Cannot listen on ${formatAddress(host, port)}: ${explain(error, port, flag)}`,
    );
  }
}

function explain(error: unknown, port: number, flag: string): string {
  if (error instanceof Deno.errors.AddrInUse) {
    const other = port < 65_535 ? port + 1 : port - 1;
    return "another program (or another chat) uses that port. Stop it, or choose another port " +
      `with ${flag} PORT, such as ${flag} ${other}.`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine does not have that address. Leave --host out to listen on all of them.";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return port < 1024
      ? `ports below 1024 need special rights. Choose a higher one with ${flag}.`
      : `the system does not allow it. Choose another port with ${flag}.`;
  }
  if (error instanceof Deno.errors.NotCapable) {
    return "the program was started without permission for it. Start it with --allow-net.";
  }
  const message = error instanceof Error ? error.message : String(error);
  return `${message}. Is the value of --host an address or name of this machine?`;
}
