/**
 * What a real IRC client, `irc-framework`, is told of the people on the server, whichever way they
 * are here.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { FrameworkClient } from "../helpers/irc_framework.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";

Deno.test("An IRC client lists the people of a channel, and asks who somebody is", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await FrameworkClient.join(server.port, "ada");
  await using eve = await FrameworkClient.join(server.port, "eve");
  await ada.enter("#ops");
  await eve.enter("#ops");
  eve.irc.raw("AWAY :lunch");
  eve.irc.raw("MODE eve +B");
  await eve.next("away", ({ message }) => message !== undefined);
  await ada.next("away", ({ nick, message }) => nick === "eve" && message === "lunch");

  ada.irc.who("#ops");
  const { users } = await ada.next("wholist");
  const rows = users!.map(({ nick, away, bot, real_name }) => [nick, away, bot, real_name]);
  assertEquals(rows, [["ada", false, false, "ada"], ["eve", true, true, "eve"]]);
  assertEquals(users![0]!.channel_modes, ["o"]);

  ada.irc.whois("eve");
  const whois = await ada.next("whois", ({ nick }) => nick === "eve");
  assertEquals([whois.real_name, whois.channels, whois.away], ["eve", "#ops", "lunch"]);
  assertMatch(whois.bot!, /bot/);
  assertMatch(whois.idle!, /^\d+$/);
  ada.irc.whois("bob");
  const plain = await ada.next("whois", ({ nick }) => nick === "bob");
  assertEquals([plain.real_name, plain.channels], ["bob", "#lobby"]);
  assertEquals(bob.seen.filter((line) => line.includes("eve")), []);
});

Deno.test("An IRC client watches people of all dialects come and go, and is asked into a channel", async () => {
  await using server = await startServer();
  await using ada = await FrameworkClient.join(server.port, "ada", {
    capabilities: ["extended-monitor", "away-notify", "setname"],
  });
  for (const name of ["bob", "eve", "mia"]) ada.irc.addMonitor(name);
  await ada.next("users offline", ({ nicks }) => nicks?.includes("mia") === true);
  await using bob = await PlainClient.join(server.port, "bob");
  await ada.next("users online", ({ nicks }) => nicks?.includes("bob") === true);
  const { client: eve } = await JsonClient.join(server.port, "eve");
  await using _eve = eve;
  await ada.next("users online", ({ nicks }) => nicks?.includes("eve") === true);
  await bob.say("/nick robert");
  await ada.next("users offline", ({ nicks }) => nicks?.includes("bob") === true);

  await using mia = await FrameworkClient.join(server.port, "mia");
  await ada.next("users online", ({ nicks }) => nicks?.includes("mia") === true);
  mia.irc.raw("AWAY :lunch");
  await ada.next("away", ({ nick, message }) => nick === "mia" && message === "lunch");
  mia.irc.raw("SETNAME :Mia the second");
  await ada.next("user updated", ({ new_gecos }) => new_gecos === "Mia the second");
  mia.irc.raw("AWAY");
  await ada.next("back", ({ nick }) => nick === "mia");
  await mia.enter("#den");
  mia.irc.raw("INVITE ada #den");
  const invitation = await ada.next("invite");
  assertEquals([invitation.nick, invitation.channel], ["mia", "#den"]);
  mia.irc.raw("INVITE robert #den");
  await bob.expect(/mia invites you to #den/);
});
