/**
 * What a server can do, by name: the list `features` of a welcome. docs/protocol.md says what each
 * of them means.
 *
 * @module
 */

/** What depends on how the server was started. */
export type OptionalFeature = "cluster" | "database" | "operators";

/** The name of something that a server can do. */
export type Feature =
  | OptionalFeature
  | "bots"
  | "direct"
  | "history"
  | "notice"
  | "rooms"
  | "search"
  | "topic"
  | "waits";

/**
 * What a server can do.
 *
 * @param has Which of the optional ones it can do.
 * @returns Their names, sorted; what every server can do is among them.
 */
export function featuresOf(has: Readonly<Record<OptionalFeature, boolean>>): readonly Feature[] {
  const all: Readonly<Record<Feature, boolean>> = {
    ...has,
    bots: true,
    direct: true,
    history: true,
    notice: true,
    rooms: true,
    search: true,
    topic: true,
    waits: true,
  };
  return (Object.keys(all) as Feature[]).filter((feature) => all[feature]).sort();
}
