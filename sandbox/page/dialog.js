// A dialog in front of the page: the frame of modals and of questions. The browser keeps the focus inside.

import { icon, make } from "./elements.js";

/**
 * Opens a dialog; Esc, Cancel and the cross close it.
 *
 * `parts` are shown between title and buttons; `onsubmit()` may be async and returns a problem to show, or "" when the
 * dialog is to close.
 */
export function openDialog({ title, subtitle = "", parts, submitLabel, danger = false, onsubmit }) {
  document.querySelector("dialog")?.close();
  const problem = make("p", { class: "dialog-problem", role: "alert", hidden: true });
  const cancel = make("button", { class: "button plain-button", type: "button", text: "Cancel", onclick: () => dialog.close() });
  const submit = make("button", { class: `button ${danger ? "danger" : "primary"}`, text: submitLabel });
  const close = make("button", { class: "dialog-close", type: "button", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"));
  const top = make("div", { class: "dialog-top" }, make("div", {}, make("h2", { id: "dialog-title", text: title }),
    subtitle ? make("p", { class: "muted", text: subtitle }) : null), close);
  const form = make("form", { novalidate: true }, top, make("div", { class: "dialog-parts" }, ...parts), problem,
    make("div", { class: "dialog-buttons" }, cancel, submit));
  const dialog = make("dialog", { "aria-labelledby": "dialog-title" }, form);
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    setBusy(submit, true);
    problem.hidden = true;
    problem.textContent = await onsubmit();
    busy = false;
    setBusy(submit, false);
    problem.hidden = !problem.textContent;
    if (problem.hidden) dialog.close();
  });
  const opener = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector(".dialog-parts input, .dialog-parts textarea, .dialog-parts button") || submit).focus();
}

/** Shows that an element's action is under way. It keeps the focus, which a disabled one would lose. */
export function setBusy(element, busy) {
  element.classList.toggle("busy", busy);
  if (busy) element.setAttribute("aria-busy", "true");
  else element.removeAttribute("aria-busy");
}
