// A message's components as elements. Source: Discord's "Component Reference".

import { icon, labelParts, make, safeUrl } from "./elements.js";
import { markdown } from "./markdown.js";
import { fileCard, gallery, hidden, media } from "./media.js";
import { isSelect, selectMenu } from "./select.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "primary" };

/** Returns elements for components; `context` has `names` and `onuse(customId, values, element)`, for a button without values. */
export function components(list, context) {
  return list.map((component) => rendered(component, context));
}

function rendered(component, context) {
  if (isSelect(component)) return select(component, context);
  return (RENDERERS[component.type] || unknown)(component, context);
}

const RENDERERS = {
  1: (row, context) => make("div", { class: "row" }, ...components(row.components, context)),
  2: button,
  9: section,
  10: (text, context) => make("div", { class: "text" }, markdown(text.content, context.names)),
  11: (thumbnail) => media(thumbnail, "thumbnail"),
  12: (component) => gallery(component.items.map((item) => media(item, "gallery-item"))),
  13: file,
  14: separator,
  17: container,
};

function unknown(component) {
  return make("p", { class: "muted", text: `A component of type ${component.type}, which this page does not know.` });
}

function button(component, context) {
  const label = labelParts(component.emoji, component.label);
  const href = component.url && safeUrl(component.url);
  if (href && !component.disabled) {
    const properties = { class: "button link", href, target: "_blank", rel: "noopener noreferrer" };
    return make("a", properties, ...label, " ", icon("outward"), make("span", { class: "unseen", text: " (opens a new tab)" }));
  }
  const element = make("button", {
    class: `button ${BUTTON_STYLES[component.style] || "secondary"}`, type: "button", disabled: component.disabled,
    "data-custom-id": component.custom_id, onclick: () => context.onuse(component.custom_id, undefined, element),
  }, make("span", { class: "button-label" }, ...label));
  return element;
}

function select(component, context) {
  return selectMenu(component, { onchoose: (values, element) => context.onuse(component.custom_id, values, element) }).element;
}

function section(component, context) {
  const texts = make("div", { class: "section-texts" }, ...components(component.components, context));
  return make("div", { class: "section" }, texts, ...components([component.accessory], context));
}

function file(component) {
  const card = fileCard(component.name || "file", component.size, component.file.url);
  return component.spoiler ? hidden(card) : card;
}

function separator(component) {
  return make("hr", { class: `separator ${component.spacing === 2 ? "large" : ""} ${component.divider ? "" : "clear"}` });
}

function container(component, context) {
  const element = make("div", { class: "container" }, ...components(component.components, context));
  if (component.accent_color !== null && component.accent_color !== undefined) {
    element.style.setProperty("--accent", `#${component.accent_color.toString(16).padStart(6, "0")}`);
  }
  return component.spoiler ? hidden(element) : element;
}

/** Returns all texts of components, as "Copy text" takes them. */
export function textsOf(list) {
  return list.flatMap((component) => [
    ...(typeof component.content === "string" ? [component.content] : []), ...textsOf(component.components || []),
  ]);
}
