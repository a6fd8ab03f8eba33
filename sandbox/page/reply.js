// Answering a message: the bar above the composer, and the line above an answer that quotes what it answers.

import { avatar, displayName, icon, make } from "./elements.js";
import { textsOf } from "./components.js";
import { markdown } from "./markdown.js";
import { jumpTo } from "./scrolling.js";
import { isDirect, state } from "./state.js";

const LOADING = 1 << 7;
const REPLY = 19;

const bar = document.getElementById("reply-bar");
let answered = null;
let mention = true;

/** Returns whether a message can be answered: not what only one member sees, nor what is not there yet. */
export function canReply(message) {
  return !message.ephemeral && !(message.flags & LOADING);
}

export function startReply(message) {
  answered = message;
  mention = true;
  showBar();
  document.getElementById("message-text").focus();
}

export function stopReply() {
  answered = null;
  bar.hidden = true;
  bar.replaceChildren();
}

/** Lets go of the message that is being answered if it is this one, which is gone. */
export function messageGone(id) {
  if (answered?.id === id) stopReply();
  for (const line of document.querySelectorAll(`[data-quotes="${id}"]`)) line.replaceChildren(...goneParts());
}

/** Returns what a message being sent says of the one it answers. */
export function replyFields() {
  return answered ? { reply_to: answered.id, mention } : {};
}

export function isReplying() {
  return answered !== null;
}

function showBar() {
  const own = answered.author.id === state.me.id;
  const toggle = make("button", {
    class: `mention-toggle ${mention ? "on" : ""}`, type: "button", "aria-pressed": String(mention),
    "aria-label": `Mention ${displayName(answered.author)}`, title: mention ? "The author is mentioned" : "The author is not mentioned",
    text: mention ? "@ ON" : "@ OFF",
  });
  toggle.addEventListener("click", () => {
    mention = !mention;
    showBar();
    bar.querySelector(".mention-toggle").focus();
  });
  const cancel = make("button", { class: "plain", type: "button", "aria-label": "Cancel reply", onclick: () => {
    stopReply();
    document.getElementById("message-text").focus();
  } }, icon("close"));
  const label = make("span", { class: "reply-label" }, "Replying to ", make("strong", { text: displayName(answered.author) }));
  bar.replaceChildren(label, ...(own || isDirect() ? [] : [toggle]), cancel);
  bar.hidden = false;
}

/** Returns the line above an answer, or null for a message that answers none. */
export function quoteLine(message, names) {
  if (message.type !== REPLY) return null;
  const id = message.message_reference?.message_id;
  const target = message.referenced_message;
  const line = make("button", { class: "quoted", type: "button", "data-quotes": id });
  if (!target) {
    line.append(...goneParts());
    return line;
  }
  const at = message.mentions.some((user) => user.id === target.author.id) ? "@" : "";
  line.append(avatar(target.author, "tiny"), make("span", { class: "author", text: `${at}${displayName(target.author)}` }),
    make("span", { class: "excerpt", text: excerpt(target, names) }));
  line.setAttribute("aria-label", `Answers ${displayName(target.author)}: ${excerpt(target, names)}`);
  line.addEventListener("click", () => {
    const element = document.querySelector(`[data-id="${id}"]`);
    if (element) jumpTo(element);
  });
  return line;
}

function goneParts() {
  return [make("i", { class: "excerpt", text: "Original message was deleted" })];
}

function excerpt(message, names) {
  const texts = [message.content, ...textsOf(message.components), ...message.embeds.map((one) => one.title || one.description)];
  const text = texts.find((one) => one && one.trim());
  if (!text) return message.attachments.length ? "An attachment" : "A message";
  const words = [...markdown(text, names).childNodes].map((block) => block.textContent).join(" ");
  return words.replace(/\s+/g, " ").slice(0, 200);
}
