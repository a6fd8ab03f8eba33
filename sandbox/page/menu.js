// The menu of a message: Apps and their commands.

import { make } from "./elements.js";

let opener = null;

/** Opens the menu at a place of the window; `items` are `{ label, act }`. */
export function openMenu(items, x, y, from) {
  const menu = document.getElementById("menu");
  opener = from;
  const entries = items.map((item) => make("button", {
    class: "menu-item", type: "button", role: "menuitem", text: item.label, onclick: () => { closeMenu(); item.act(); },
  }));
  const none = make("p", { class: "muted", text: "No app has a command for messages." });
  menu.replaceChildren(make("div", { class: "menu-title", text: "Apps" }), ...(entries.length ? entries : [none]));
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  entries[0]?.focus();
}

export function closeMenu() {
  const menu = document.getElementById("menu");
  if (menu.hidden) return;
  menu.hidden = true;
  opener?.focus();
}

document.getElementById("menu").addEventListener("keydown", (event) => {
  const items = [...document.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && items.length) items[(at + step + items.length) % items.length].focus();
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
});
