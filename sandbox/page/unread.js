// Which channels have messages that the member has not seen: kept in the browser, for each member.

import { member, state } from "./state.js";

const key = `read:${member}`;

function known() {
  return JSON.parse(localStorage.getItem(key) || "null");
}

function remember(read) {
  localStorage.setItem(key, JSON.stringify(read));
}

/** Takes note of the channels as the sandbox told them; the one that is shown is read, and all are at the first visit. */
export function readChannels() {
  const before = known();
  const here = state.channels.filter((channel) => !before || channel.id === state.channel.id);
  remember({ ...before, ...Object.fromEntries(here.map((channel) => [channel.id, channel.last_message_id])) });
}

/** Takes note of a message in the channel that is shown. */
export function readMessage(message) {
  remember({ ...known(), [state.channel.id]: message.id });
}

/** Takes note of a message in another channel. */
export function noteUnread(channelId, messageId) {
  const channel = state.channels.find((one) => one.id === channelId);
  if (channel) channel.last_message_id = messageId;
}

export function isUnread(channel) {
  const read = known()?.[channel.id] ?? 0; // ids grow with time, and what was read last may be deleted by now
  return channel.id !== state.channel.id && BigInt(channel.last_message_id ?? 0) > BigInt(read);
}
