/**
 * What HELP says of each command of IRC, in one table.
 *
 * @module
 */

/** What HELP says of a command. */
export interface IrcHelp {
  /** What stands behind the command; empty: nothing. */
  readonly usage: string;
  /** One line. */
  readonly help: string;
}

const HELP: Readonly<Record<string, readonly [usage: string, help: string]>> = {
  ANNOUNCE: ["text", "Tells everybody something, in all rooms; for operators"],
  AUDIT: ["[page]", "Lists what operators and keepers have done; for operators"],
  AUTHENTICATE: ["PLAIN|base64|*", "Gives a password of your own, before you come in"],
  AWAY: ["[:reason]", "Says that you are away, or back"],
  BAN: ["name|address [time] [reason]", "Keeps somebody out; for operators"],
  BANS: ["[page]", "Lists who is kept out; for operators"],
  BATCH: ["+ID draft/multiline target", "Begins a message of several lines; BATCH -ID ends it"],
  CAP: ["LS|LIST|REQ|END [:capabilities]", "Lists or asks for capabilities"],
  CHATHISTORY: ["LATEST|BEFORE|AFTER|AROUND|BETWEEN|TARGETS ...", "Shows what was said before"],
  ERASE: ["[#channel] number|name", "Takes away what was said, for good; for operators"],
  HELP: ["[command]", "Lists the commands, or tells more of one"],
  INFO: ["", "Tells about the server"],
  INVITE: ["[name #channel]", "Asks somebody into a channel, or lists where you are invited"],
  ISON: ["name ...", "Tells which of these people are here"],
  JOIN: ["#channel[,#channel] [key[,key]]", "Joins channels, and makes those that do not exist"],
  KICK: ["#channel name[,name] [:reason]", "Removes people from a channel that you keep"],
  KILL: ["name [:reason]", "Removes somebody from the server; for operators"],
  LINKS: ["", "Lists the servers that this one is linked to: none"],
  LIST: ["[#channel|mask|!mask|<n|>n[,...]]", "Lists channels by name and number of people"],
  LUSERS: ["", "Counts people, operators and channels"],
  MARKREAD: ["#channel|name [timestamp=...]", "Tells or sets how far you have read"],
  MODE: ["#channel|name [modes [parameters]]", "Tells or changes modes"],
  MONITOR: ["+|-|C|L|S [name[,name]]", "Tells you when people come and go"],
  MOTD: ["", "Shows the message of the day"],
  MUTE: ["name|address[/bits] [time]", "Keeps somebody from speaking; for operators"],
  NAMES: ["#channel[,#channel]", "Lists who is in channels"],
  NICK: ["name", "Changes your name"],
  NOTICE: ["#channel|name[,...] :text", "Sends a message that no program answers"],
  OPER: ["name password", "Makes you an operator; the name is any"],
  PART: ["#channel[,#channel] [:reason]", "Leaves channels"],
  PASS: ["password", "Gives the server's password, before NICK and USER"],
  PING: ["token", "Is answered with PONG"],
  PONG: ["token", "Answers a PING of the server"],
  PRIVMSG: ["#channel|name[,...] :text", "Sends a message"],
  QUIT: ["[:reason]", "Leaves the server"],
  SEARCH: ["words", "Searches your rooms"],
  SETNAME: [":name", "Changes what you call yourself"],
  TAGMSG: ["#channel|name", "Is dropped: tags of clients go nowhere"],
  TIME: ["", "Tells the server's time"],
  TOP: ["", "Lists all connections; for operators"],
  TOPIC: ["#channel [:text]", "Tells or sets what a channel is about"],
  UNBAN: ["name|address", "Lets somebody in again; for operators"],
  UNMUTE: ["name|address[/bits]", "Lets somebody speak again; for operators"],
  USER: ["user 0 * :name", "Says what you call yourself, once, before you come in"],
  USERHOST: ["name ...", "Tells which of up to 5 people are here, and whether they are away"],
  VERSION: ["", "Tells the version and the rules of the server"],
  WALLOPS: [":text", "Tells those with mode +w something; for operators"],
  WHO: ["#channel|name|mask [o] [%fields[,token]]", "Lists people with their flags"],
  WHOIS: ["name", "Tells what there is to know of somebody"],
  WHOWAS: ["name [count]", "Tells who had a name that nobody has now"],
};

/** The commands that there is help on, sorted. */
export const HELP_TOPICS: readonly string[] = Object.keys(HELP);

/** What HELP says of a command in upper case; undefined: nothing. */
export function helpOn(topic: string): IrcHelp | undefined {
  if (!Object.hasOwn(HELP, topic)) return undefined;
  const [usage, help] = HELP[topic]!;
  return { usage, help };
}
