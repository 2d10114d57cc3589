/**
 * The capabilities that an IRC client may ask for with CAP (IRCv3 capability negotiation, 302).
 *
 * @module
 */

import { joinedWords } from "./split.ts";

/** Bytes of the texts of one multiline message. */
export const MULTILINE_MAX_BYTES = 16_000;

/** Lines of one multiline message: those that a message may have (`MAX_TEXT_LINES`). */
export const MULTILINE_MAX_LINES = 40;

/** One row of the table. */
export interface Capability {
  /** As it stands in CAP LS. */
  readonly name: string;
  /** What CAP LS 302 says behind a `=`; default: nothing. */
  readonly value?: string;
  /**
   * Nothing ever comes of it, since there are no accounts and no hosts: clients that ask for all
   * they know in one request must not be refused.
   */
  readonly inert?: true;
}

/** All capabilities, the most wanted first. */
export const CAPABILITIES = [
  { name: "server-time" },
  { name: "message-tags" },
  { name: "batch" },
  { name: "echo-message" },
  { name: "labeled-response" },
  { name: "draft/chathistory" },
  { name: "draft/event-playback" },
  { name: "multi-prefix" },
  { name: "extended-join" },
  { name: "userhost-in-names" },
  { name: "sasl", value: "PLAIN" },
  { name: "away-notify" },
  { name: "invite-notify" },
  { name: "setname" },
  { name: "cap-notify" },
  { name: "draft/read-marker" },
  {
    name: "draft/multiline",
    value: `max-bytes=${MULTILINE_MAX_BYTES},max-lines=${MULTILINE_MAX_LINES}`,
  },
  // The name before and after its ratification.
  { name: "no-implicit-names" },
  { name: "draft/no-implicit-names" },
  { name: "standard-replies" },
  { name: "extended-monitor" },
  { name: "account-notify", inert: true },
  { name: "account-tag", inert: true },
  { name: "chghost", inert: true },
] as const satisfies readonly Capability[];

/** The name of a capability. */
export type CapabilityName = typeof CAPABILITIES[number]["name"];

/** What a client has asked for. */
export type Capabilities = ReadonlySet<CapabilityName>;

/**
 * The texts of the answers to CAP LS.
 *
 * @param maxBytes What each may have in UTF-8.
 * @param version What the client has named behind LS; 0 for nothing.
 * @returns From 302 on with values, and in as many texts as it takes. Clients before that know
 * neither values nor more than one answer: what does not fit is left out.
 */
export function capabilityList(maxBytes: number, version: number): readonly string[] {
  if (version >= 302) {
    return joinedWords(CAPABILITIES.map((row: Capability) => withValue(row)), maxBytes);
  }
  return joinedWords(CAPABILITIES.map(({ name }) => name), maxBytes).slice(0, 1);
}

function withValue({ name, value }: Capability): string {
  return value === undefined ? name : `${name}=${value}`;
}

/**
 * What a CAP REQ makes of a client's capabilities.
 *
 * @param request Names, with a `-` before those to give up.
 * @param current What the client has.
 * @returns What it has from now on; null where a name is not in the table, and then none of the
 * request counts (CAP NAK).
 */
export function requestCapabilities(request: string, current: Capabilities): Capabilities | null {
  const result = new Set(current);
  for (const word of request.split(" ").filter((word) => word !== "")) {
    const name = word.replace(/^-/, "");
    if (!isCapability(name)) return null;
    if (word === name) result.add(name);
    else result.delete(name);
  }
  return result;
}

/** Whether a word is the name of a capability; case matters. */
function isCapability(word: string): word is CapabilityName {
  return CAPABILITIES.some(({ name }) => name === word);
}
