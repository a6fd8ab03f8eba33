// One message of the channel as an element.

import { components } from "./components.js";
import { avatar, displayName, icon, make } from "./elements.js";
import { embed } from "./embed.js";
import { markdown } from "./markdown.js";
import { attachments } from "./media.js";
import { canReply, quoteLine } from "./reply.js";

const LOADING = 1 << 7;
const COMPONENTS_V2 = 1 << 15;
const CHAT_INPUT_COMMAND = 20;

/**
 * Returns a list item for a message.
 *
 * `context`: `names` by id, `me` (the viewer's id), `onuse(message, customId, values, element)`, `onreply(message)`,
 * `onmenu(message, x, y, opener)`, `ondismiss(message)`.
 */
export function messageElement(message, context) {
  const body = make("div", { class: "body" }, heading(message), ...content(message, context));
  if (message.ephemeral) body.append(privacyNote(message, context));
  const mentioned = message.mentions.some((user) => user.id === context.me) && message.author.id !== context.me;
  const classes = ["message", message.ephemeral ? "ephemeral" : "", mentioned ? "mentioned" : ""].join(" ");
  const item = make("li", { class: classes, tabindex: "-1", "data-id": message.id, "data-order": message.id });
  item.append(...[usedLine(message), quoteLine(message, context.names)].filter(Boolean));
  item.append(make("div", { class: "message-row" }, avatar(message.author), body), tools(message, context));
  item.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, input")) return;
    event.preventDefault();
    context.onmenu(message, event.clientX, event.clientY, item.querySelector(".more"));
  });
  return item;
}

function heading(message) {
  const sent = new Date(message.timestamp);
  const time = make("time", { class: "when", datetime: message.timestamp, text: clock(sent), title: sent.toLocaleString() });
  const badge = message.author.bot ? make("span", { class: "badge", text: "APP" }) : null;
  return make("div", { class: "heading" }, make("span", { class: "author", text: displayName(message.author) }), badge, time);
}

function clock(date) {
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}

function content(message, context) {
  if (message.flags & LOADING) return [thinking(message)];
  const scope = { names: context.names, onuse: (...use) => context.onuse(message, ...use) };
  const parts = [];
  if (message.message_reference && message.message_reference.type === 1) parts.push(...forwarded(message, scope));
  if (message.content) parts.push(make("div", { class: "text" }, markdown(message.content, context.names)));
  parts.push(...message.embeds.map((one) => embed(one, context.names)));
  // Files of a Components V2 message are shown only where a component names them.
  if (!(message.flags & COMPONENTS_V2)) parts.push(...attachments(message.attachments));
  parts.push(...components(message.components, scope));
  if (message.edited_timestamp) {
    const title = new Date(message.edited_timestamp).toLocaleString();
    parts.push(make("small", { class: "edited", title, text: "(edited)" }));
  }
  return parts;
}

function forwarded(message, scope) {
  const title = make("small", { class: "md-sub" }, icon("reply"), " Forwarded");
  return [title, ...(message.message_snapshots || []).map((snapshot) => {
    const inner = snapshot.message;
    return make("blockquote", {}, markdown(inner.content, scope.names), ...inner.embeds.map((one) => embed(one, scope.names)),
      ...attachments(inner.attachments), ...components(inner.components, scope));
  })];
}

function thinking(message) {
  const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
  return make("div", { class: "thinking" }, dots, `${displayName(message.author)} is thinking…`);
}

function usedLine(message) {
  if (!message.interaction) return null;
  const { user, name } = message.interaction;
  const command = message.type === CHAT_INPUT_COMMAND ? `/${name}` : name;
  return make("div", { class: "used" }, avatar(user, "tiny"), make("span", { class: "author", text: displayName(user) }),
    " used ", make("span", { class: "mention", text: command }));
}

function privacyNote(message, context) {
  const dismiss = make("button", { class: "plain", type: "button", text: "Dismiss message", onclick: () => context.ondismiss(message) });
  return make("div", { class: "privacy" }, icon("eye"), " Only you can see this • ", dismiss);
}

function tools(message, context) {
  const reply = make("button", {
    class: "tool", type: "button", "aria-label": "Reply", title: "Reply", onclick: () => context.onreply(message),
  }, icon("reply"));
  const more = make("button", { class: "tool more", type: "button", "aria-haspopup": "menu", "aria-label": "More", title: "More" }, icon("more"));
  more.addEventListener("click", () => {
    const place = more.getBoundingClientRect();
    context.onmenu(message, place.right, place.bottom, more);
  });
  return make("div", { class: "tools" }, canReply(message) ? reply : null, more);
}

/** Returns a list item for a command that the bot has not answered, or never did. */
export function pendingElement(interaction, applicationName) {
  const command = interaction.type === 1 ? `/${interaction.name}` : interaction.name;
  const text = interaction.failed ? "The application did not respond" : `Sending ${command}…`;
  const line = make("div", { class: interaction.failed ? "failed" : "thinking", text });
  const heading = make("div", { class: "heading" }, make("span", { class: "author", text: applicationName }),
    make("span", { class: "badge", text: "APP" }));
  const used = make("div", { class: "used" }, avatar(interaction.user, "tiny"),
    make("span", { class: "author", text: displayName(interaction.user) }), " used ",
    make("span", { class: "mention", text: command }));
  const face = avatar({ id: "0", username: applicationName, bot: true });
  return make("li", { class: "message", tabindex: "-1", "data-interaction": interaction.id, "data-order": interaction.id }, used,
    make("div", { class: "message-row" }, face, make("div", { class: "body" }, heading, line)));
}
