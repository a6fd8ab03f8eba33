// The list of a select menu: choices with check marks, over everything else. One is open at a time.

import { choiceLabel, icon, make } from "./elements.js";

let open = null;

/**
 * Opens the list of a select.
 *
 * `choices` are `{ value, label, description, emoji, mark }`, `chosen` their values before; between `least` and `most`
 * can be chosen. When the list closes, `onclose(values)` gets what is chosen then: as before, if it is too little.
 */
export function openList(select) {
  closeList();
  open = new SelectList(select);
}

export function closeList() {
  open?.close();
}

class SelectList {
  constructor({ button, choices, chosen, least, most, onclose }) {
    Object.assign(this, { button, choices, least, most, onclose, before: chosen, chosen: [...chosen] });
    this.options = choices.map((choice) => this.option(choice));
    this.note = make("p", { class: "select-note", role: "status" });
    const none = make("p", { class: "select-note", text: "There is nothing to choose from." });
    this.element = make("div", {
      class: "select-list", role: "listbox", "aria-multiselectable": String(most > 1), "aria-label": "Choices",
      onkeydown: (event) => this.onKey(event),
    }, ...(choices.length ? this.options : [none]), this.note);
    this.leaving = new AbortController();
    // A dialog makes everything outside itself inert, so the list of its selects is inside.
    (button.closest("dialog") || document.body).append(this.element);
    button.setAttribute("aria-expanded", "true");
    this.refresh();
    this.place();
    this.listen();
    (this.options.find((option) => option.getAttribute("aria-selected") === "true") || this.options[0])?.focus();
  }

  option(choice) {
    const texts = make("span", { class: "select-texts" }, make("span", {}, ...choiceLabel(choice)),
      choice.description ? make("span", { class: "hint", text: choice.description }) : null);
    return make("div", { class: "select-option", role: "option", tabindex: "-1", onclick: () => this.toggle(choice.value) }, texts, icon("check"));
  }

  listen() {
    const { signal } = this.leaving;
    const inside = (element) => this.element.contains(element) || this.button.contains(element);
    document.addEventListener("pointerdown", (event) => { if (!inside(event.target)) this.close(); }, { capture: true, signal });
    addEventListener("resize", () => this.place(), { signal });
    addEventListener("scroll", () => this.place(), { capture: true, signal });
  }

  toggle(value) {
    const { chosen, most, least } = this;
    if (chosen.includes(value)) {
      if (most > 1 || least === 0) this.chosen = chosen.filter((one) => one !== value);
    } else if (most === 1) this.chosen = [value];
    else if (chosen.length < most) chosen.push(value);
    this.refresh();
    if (most === 1) this.close();
  }

  refresh() {
    const { chosen, least, most } = this;
    this.options.forEach((option, index) => {
      const selected = chosen.includes(this.choices[index].value);
      option.setAttribute("aria-selected", String(selected));
      option.setAttribute("aria-disabled", String(!selected && most > 1 && chosen.length >= most));
    });
    if (most === 1) return;
    this.note.textContent = chosen.length < least ? `Choose at least ${least}.` : chosen.length >= most ? `No more than ${most}.` : "";
  }

  close() {
    open = null;
    this.leaving.abort();
    if (this.element.contains(document.activeElement)) this.button.focus();
    this.element.remove();
    this.button.setAttribute("aria-expanded", "false");
    this.onclose(this.chosen.length < this.least ? this.before : this.chosen);
  }

  onKey(event) {
    const { key } = event;
    const at = this.options.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (key in moves) this.options.at(moves[key] % this.options.length)?.focus();
    else if (key === "Enter" || key === " ") this.options[at]?.click();
    else if (key === "Escape" || key === "Tab") this.close();
    else if (key.length === 1 && !event.ctrlKey && !event.metaKey) this.jump(key.toLowerCase(), at);
    else return;
    if (key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  /** Goes to the next choice that begins with a letter. */
  jump(letter, at) {
    const { length } = this.choices;
    const order = [...this.choices.keys()].map((step) => (at + 1 + step) % length);
    const found = order.find((index) => this.choices[index].label.toLowerCase().startsWith(letter));
    if (found !== undefined) this.options[found].focus();
  }

  /** Puts the list below its button, or above where there is more room. */
  place() {
    const { element, button } = this;
    if (!button.isConnected) return; // its message was edited meanwhile
    const spot = button.getBoundingClientRect();
    const below = innerHeight - spot.bottom - 12;
    const above = spot.top - 12;
    const up = below < Math.min(element.scrollHeight, 200) && above > below;
    element.style.width = `${spot.width}px`;
    element.style.left = `${spot.left}px`;
    element.style.maxHeight = `${Math.min(320, up ? above : below)}px`;
    element.style.top = up ? "auto" : `${spot.bottom + 4}px`;
    element.style.bottom = up ? `${innerHeight - spot.top + 4}px` : "auto";
  }
}
