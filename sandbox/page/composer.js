// What the member writes: a message with files, an answer, or a command.

import { commandForm, fileOption, slashCommands } from "./command.js";
import { post, upload } from "./control.js";
import { icon, make } from "./elements.js";
import { begin } from "./interacting.js";
import { editNewest } from "./log.js";
import { encodeMentions, mentionsFor } from "./mentions.js";
import { attempt } from "./problem.js";
import { isReplying, replyFields, stopReply } from "./reply.js";
import { stick } from "./scrolling.js";
import { state } from "./state.js";
import { suggestionsFor } from "./suggestions.js";

const byId = (id) => document.getElementById(id);
const text = byId("message-text");
const suggestions = suggestionsFor(text, byId("suggestions"));
let open = null; // the command being filled in: { command, form }
let staged = []; // files of the message being written

/** Shows the usable commands below the field. */
export function showCommands() {
  const chips = slashCommands(state.commands).map((command) => make("button", {
    class: "chip", type: "button", title: command.description, text: `/${command.name}`, onclick: () => openCommand(command),
  }));
  byId("shortcuts").replaceChildren(...chips);
}

function openCommand(command, file) {
  suggestions.hide();
  stopReply();
  byId("message-form").hidden = byId("shortcut-bar").hidden = true;
  open = { command, form: commandForm(byId("command-form"), command, closeCommand) };
  if (!file) return;
  open.form.setFile(file);
  byId("command-form").querySelector(".primary").focus();
}

function closeCommand() {
  open = null;
  byId("command-form").hidden = true;
  byId("command-form").replaceChildren();
  byId("message-form").hidden = byId("shortcut-bar").hidden = false;
  if (text.value.startsWith("/")) text.value = ""; // a message that was begun before stays
  text.focus();
}

async function sendCommand() {
  const { command, form } = open;
  const button = byId("command-form").querySelector(".primary");
  button.disabled = true;
  const sent = await attempt(async () => {
    const options = form.values();
    for (const option of command.options) {
      if (option.required && options[option.name] === undefined) throw new Error(`Choose something for “${option.name}”.`);
    }
    for (const [name, value] of Object.entries(options)) if (value instanceof File) options[name] = await upload(value);
    await begin({ command: command.name, options });
  });
  button.disabled = false;
  if (sent) closeCommand();
}

async function sendMessage() {
  const written = { content: text.value, files: staged, reply: replyFields() };
  if (!written.content.trim() && !written.files.length) return;
  // The field is free at once: who types fast is writing the next message already.
  text.value = "";
  stage([]);
  stopReply();
  const sent = await attempt(async () => {
    stick();
    const uploads = await Promise.all(written.files.map(upload));
    await post("messages", { content: encodeMentions(written.content), uploads, ...written.reply });
  });
  if (sent) return;
  text.value = [written.content, text.value].filter(Boolean).join("\n");
  if (!staged.length) stage(written.files);
}

function stage(files) {
  staged = [...files];
  const shown = staged.map((file) => file.name).join(", ");
  const remove = make("button", { class: "plain", type: "button", "aria-label": "Remove files", onclick: () => stage([]) }, icon("close"));
  byId("staged").replaceChildren(...(staged.length ? [shown, remove] : []));
}

function offer() {
  const typed = text.value.slice(0, text.selectionStart);
  if (typed.startsWith("/")) return suggestions.show(commandsFor(typed));
  suggestions.show(mentionsFor(typed).map(({ title, from }) => ({
    title, choose: () => text.setRangeText(`${title} `, from, text.selectionStart, "end"),
  })));
}

function commandsFor(typed) {
  const wanted = typed.slice(1).trimEnd();
  const found = slashCommands(state.commands).filter((command) => command.name.startsWith(wanted));
  return found.map((command) => ({
    title: `/${command.name}`, parts: command.options.map((option) => (option.required ? option.name : `${option.name}?`)),
    note: command.description, choose: () => openCommand(command),
  }));
}

/** Takes what is typed, dropped and pasted. */
export function listenToWriting() {
  byId("message-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sendMessage();
  });
  text.addEventListener("input", offer);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isReplying()) stopReply();
    if (event.key === "ArrowUp" && !text.value) {
      event.preventDefault();
      editNewest();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendMessage();
  });
  byId("attach").addEventListener("change", (event) => {
    stage(event.target.files);
    event.target.value = "";
  });
  byId("command-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sendCommand();
  });
  byId("command-form").addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeCommand();
    if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
    // As in a field: the browser would show the choices, which Space and the arrows do as well.
    event.preventDefault();
    byId("command-form").requestSubmit();
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files[0]) takeFile(event.clipboardData.files[0]);
  });
  listenToDrops();
}

/** Takes a file where one is wanted: into the open command, an answer, or the first command that takes one. */
export function takeFile(file) {
  if (document.querySelector("dialog")) return undefined;
  if (open) return open.form.setFile(file);
  const command = isReplying() ? null : slashCommands(state.commands).find(fileOption);
  return command ? openCommand(command, file) : stage([file]);
}

function listenToDrops() {
  const hint = byId("drop-hint");
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hint.hidden = false;
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) hint.hidden = true; });
  addEventListener("drop", (event) => {
    hint.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files[0]) takeFile(event.dataTransfer.files[0]);
  });
}
