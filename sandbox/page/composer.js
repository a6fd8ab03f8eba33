// What the member writes: a message, or a command with its options.

import { fileSize, make } from "./elements.js";

const TYPES = { STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11 };

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
export function commandForm(form, command, state, oncancel) {
  const readers = {};
  const fileFields = [];
  const fields = command.options.map((option) => field(option, state, readers, fileFields));
  const cancel = make("button", { class: "plain", type: "button", "aria-label": "Cancel", text: "✕", onclick: oncancel });
  const send = make("button", { class: "button primary", text: "Send" });
  const title = make("div", { class: "command-title" }, make("strong", { text: `/${command.name}` }),
    make("span", { class: "muted", text: command.description }), cancel);
  form.replaceChildren(title, make("div", { class: "fields" }, ...fields), send);
  form.hidden = false;
  (form.querySelector("input:not([type=file]), select, .file-pick input") || send).focus();
  return {
    setFile: (file) => fileFields[0] && fileFields[0](file),
    values: () => {
      const given = Object.entries(readers).map(([name, read]) => [name, read()]);
      return Object.fromEntries(given.filter(([, value]) => value !== null && value !== ""));
    },
  };
}

function field(option, state, readers, fileFields) {
  const label = make("span", { class: "label" }, option.name,
    make("span", { class: "muted", text: option.required ? " required" : "" }));
  const hint = make("span", { class: "hint", text: option.description });
  if (option.type === TYPES.ATTACHMENT) return fileField(option, label, hint, readers, fileFields);
  const input = (option.choices || []).length ? select(option, option.choices) : control(option, state);
  readers[option.name] = () => read(option, input);
  return make("label", { class: "field" }, label, input, hint);
}

function control(option, state) {
  const people = state.members.map((user) => ({ name: user.global_name || user.username, value: user.id }));
  const lists = {
    [TYPES.BOOLEAN]: [{ name: "False", value: "false" }, { name: "True", value: "true" }],
    [TYPES.USER]: people,
    [TYPES.CHANNEL]: state.channels.map((channel) => ({ name: `#${channel.name}`, value: channel.id })),
    [TYPES.ROLE]: state.roles.map((role) => ({ name: role.name, value: role.id })),
    [TYPES.MENTIONABLE]: [...people, ...state.roles.map((role) => ({ name: role.name, value: role.id }))],
  };
  if (lists[option.type]) return select(option, lists[option.type]);
  const number = option.type === TYPES.INTEGER || option.type === TYPES.NUMBER;
  return make("input", {
    type: number ? "number" : "text",
    step: option.type === TYPES.INTEGER ? "1" : number ? "any" : undefined,
    min: option.min_value,
    max: option.max_value,
    minlength: option.min_length,
    maxlength: option.max_length,
    required: option.required,
    name: option.name,
    autocomplete: "off",
  });
}

function select(option, choices) {
  const empty = option.required ? [] : [make("option", { value: "", text: "—" })];
  const items = choices.map((choice) => make("option", { value: choice.value, text: choice.name }));
  return make("select", { name: option.name, required: option.required }, ...empty, ...items);
}

function read(option, input) {
  if (input.value === "") return null;
  if (option.type === TYPES.BOOLEAN) return input.value === "true";
  if (option.type === TYPES.INTEGER || option.type === TYPES.NUMBER) return Number(input.value);
  return input.value;
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
