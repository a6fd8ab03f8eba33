// Modals: forms that a bot opens. Source: Discord's "Component Reference", "Label", "Text Input"; "Modal".

import { openDialog } from "./dialog.js";
import { make } from "./elements.js";
import { markdown } from "./markdown.js";
import { isSelect, selectMenu } from "./select.js";
import { names, state } from "./state.js";

const ACTION_ROW = 1, TEXT_INPUT = 4, TEXT_DISPLAY = 10, LABEL = 18;
const PARAGRAPH = 2;
const MOST_CHARACTERS = 4000;

/** Shows a modal; `submit(values)` sends what was filled in, by custom id, and returns the interaction's outcome. */
export function openModal(modal, submit) {
  const fields = [];
  const parts = modal.components.map((component) => partOf(component, fields));
  openDialog({
    title: modal.title,
    subtitle: `This form will be sent to ${state.application.name}.`,
    parts,
    submitLabel: "Submit",
    onsubmit: async () => {
      const wrong = fields.filter((field) => field.check());
      if (wrong.length) {
        wrong[0].focus();
        return "Please look at the fields marked red.";
      }
      try {
        const told = await submit(Object.fromEntries(fields.map((field) => [field.customId, field.value()])));
        return told.failed ? "Something went wrong. Try again." : "";
      } catch (error) {
        return error.message;
      }
    },
  });
}

function partOf(component, fields) {
  if (component.type === TEXT_DISPLAY) return make("div", { class: "text" }, markdown(component.content, names()));
  if (component.type === LABEL) return labelled(component.component, component.label, component.description, fields);
  if (component.type === ACTION_ROW) return labelled(component.components[0], component.components[0].label, "", fields);
  return make("p", { class: "muted", text: `A component of type ${component.type}, which this page does not know.` });
}

function labelled(component, label, description, fields) {
  const id = `field-${fields.length}`;
  const field = isSelect(component) ? selectField(component, label) : component.type === TEXT_INPUT ? textField(component) : null;
  if (!field) return partOf(component, fields);
  const problem = make("p", { class: "field-problem", id: `${id}-problem`, hidden: true });
  const { control } = field;
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-problem`);
  const required = component.required !== false;
  fields.push({
    customId: component.custom_id,
    value: field.value,
    focus: () => control.focus(),
    check: () => {
      problem.textContent = field.problem(required);
      problem.hidden = !problem.textContent;
      control.setAttribute("aria-invalid", String(!problem.hidden));
      return problem.textContent;
    },
  });
  return make("div", { class: "modal-field" },
    make("label", { class: "label", for: id }, label, required ? make("span", { class: "star", "aria-hidden": "true", text: " *" }) : null),
    make("p", { class: "hint", id: `${id}-hint`, text: description || "" }), ...field.elements, problem);
}

function selectField(component, label) {
  const select = selectMenu(component, { label });
  const problem = (required) => {
    const count = select.values().length;
    if (!count) return required && component.min_values > 0 ? "This field is required." : "";
    return count < component.min_values ? `Choose at least ${component.min_values}.` : "";
  };
  return { control: select.element, elements: [select.element], value: select.values, problem };
}

function textField(component) {
  const { min_length: least = 0, max_length: most = MOST_CHARACTERS, placeholder, required } = component;
  const long = component.style === PARAGRAPH;
  const properties = { maxlength: most, placeholder, "aria-required": String(required !== false), autocomplete: "off" };
  const control = long ? make("textarea", { rows: 4, ...properties }) : make("input", { type: "text", ...properties });
  control.value = component.value || "";
  const count = make("span", { class: "count", "aria-hidden": "true" });
  const show = () => { count.textContent = component.max_length ? `${control.value.length}/${most}` : ""; };
  control.addEventListener("input", show);
  show();
  const problem = (isRequired) => {
    if (!control.value.trim()) return isRequired ? "This field is required." : "";
    return control.value.length < least ? `Must be at least ${least} characters.` : "";
  };
  return { control, elements: [control, count], value: () => control.value, problem };
}
