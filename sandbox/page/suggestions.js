// A list of suggestions for a text field, chosen by arrow keys and Enter, or by a click. The focus stays in the field.

import { make } from "./elements.js";

/**
 * Ties a list to a field.
 *
 * `items` are `{ title, parts, note, choose() }`, `parts` the names of a command's options. Returns `{ show(items), hide(), isOpen() }`.
 */
export function suggestionsFor(field, list) {
  let items = [];
  let at = 0;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  const mark = () => {
    [...list.children].forEach((element, index) => element.setAttribute("aria-selected", String(index === at)));
    const marked = list.children[at];
    marked?.scrollIntoView({ block: "nearest" });
    if (marked) field.setAttribute("aria-activedescendant", marked.id);
    else field.removeAttribute("aria-activedescendant");
  };
  const show = (found) => {
    items = found;
    at = 0;
    list.hidden = !items.length;
    field.setAttribute("aria-expanded", String(items.length > 0));
    list.replaceChildren(...items.map((item, index) => make("div", {
      class: "suggestion", role: "option", id: `${list.id}-${index}`, onclick: () => choose(item),
    }, make("strong", { text: item.title }), ...(item.parts || []).map((part) => make("span", { class: "part", text: part })),
    item.note ? make("span", { class: "muted", text: item.note }) : null)));
    mark();
  };
  const hide = () => show([]);
  const choose = (item) => {
    hide();
    item.choose();
  };
  // A click must not take the focus out of the field, which would hide the list before the click counts.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + items.length) % items.length;
      mark();
    } else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") choose(items[at]);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  hide();
  return { show, hide, isOpen: () => !list.hidden };
}
