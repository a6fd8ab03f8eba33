// The channels, the direct messages with the bot, and whose eyes the page looks through.

import { get } from "./control.js";
import { avatar, displayName, make } from "./elements.js";
import { attempt } from "./problem.js";
import { addressOf, isDirect, member, state } from "./state.js";
import { isUnread } from "./unread.js";

const byId = (id) => document.getElementById(id);

/** Shows the server's channels, the direct messages, and the member picker. */
export function showSidebar() {
  byId("guild-name").textContent = state.guild.name;
  byId("servers").replaceChildren(...state.guilds.map(serverItem));
  byId("channels").replaceChildren(...state.channels.filter((channel) => !isDirect(channel)).map(channelItem));
  byId("directs").replaceChildren(...state.channels.filter((channel) => isDirect(channel)).map(channelItem));
  byId("my-avatar").replaceWith(Object.assign(avatar(state.me, "small"), { id: "my-avatar" }));
  const options = state.members.map((one) => make("option", { value: one.name, selected: one.name === member, text: nameWithPart(one) }));
  byId("member").replaceChildren(...options);
}

/** Returns a member's name with what they are: the owner, or by their roles. */
function nameWithPart(one) {
  const roles = state.roles.filter((role) => one.roles.includes(role.id)).map((role) => role.name);
  const parts = one.id === state.guild.owner_id ? ["Owner", ...roles] : roles;
  return [displayName(one), ...parts].join(" · ");
}

function serverItem(guild) {
  const current = guild.id === state.guild.id;
  const initials = guild.name.split(/\s+/).map((word) => word[0]).join("").slice(0, 3);
  const link = make("a", {
    class: "server", href: addressOf(member, guild.channel), title: guild.name, "aria-label": guild.name, "aria-current": current ? "true" : undefined,
  }, initials);
  return make("li", {}, link);
}

function channelItem(channel) {
  const current = channel.id === state.channel.id;
  const mark = isDirect(channel)
    ? avatar({ id: state.bot.id, username: channel.name, bot: true }, "small")
    : make("span", { class: "hash", "aria-hidden": "true", text: "#" });
  const unread = isUnread(channel) ? make("span", { class: "unseen", text: " (unread)" }) : null;
  const link = make("a", { href: addressOf(member, channel.id), "aria-current": current ? "page" : undefined }, mark, channel.name, unread);
  return make("li", { class: unread ? "unread" : "" }, link);
}

/** Takes what is chosen in the sidebar. */
export function listenToSidebar() {
  byId("member").addEventListener("change", (event) => attempt(() => lookAs(event.target.value)));
  byId("open-sidebar").addEventListener("click", () => showDrawer(!document.body.classList.contains("drawer")));
  addEventListener("keydown", (event) => { if (event.key === "Escape") showDrawer(false); });
  addEventListener("pointerdown", (event) => { if (!event.target.closest(".sidebar, .rail, #open-sidebar")) showDrawer(false); });
}

function showDrawer(shown) {
  document.body.classList.toggle("drawer", shown);
  byId("open-sidebar").setAttribute("aria-expanded", String(shown));
}

/** Goes to the same channel as another member; from direct messages to theirs, which have another id. */
async function lookAs(name) {
  if (!isDirect()) return location.assign(addressOf(name, state.channel.id));
  const theirs = await get(`state?${new URLSearchParams({ member: name })}`);
  return location.assign(addressOf(name, theirs.channels.find(isDirect).id));
}
