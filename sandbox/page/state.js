// What the page knows: who looks, where (both kept in the address), and what the sandbox told of it.

import { displayName } from "./elements.js";

/** The name of the member whose eyes the page looks through. */
export const member = new URLSearchParams(location.search).get("member") || "alice";

/** The answer to /control/state; null until the first one came. */
export let state = null;

export function setState(told) {
  state = told;
}

/** Returns the id of the channel in the address, or null for the first one. */
export function wantedChannel() {
  return new URLSearchParams(location.search).get("channel");
}

/** Returns the page's address for a member and a channel. */
export function addressOf(memberName, channelId) {
  const query = new URLSearchParams({ member: memberName });
  if (channelId) query.set("channel", channelId);
  return `?${query}`;
}

/** Takes a channel that is not there (any more) out of the address. */
export function forgetChannel() {
  history.replaceState(null, "", addressOf(member, null));
}

export function isDirect(channel = state.channel) {
  return channel.type === "dm";
}

/** Returns who can be mentioned or chosen, as `{ id, name }`: the members and the bot. */
export function people() {
  const bot = { id: state.bot.id, name: state.bot.name };
  return [...state.members.map((user) => ({ id: user.id, name: displayName(user) })), bot];
}

/** Returns names by the ids of people, roles and channels. */
export function names() {
  const known = [{ id: state.application.id, name: state.application.name }, ...people(), ...state.roles, ...state.channels];
  return Object.fromEntries(known.map((one) => [one.id, one.name]));
}
