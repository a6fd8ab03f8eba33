// What a member may do with a message: the menu's entries.

import { textsOf } from "./components.js";
import { remove } from "./control.js";
import { openDialog } from "./dialog.js";
import { canEdit, startEdit } from "./editing.js";
import { make } from "./elements.js";
import { begin } from "./interacting.js";
import { openMenu } from "./menu.js";
import { attempt } from "./problem.js";
import { canReply, startReply } from "./reply.js";
import { state } from "./state.js";

const MESSAGE_COMMAND = 3;

/** Opens the menu of a message at a place of the window; `opener` gets the focus back. */
export function openMessageMenu(message, x, y, opener) {
  const commands = message.ephemeral ? [] : state.commands.filter((command) => command.type === MESSAGE_COMMAND);
  const useCommand = (command) => attempt(() => begin({ command: command.name, type: MESSAGE_COMMAND, message: message.id }));
  const text = [message.content, ...textsOf(message.components)].filter(Boolean).join("\n");
  const reply = { label: "Reply", act: () => startReply(message) };
  const edit = { label: "Edit message", act: () => startEdit(message) };
  const copy = { label: "Copy text", act: () => attempt(() => navigator.clipboard.writeText(text)) };
  const discard = { label: "Delete message", danger: true, act: () => askToDelete(message) };
  openMenu([
    { items: [...(canReply(message) ? [reply] : []), ...(canEdit(message) ? [edit] : []), ...(text ? [copy] : [])] },
    { title: "Apps", items: commands.map((command) => ({ label: command.name, act: () => useCommand(command) })) },
    { items: message.can_delete ? [discard] : [] },
  ], x, y, opener);
}

function askToDelete(message) {
  openDialog({
    title: "Delete message",
    parts: [make("p", { text: "Delete this message for everybody? It cannot be brought back." })],
    submitLabel: "Delete",
    danger: true,
    onsubmit: () => remove(`messages/${message.id}`).then(() => "", (error) => error.message),
  });
}
