// The channel's messages as they are shown: put into their place, changed, taken away; walked through by keyboard.

import { post } from "./control.js";
import { canEdit, startEdit } from "./editing.js";
import { use } from "./interacting.js";
import { openMessageMenu } from "./message-menu.js";
import { messageElement, pendingElement } from "./message.js";
import { noteInteraction } from "./outcomes.js";
import { attempt } from "./problem.js";
import { messageGone, startReply } from "./reply.js";
import { names, state } from "./state.js";

const list = document.getElementById("messages");
const scroller = document.getElementById("scroller");
const shown = new Map(); // messages by id

const handlers = {
  get names() { return names(); },
  get me() { return state.me.id; },
  onuse: use,
  onreply: startReply,
  onmenu: openMessageMenu,
  ondismiss: (message) => attempt(() => post(`messages/${message.id}/dismiss`, {})),
};

/** Shows these messages and no others. */
export function showMessages(messages) {
  shown.clear();
  list.replaceChildren();
  messages.forEach(showMessage);
}

export function showMessage(message) {
  shown.set(message.id, message);
  show(`[data-id="${message.id}"]`, messageElement(message, handlers));
}

export function removeMessage(id) {
  shown.delete(id);
  document.querySelector(`[data-id="${id}"]`)?.remove();
  messageGone(id);
}

/** Shows a command that waits for the bot. A button or a modal, which have no name, show that themselves. */
export function showInteraction(interaction) {
  noteInteraction(interaction);
  if (!interaction.name) return;
  const selector = `[data-interaction="${interaction.id}"]`;
  if (interaction.response !== null) document.querySelector(selector)?.remove();
  else show(selector, pendingElement(interaction, state.application.name));
}

/** Puts an element into its place by time: ids grow with it. What it replaces hands on the focus. */
function show(selector, element) {
  const old = document.querySelector(selector);
  if (old) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(element);
    if (focused === old) element.focus();
    else if (focused?.dataset.customId) element.querySelector(`[data-custom-id="${CSS.escape(focused.dataset.customId)}"]`)?.focus();
    return;
  }
  let after = list.lastElementChild;
  while (after && BigInt(after.dataset.order) > BigInt(element.dataset.order)) after = after.previousElementSibling;
  if (after) after.after(element);
  else list.prepend(element);
}

/** Opens the member's newest message for changes, as the arrow up does in an empty field. */
export function editNewest() {
  const mine = [...shown.values()].filter(canEdit).sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  if (mine.length) startEdit(mine.at(-1));
}

/** Lets arrows go from message to message, and Enter or the menu key open a message's menu. */
export function walkByKeyboard() {
  scroller.addEventListener("keydown", (event) => {
    const item = event.target.closest("#messages > li");
    if (event.target !== scroller && event.target !== item) return;
    const items = [...list.children];
    const at = item ? items.indexOf(item) : items.length;
    const goal = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
    const opens = event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (goal !== undefined) items[goal]?.focus();
    else if (opens && item) item.querySelector(".more")?.click();
    else return;
    event.preventDefault();
  });
}
