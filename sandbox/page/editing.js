// Changing a message of one's own, in its place.

import { patch } from "./control.js";
import { make } from "./elements.js";
import { encodeMentions } from "./mentions.js";
import { attempt } from "./problem.js";
import { names, state } from "./state.js";

/** Returns whether the member may change a message: what they wrote themselves. */
export function canEdit(message) {
  return message.author.id === state.me.id && !message.ephemeral;
}

/** Puts a field into the place of a message's text; Enter saves, Esc leaves it as it was. */
export function startEdit(message) {
  const item = document.querySelector(`[data-id="${message.id}"]`);
  if (!item || item.querySelector(".edit-form")) return;
  const text = item.querySelector(".body > .text");
  const field = make("textarea", { rows: 1, maxlength: 2000, "aria-label": "Edit message" });
  field.value = readable(message.content);
  const hint = make("p", { class: "hint", text: "Esc to cancel • Enter to save" });
  const form = make("div", { class: "edit-form" }, field, hint);
  const stop = () => {
    form.replaceWith(...(text ? [text] : []));
    document.getElementById("message-text").focus();
  };
  const save = async () => {
    const changed = field.value !== readable(message.content);
    if (!changed || await attempt(() => patch(`messages/${message.id}`, { content: encodeMentions(field.value) }))) stop();
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" && !event.shiftKey) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  if (text) text.replaceWith(form);
  else item.querySelector(".heading").after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

/** Returns a text with mentions as one types them. */
function readable(content) {
  const known = names();
  return content.replace(/<(@[!&]?|#)(\d+)>/g, (code, mark, id) => (known[id] ? `${mark[0]}${known[id].replace(/^@/, "")}` : code));
}
