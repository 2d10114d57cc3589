/**
 * The numeric replies of IRC, in one table: no handler writes a number by hand. Names are those of
 * RFC 2812, modern.ircdocs.horse and IRCv3.
 *
 * @module
 */

import type { IrcLine } from "./message.ts";

/** One row of the table. */
export interface Numeric {
  /** Three digits. */
  readonly code: string;
  /** The text at its end, where it is always the same; a handler may give another. */
  readonly text?: string;
}

/**
 * All that the server sends. The comments give the words between the receiver's nick and the text;
 * `text` stands for one that the handler gives.
 */
export const NUMERICS = {
  RPL_WELCOME: { code: "001" }, // text
  RPL_YOURHOST: { code: "002" }, // text
  RPL_CREATED: { code: "003" }, // text
  RPL_MYINFO: { code: "004" }, // server version user-modes channel-modes modes-with-parameter
  RPL_ISUPPORT: { code: "005", text: "are supported by this server" }, // up to 13 tokens
  RPL_UMODEIS: { code: "221" }, // +modes
  RPL_LUSERCLIENT: { code: "251" }, // text
  RPL_LUSEROP: { code: "252", text: "operators online" }, // count
  RPL_LUSERUNKNOWN: { code: "253", text: "connections that have not registered" }, // count
  RPL_LUSERCHANNELS: { code: "254", text: "channels" }, // count
  RPL_LUSERME: { code: "255" }, // text
  RPL_LOCALUSERS: { code: "265" }, // count max text
  RPL_GLOBALUSERS: { code: "266" }, // count max text
  RPL_AWAY: { code: "301" }, // nick text
  RPL_USERHOST: { code: "302" }, // text
  RPL_ISON: { code: "303" }, // text
  RPL_UNAWAY: { code: "305", text: "You are no longer marked as being away" },
  RPL_NOWAWAY: { code: "306", text: "You have been marked as being away" },
  RPL_WHOISUSER: { code: "311" }, // nick user host * text
  RPL_WHOISSERVER: { code: "312" }, // nick server text
  RPL_WHOISOPERATOR: { code: "313", text: "is an operator" }, // nick
  RPL_WHOWASUSER: { code: "314" }, // nick user host * text
  RPL_ENDOFWHO: { code: "315", text: "End of WHO list" }, // mask
  RPL_WHOISIDLE: { code: "317", text: "seconds idle, signon time" }, // nick idle signon
  RPL_ENDOFWHOIS: { code: "318", text: "End of WHOIS list" }, // nick
  RPL_WHOISCHANNELS: { code: "319" }, // nick text
  RPL_LISTSTART: { code: "321", text: "Users  Name" }, // Channel
  RPL_LIST: { code: "322" }, // channel count text
  RPL_LISTEND: { code: "323", text: "End of LIST" },
  RPL_CHANNELMODEIS: { code: "324" }, // channel +modes parameters
  RPL_CREATIONTIME: { code: "329" }, // channel unix-time
  RPL_NOTOPIC: { code: "331", text: "No topic is set" }, // channel
  RPL_TOPIC: { code: "332" }, // channel text
  RPL_TOPICWHOTIME: { code: "333" }, // channel nick unix-time
  RPL_WHOISBOT: { code: "335", text: "is a bot" }, // nick
  RPL_INVITELIST: { code: "336" }, // channel
  RPL_ENDOFINVITELIST: { code: "337", text: "End of INVITE list" },
  RPL_INVITING: { code: "341" }, // nick channel
  RPL_VERSION: { code: "351" }, // version server text
  RPL_WHOREPLY: { code: "352" }, // channel user host server nick flags text
  RPL_NAMREPLY: { code: "353" }, // =|@ channel text
  RPL_WHOSPCRPL: { code: "354" }, // the fields that were asked for
  RPL_ENDOFLINKS: { code: "365", text: "End of LINKS list" }, // mask
  RPL_ENDOFNAMES: { code: "366", text: "End of NAMES list" }, // channel
  RPL_BANLIST: { code: "367" }, // channel mask nick unix-time
  RPL_ENDOFBANLIST: { code: "368", text: "End of channel ban list" }, // channel
  RPL_ENDOFWHOWAS: { code: "369", text: "End of WHOWAS list" }, // nick
  RPL_INFO: { code: "371" }, // text
  RPL_MOTD: { code: "372" }, // text
  RPL_ENDOFINFO: { code: "374", text: "End of INFO list" },
  RPL_MOTDSTART: { code: "375" }, // text
  RPL_ENDOFMOTD: { code: "376", text: "End of MOTD command" },
  RPL_YOUREOPER: { code: "381", text: "You are now an operator" },
  RPL_TIME: { code: "391" }, // server text
  ERR_NOSUCHNICK: { code: "401", text: "No such nick or channel" }, // nick
  ERR_NOSUCHSERVER: { code: "402", text: "No such server" }, // server
  ERR_NOSUCHCHANNEL: { code: "403", text: "No such channel" }, // channel
  ERR_CANNOTSENDTOCHAN: { code: "404", text: "Cannot send to channel" }, // channel
  ERR_TOOMANYCHANNELS: { code: "405", text: "You are in too many channels" }, // channel
  ERR_WASNOSUCHNICK: { code: "406", text: "There was no such nick" }, // nick
  ERR_TOOMANYTARGETS: { code: "407", text: "Too many targets: send to one at a time" }, // target
  ERR_NOORIGIN: { code: "409", text: "No origin specified" },
  ERR_INVALIDCAPCMD: { code: "410", text: "Invalid CAP command" }, // subcommand
  ERR_NORECIPIENT: { code: "411", text: "No recipient given" },
  ERR_NOTEXTTOSEND: { code: "412", text: "No text to send" },
  ERR_INPUTTOOLONG: { code: "417", text: "Input line was too long: at most 510 bytes" },
  ERR_UNKNOWNCOMMAND: { code: "421", text: "Unknown command" }, // command
  ERR_NOMOTD: { code: "422", text: "There is no message of the day" },
  ERR_NONICKNAMEGIVEN: { code: "431", text: "No nickname given" },
  ERR_ERRONEUSNICKNAME: { code: "432", text: "Erroneous nickname" }, // nick
  ERR_NICKNAMEINUSE: { code: "433", text: "Nickname is already in use" }, // nick
  ERR_USERNOTINCHANNEL: { code: "441", text: "They are not on that channel" }, // nick channel
  ERR_NOTONCHANNEL: { code: "442", text: "You are not on that channel" }, // channel
  ERR_USERONCHANNEL: { code: "443", text: "is already on channel" }, // nick channel
  ERR_NOTREGISTERED: { code: "451", text: "You have not registered: send NICK and USER first" },
  ERR_NEEDMOREPARAMS: { code: "461", text: "Not enough parameters" }, // command
  ERR_ALREADYREGISTERED: { code: "462", text: "You may not register again" },
  ERR_PASSWDMISMATCH: { code: "464", text: "Password incorrect" },
  ERR_YOUREBANNEDCREEP: { code: "465", text: "You are banned from this server" },
  ERR_UNKNOWNMODE: { code: "472", text: "is an unknown mode" }, // char
  ERR_INVITEONLYCHAN: { code: "473", text: "Cannot join channel: it is invite-only" }, // channel
  ERR_BANNEDFROMCHAN: { code: "474", text: "Cannot join channel: you are banned" }, // channel
  ERR_BADCHANNELKEY: { code: "475", text: "Cannot join channel: wrong key" }, // channel
  ERR_NOPRIVILEGES: { code: "481", text: "Only operators may do that: use OPER first" },
  ERR_CHANOPRIVSNEEDED: { code: "482", text: "Only the keeper may do that" }, // channel
  ERR_UMODEUNKNOWNFLAG: { code: "501", text: "Unknown MODE flag" },
  ERR_USERSDONTMATCH: { code: "502", text: "You cannot change the modes of others" },
  ERR_HELPNOTFOUND: { code: "524", text: "There is no help on that" }, // topic
  ERR_INVALIDMODEPARAM: { code: "696" }, // channel char parameter text
  RPL_HELPSTART: { code: "704" }, // topic text
  RPL_HELPTXT: { code: "705" }, // topic text
  RPL_ENDOFHELP: { code: "706", text: "End of HELP" }, // topic
  RPL_MONONLINE: { code: "730" }, // text
  RPL_MONOFFLINE: { code: "731" }, // text
  RPL_MONLIST: { code: "732" }, // text
  RPL_ENDOFMONLIST: { code: "733", text: "End of MONITOR list" },
  ERR_MONLISTFULL: { code: "734", text: "The MONITOR list is full" }, // limit targets
  RPL_LOGGEDIN: { code: "900" }, // mask account text
  RPL_SASLSUCCESS: { code: "903", text: "SASL authentication successful" },
  ERR_SASLFAIL: { code: "904", text: "SASL authentication failed" },
  ERR_SASLTOOLONG: { code: "905", text: "SASL message too long" },
  ERR_SASLABORTED: { code: "906", text: "SASL authentication aborted" },
  ERR_SASLALREADY: { code: "907", text: "You have already authenticated" },
  RPL_SASLMECHS: { code: "908", text: "are the available SASL mechanisms" }, // mechanisms
} as const satisfies Readonly<Record<string, Numeric>>;

/** The name of a numeric reply. */
export type NumericName = keyof typeof NUMERICS;

/** Who a numeric reply is from and to. */
export interface NumericEnds {
  /** The server's name. */
  readonly server: string;
  /** The receiver's nick; `*` before there is one. */
  readonly nick: string;
}

/**
 * A numeric reply as a line.
 *
 * @param name Which one.
 * @param ends See {@linkcode NumericEnds}.
 * @param words What stands between the nick and the text; default: nothing.
 * @param text The last parameter; default: that of the table, or none where it has none.
 */
export function numeric(
  name: NumericName,
  { server, nick }: NumericEnds,
  words: readonly string[] = [],
  text: string | undefined = (NUMERICS[name] as Numeric).text,
): IrcLine {
  const line = { source: server, command: NUMERICS[name].code, words: [nick, ...words] };
  return text === undefined ? line : { ...line, text };
}
