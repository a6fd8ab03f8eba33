// Select menus: a button with a list that opens. Source: Discord's "Component Reference", "String Select" and others.

import { icon, labelParts, make } from "./elements.js";
import { isDirect, people, state } from "./state.js";

const STRING = 3, USER = 5, ROLE = 6, MENTIONABLE = 7, CHANNEL = 8;
const TEXT_CHANNEL = 0, DIRECT_CHANNEL = 1;

export function isSelect(component) {
  return [STRING, USER, ROLE, MENTIONABLE, CHANNEL].includes(component.type);
}

/** Returns what a select offers, as `{ value, label, description, emoji }`. */
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
  let chosen = defaultsOf(component);
  const shown = make("span", { class: "select-shown" });
  const button = make("button", {
    class: "select", type: "button", disabled: component.disabled, "aria-haspopup": "listbox", "aria-expanded": "false",
    "data-custom-id": component.custom_id,
  }, shown, icon("chevron"));
  const show = () => {
    const picked = choices.filter((choice) => chosen.includes(choice.value));
    const parts = picked.map((choice) => make("span", { class: picked.length > 1 ? "pill" : "" }, ...labelOf(choice)));
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
    else openList(button, choices, chosen, component, onclose);
  });
  show();
  return { element: button, values: () => chosen };
}

function labelOf(choice) {
  const mark = choice.mark ? [make("span", { class: "muted", text: choice.mark })] : [];
  return [...mark, ...labelParts(choice.emoji, choice.label)];
}

// The list that is open. There is one at a time.

let closeList = () => {};

function openList(button, choices, before, component, onclose) {
  closeList();
  const { min_values: least, max_values: most } = component;
  let chosen = [...before];
  const list = make("div", { class: "select-list", role: "listbox", "aria-multiselectable": String(most > 1), "aria-label": component.placeholder || "Choices" });
  const options = choices.map((choice) => optionElement(choice, () => toggle(choice.value)));
  const note = make("p", { class: "select-note", role: "status" });
  list.append(...(options.length ? options : [make("p", { class: "select-note", text: "Nothing to choose from." })]), note);

  function refresh() {
    options.forEach((option, index) => {
      const selected = chosen.includes(choices[index].value);
      option.setAttribute("aria-selected", String(selected));
      option.setAttribute("aria-disabled", String(!selected && most > 1 && chosen.length >= most));
    });
    note.textContent = chosen.length < least && most > 1 ? `Choose at least ${least}.` : most > 1 && chosen.length >= most ? `No more than ${most}.` : "";
  }
  function toggle(value) {
    if (chosen.includes(value)) chosen = most === 1 && least > 0 ? chosen : chosen.filter((one) => one !== value);
    else if (most === 1) chosen = [value];
    else if (chosen.length < most) chosen.push(value);
    refresh();
    if (most === 1) closeList();
  }
  const outside = (event) => { if (!list.contains(event.target) && !button.contains(event.target)) closeList(); };
  const follow = () => place(list, button);
  closeList = () => {
    closeList = () => {};
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", follow);
    removeEventListener("scroll", follow, true);
    if (list.contains(document.activeElement)) button.focus();
    list.remove();
    button.setAttribute("aria-expanded", "false");
    onclose(chosen.length < least ? before : chosen);
  };
  list.addEventListener("keydown", (event) => onKey(event, options, choices));
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", follow);
  addEventListener("scroll", follow, true);
  // A dialog makes everything outside itself inert, so the list of its selects is inside.
  (button.closest("dialog") || document.body).append(list);
  button.setAttribute("aria-expanded", "true");
  refresh();
  place(list, button);
  (options.find((option) => option.getAttribute("aria-selected") === "true") || options[0])?.focus();
}

function optionElement(choice, onclick) {
  const texts = make("span", { class: "select-texts" }, make("span", {}, ...labelOf(choice)),
    choice.description ? make("span", { class: "hint", text: choice.description }) : null);
  return make("div", { class: "select-option", role: "option", tabindex: "-1", onclick }, texts, icon("check"));
}

function onKey(event, options, choices) {
  const at = options.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 };
  const key = event.key;
  if (key in moves) options[(moves[key] + options.length) % options.length]?.focus();
  else if (key === "Enter" || key === " ") options[at]?.click();
  else if (key === "Escape" || key === "Tab") closeList();
  else if (key.length === 1 && !event.ctrlKey && !event.metaKey) {
    const order = [...options.keys()].map((step) => (at + 1 + step) % options.length);
    const found = order.find((index) => choices[index].label.toLowerCase().startsWith(key.toLowerCase()));
    if (found !== undefined) options[found].focus();
  } else return;
  if (key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

/** Puts the list below its button, or above where there is more room. */
function place(list, button) {
  const spot = button.getBoundingClientRect();
  const below = innerHeight - spot.bottom - 12;
  const above = spot.top - 12;
  const up = below < Math.min(list.scrollHeight, 200) && above > below;
  list.style.width = `${spot.width}px`;
  list.style.left = `${spot.left}px`;
  list.style.maxHeight = `${Math.min(320, up ? above : below)}px`;
  list.style.top = up ? "auto" : `${spot.bottom + 4}px`;
  list.style.bottom = up ? `${innerHeight - spot.top + 4}px` : "auto";
}
