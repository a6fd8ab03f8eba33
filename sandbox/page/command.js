// Slash commands: which there are, and a form for one's options.

import { autocomplete } from "./autocomplete.js";
import { fileSize, icon, make } from "./elements.js";
import { isDirect, people, state } from "./state.js";

const TYPES = { STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11 };

const TYPE_WORDS = {
  [TYPES.STRING]: "text", [TYPES.INTEGER]: "whole number", [TYPES.BOOLEAN]: "true or false", [TYPES.USER]: "member",
  [TYPES.CHANNEL]: "channel", [TYPES.ROLE]: "role", [TYPES.MENTIONABLE]: "member or role", [TYPES.NUMBER]: "number", [TYPES.ATTACHMENT]: "file",
};

/** Returns every usable slash command with its options; a subcommand is listed under its full name. */
export function slashCommands(commands) {
  const listed = [];
  const add = (name, part) => {
    const nested = (part.options || []).filter((option) => option.type === 1 || option.type === 2);
    if (nested.length) nested.forEach((option) => add(`${name} ${option.name}`, option));
    else listed.push({ name, description: part.description, options: part.options || [] });
  };
  commands.filter((command) => command.type === 1).forEach((command) => add(command.name, command));
  return listed;
}

/** Returns the first option that takes a file, or undefined. */
export function fileOption(command) {
  return command.options.find((option) => option.type === TYPES.ATTACHMENT);
}

/**
 * Fills a form with a command's options.
 *
 * Returns `{ values(), setFile(file) }`: `values` are strings, numbers, booleans and File objects by option name.
 */
export function commandForm(form, command, oncancel) {
  const readers = {};
  const fileFields = [];
  const values = () => {
    const given = Object.entries(readers).map(([name, read]) => [name, read()]);
    return Object.fromEntries(given.filter(([, value]) => value !== null && value !== ""));
  };
  // The bot is told of what else is filled in, but for files: those are sent with the command itself.
  const known = () => Object.fromEntries(Object.entries(values()).filter(([, value]) => !(value instanceof File)));
  const fields = command.options.map((option) => field(command, option, readers, fileFields, known));
  const cancel = make("button", { class: "plain", type: "button", "aria-label": "Cancel", onclick: oncancel }, icon("close"));
  const send = make("button", { class: "button primary", text: "Send" });
  const title = make("div", { class: "command-title" }, make("strong", { text: `/${command.name}` }),
    make("span", { class: "muted", text: command.description }), cancel);
  form.replaceChildren(title, make("div", { class: "fields" }, ...fields), send);
  form.hidden = false;
  (form.querySelector("input:not([type=file]), select, .file-pick input") || send).focus();
  return { setFile: (file) => fileFields[0] && fileFields[0](file), values };
}

function field(command, option, readers, fileFields, known) {
  const about = [TYPE_WORDS[option.type], option.required ? "required" : null].filter(Boolean).join(", ");
  const label = make("span", { class: "label" }, option.name, make("span", { class: "muted", text: ` ${about}` }));
  const hint = make("span", { class: "hint", text: option.description });
  if (option.type === TYPES.ATTACHMENT) return fileField(option, label, hint, readers, fileFields);
  const input = control(option);
  const helper = option.autocomplete ? autocomplete(input, command.name, option, known) : null;
  readers[option.name] = () => helper?.chosen() ?? read(option, input);
  // The list of choices is outside the label: a click in a label is a click on its field.
  return make("div", { class: "field" }, make("label", { class: "field" }, label, input, hint), helper?.list);
}

function control(option) {
  const roles = () => state.roles.map((role) => ({ name: role.name, value: role.id }));
  const users = () => people().map((one) => ({ name: one.name, value: one.id }));
  const lists = {
    [TYPES.BOOLEAN]: () => [{ name: "True", value: "true" }, { name: "False", value: "false" }],
    [TYPES.USER]: users,
    [TYPES.CHANNEL]: () => state.channels.filter((channel) => !isDirect(channel))
      .map((channel) => ({ name: `#${channel.name}`, value: channel.id })),
    [TYPES.ROLE]: roles,
    [TYPES.MENTIONABLE]: () => [...users(), ...roles()],
  };
  if ((option.choices || []).length) return select(option, option.choices);
  return lists[option.type] ? select(option, lists[option.type]()) : input(option);
}

function input(option) {
  const whole = option.type === TYPES.INTEGER;
  const number = whole || option.type === TYPES.NUMBER;
  // An option with suggestions shows their names, which need not be numbers.
  const numeric = number && !option.autocomplete;
  return make("input", {
    type: numeric ? "number" : "text",
    step: !numeric ? undefined : whole ? "1" : "any",
    min: numeric ? option.min_value : undefined,
    max: numeric ? option.max_value : undefined,
    minlength: option.autocomplete ? undefined : option.min_length,
    maxlength: option.autocomplete ? undefined : option.max_length,
    required: option.required,
    name: option.name,
    autocomplete: "off",
  });
}

function select(option, choices) {
  const none = make("option", { value: "", text: option.required ? "Choose…" : "—" });
  const items = choices.map((choice) => make("option", { value: choice.value, text: choice.name }));
  return make("select", { name: option.name, required: option.required }, none, ...items);
}

function read(option, input) {
  if (input.value === "") return null;
  if (option.type === TYPES.BOOLEAN) return input.value === "true";
  if (option.type !== TYPES.INTEGER && option.type !== TYPES.NUMBER) return input.value;
  // A text where a number is wanted: the field says so itself and lets nothing be sent.
  return Number.isNaN(Number(input.value)) ? null : Number(input.value);
}

function fileField(option, label, hint, readers, fileFields) {
  const input = make("input", { class: "unseen", type: "file", name: option.name, required: option.required });
  const preview = make("span", { class: "preview", text: "Choose or drop a file" });
  let chosen = null;
  const show = (file) => {
    chosen = file;
    input.required = false;
    const picture = file.type.startsWith("image/") ? make("img", { src: URL.createObjectURL(file), alt: "" }) : null;
    if (picture) picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    preview.replaceChildren(...(picture ? [picture] : []), `${file.name} · ${fileSize(file.size)}`);
  };
  input.addEventListener("change", () => input.files[0] && show(input.files[0]));
  readers[option.name] = () => chosen;
  fileFields.push(show);
  return make("label", { class: "field file-pick" }, label, input, preview, hint);
}
