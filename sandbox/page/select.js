// Select menus: a button with a list that opens. Source: Discord's "Component Reference", "String Select" and others.

import { choiceLabel, icon, make } from "./elements.js";
import { closeList, openList } from "./select-list.js";
import { isDirect, people, state } from "./state.js";

const STRING = 3, USER = 5, ROLE = 6, MENTIONABLE = 7, CHANNEL = 8;
const TEXT_CHANNEL = 0, DIRECT_CHANNEL = 1;

export function isSelect(component) {
  return [STRING, USER, ROLE, MENTIONABLE, CHANNEL].includes(component.type);
}

/** Returns what a select offers, as `{ value, label, description, emoji, mark }`. */
function choicesOf(component) {
  const users = () => people().map((one) => ({ value: one.id, label: one.name, mark: "@" }));
  const roles = () => state.roles.map((role) => ({ value: role.id, label: role.name, mark: "@" }));
  const channels = () => state.channels.filter((channel) => takesChannel(component, channel))
    .map((channel) => ({ value: channel.id, label: channel.name, mark: "#" }));
  const lists = {
    [STRING]: () => component.options, [USER]: users, [ROLE]: roles, [MENTIONABLE]: () => [...users(), ...roles()], [CHANNEL]: channels,
  };
  return lists[component.type]();
}

function takesChannel(component, channel) {
  const type = isDirect(channel) ? DIRECT_CHANNEL : TEXT_CHANNEL;
  return component.channel_types?.length ? component.channel_types.includes(type) : type === TEXT_CHANNEL;
}

function defaultsOf(component) {
  if (component.type === STRING) return component.options.filter((option) => option.default).map((option) => option.value);
  return (component.default_values || []).map((value) => String(value.id));
}

/**
 * Returns a select as `{ element, values() }`.
 *
 * `onchoose(values, button)` is called when the list closes with other values than it opened with, if they are not too
 * few; `label` names the select to screen readers.
 */
export function selectMenu(component, { label, onchoose = () => {} } = {}) {
  const choices = choicesOf(component);
  const placeholder = component.placeholder || "Make a selection";
  // A modal's select that is not required may be left empty.
  const least = component.required === false ? 0 : component.min_values;
  let chosen = defaultsOf(component);
  const shown = make("span", { class: "select-shown" });
  const button = make("button", {
    class: "select", type: "button", disabled: component.disabled, "aria-haspopup": "listbox", "aria-expanded": "false",
    "data-custom-id": component.custom_id,
  }, shown, icon("chevron"));
  const show = () => {
    const picked = choices.filter((choice) => chosen.includes(choice.value));
    const parts = picked.map((choice) => make("span", { class: picked.length > 1 ? "pill" : "" }, ...choiceLabel(choice)));
    shown.replaceChildren(...(parts.length ? parts : [make("span", { class: "muted", text: placeholder })]));
    button.setAttribute("aria-label", `${label || placeholder}: ${picked.map((choice) => choice.label).join(", ") || "nothing chosen"}`);
  };
  const onclose = (values) => {
    const changed = values.length !== chosen.length || values.some((value) => !chosen.includes(value));
    chosen = values;
    show();
    if (changed) onchoose(chosen, button);
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-busy")) return;
    if (button.getAttribute("aria-expanded") === "true") closeList();
    else openList({ button, choices, chosen, least, most: component.max_values, onclose });
  });
  show();
  return { element: button, values: () => chosen };
}
