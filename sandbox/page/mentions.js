// Mentions while writing: "@Name" and "#channel" are offered, and sent as Discord writes them.

import { isDirect, people, state } from "./state.js";

const OFFERED = 10;

/** Returns what can be mentioned, as `{ text, code }`: what is typed, and what is sent for it; longer names first. */
function mentionable() {
  const named = people().map((one) => ({ text: `@${one.name}`, code: `<@${one.id}>` }));
  const accounts = state.members.map((user) => ({ text: `@${user.username}`, code: `<@${user.id}>` }));
  const roles = isDirect() ? [] : state.roles.map((role) => ({ text: `@${role.name.replace(/^@/, "")}`, code: `<@&${role.id}>` }));
  const channels = state.channels.filter((channel) => !isDirect(channel))
    .map((channel) => ({ text: `#${channel.name}`, code: `<#${channel.id}>` }));
  const all = [...named, ...accounts, ...roles.filter((role) => role.text !== "@everyone"), ...channels];
  // Where a person and a role have the same name, as a bot and its own role do, the person is meant.
  const texts = all.map((one) => one.text.toLowerCase());
  const first = all.filter((one, index) => texts.indexOf(texts[index]) === index);
  return first.sort((one, other) => other.text.length - one.text.length);
}

/** Returns a text as it is sent: with mentions for names of people, roles and channels that stand alone. */
export function encodeMentions(text) {
  const known = mentionable();
  const codes = new Map(known.map((one) => [one.text.toLowerCase(), one.code]));
  const escaped = known.map((one) => one.text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\w<])(?:${escaped.join("|")})(?!\\w)`, "giu");
  return text.replace(pattern, (name) => codes.get(name.toLowerCase()));
}

/** Returns what is offered for the name being typed at the end of `text`: `{ title, from }`, where the name begins. */
export function mentionsFor(text) {
  const typed = /(?:^|\s)([@#][^\n@#]{0,40})$/u.exec(text);
  if (!typed) return [];
  const wanted = typed[1].toLowerCase();
  const found = mentionable().filter((one) => one.text.toLowerCase().startsWith(wanted) && one.text.toLowerCase() !== wanted);
  const from = text.length - typed[1].length;
  return found.map((one) => ({ title: one.text, from })).sort((one, other) => one.title.localeCompare(other.title)).slice(0, OFFERED);
}
