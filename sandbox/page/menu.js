// The menu of a message.

import { make } from "./elements.js";

const menu = document.getElementById("menu");
let opener = null;

/** Opens the menu at a place of the window; `groups` are `{ title, items }`, items `{ label, act, danger }`. */
export function openMenu(groups, x, y, from) {
  opener = from;
  menu.replaceChildren(...groups.filter((group) => group.items.length).map(groupElement));
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  menu.querySelector(".menu-item")?.focus();
}

function groupElement(group) {
  const title = group.title ? [make("div", { class: "menu-title", "aria-hidden": "true", text: group.title })] : [];
  const entries = group.items.map((item) => make("button", {
    class: `menu-item ${item.danger ? "dangerous" : ""}`, type: "button", role: "menuitem", text: item.label,
    onclick: () => { closeMenu(); item.act(); },
  }));
  return make("div", { class: "menu-group", role: "group", "aria-label": group.title }, ...title, ...entries);
}

export function closeMenu() {
  if (menu.hidden) return;
  menu.hidden = true;
  opener?.focus();
}

menu.addEventListener("keydown", (event) => {
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && items.length) items[(at + step + items.length) % items.length].focus();
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  if (step || event.key === "Escape") event.preventDefault();
});
