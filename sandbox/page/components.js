// Components V2, embeds and attachments as elements. Source: Discord's "Component Reference".

import { fileSize, icon, local, make, safeUrl } from "./elements.js";
import { link, markdown } from "./markdown.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "primary" };

/** Returns elements for a list of components; `context` has `names` and `onclick(customId)`. */
export function components(list, context) {
  return list.map((component) => (RENDERERS[component.type] || unknown)(component, context));
}

const RENDERERS = {
  1: (row, context) => make("div", { class: "row" }, ...components(row.components, context)),
  2: button,
  9: section,
  10: (text, context) => make("div", { class: "text" }, markdown(text.content, context.names)),
  11: (thumbnail) => media(thumbnail, "thumbnail"),
  12: gallery,
  13: (file) => fileCard(file.name || "file", file.size, file.file.url),
  14: separator,
  17: container,
};

function unknown(component) {
  const text = component.placeholder || `Component of type ${component.type}`;
  return make("button", { class: "select", disabled: true, text });
}

function button(component, context) {
  const emoji = component.emoji && component.emoji.name && !component.emoji.id ? `${component.emoji.name} ` : "";
  const label = `${emoji}${component.label || ""}`.trim();
  const style = BUTTON_STYLES[component.style] || "secondary";
  const href = component.url && safeUrl(component.url);
  if (href) {
    const properties = { class: "button link", href, target: "_blank", rel: "noopener noreferrer" };
    return make("a", properties, label, make("span", { class: "outward", "aria-label": "opens a new tab", text: " ↗" }));
  }
  const onclick = () => context.onclick(component.custom_id);
  return make("button", { class: `button ${style}`, type: "button", disabled: component.disabled, onclick, text: label });
}

function section(component, context) {
  const texts = make("div", { class: "section-texts" }, ...components(component.components, context));
  return make("div", { class: "section" }, texts, ...components([component.accessory], context));
}

function gallery(component) {
  const items = component.items.map((item) => media(item, "gallery-item"));
  return make("div", { class: `gallery count-${Math.min(items.length, 4)}` }, ...items);
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

function media(item, kind) {
  const { url, width, height } = item.media;
  const description = item.description || "";
  const element = picture(url, description, width, height, kind);
  return item.spoiler ? hidden(element) : element;
}

function hidden(element) {
  const show = make("button", { class: "button secondary", type: "button", text: "Show spoiler" });
  show.addEventListener("click", () => show.replaceWith(element));
  return show;
}

function picture(url, description, width, height, kind) {
  const source = local(url);
  if (!source.startsWith("/")) return make("div", { class: kind }, link(url, description || url));
  const image = make("img", { src: source, alt: description, width, height, loading: "lazy" });
  const label = description ? `Open picture: ${description}` : "Open picture";
  return make("a", { class: kind, href: source, target: "_blank", rel: "noopener", "aria-label": label }, image);
}

function fileCard(name, size, url) {
  const title = make("a", { href: local(url), target: "_blank", rel: "noopener", text: name });
  const about = make("span", { class: "muted", text: size === null || size === undefined ? "" : fileSize(size) });
  return make("div", { class: "file" }, icon("file"),
    make("div", {}, title, about));
}

/** Returns elements for a message's attachments. */
export function attachments(list) {
  const pictures = list.filter((one) => one.width && one.height && (one.content_type || "").startsWith("image/"));
  const others = list.filter((one) => !pictures.includes(one));
  const items = pictures.map((one) => picture(one.url, one.description || "", one.width, one.height, "gallery-item"));
  const shown = items.length ? [make("div", { class: `gallery count-${Math.min(items.length, 4)}` }, ...items)] : [];
  return [...shown, ...others.map((one) => fileCard(one.filename, one.size, one.url))];
}

/** Returns an element for an embed. */
export function embed(data, context) {
  const element = make("div", { class: "container embed" });
  if (data.color !== undefined && data.color !== null) {
    element.style.setProperty("--accent", `#${data.color.toString(16).padStart(6, "0")}`);
  }
  const body = make("div", { class: "section-texts" });
  if (data.author) body.append(make("small", { class: "md-sub" }, data.author.name));
  if (data.title) body.append(make("strong", { class: "embed-title" }, data.url ? link(data.url, data.title) : data.title));
  if (data.description) body.append(make("div", { class: "text" }, markdown(data.description, context.names)));
  for (const field of data.fields || []) {
    body.append(make("div", {}, make("strong", { text: field.name }), make("div", {}, markdown(field.value, context.names))));
  }
  const top = make("div", { class: "section" }, body);
  if (data.thumbnail) top.append(picture(data.thumbnail.url, "", data.thumbnail.width, data.thumbnail.height, "thumbnail"));
  element.append(top);
  if (data.image) {
    const item = picture(data.image.url, "", data.image.width, data.image.height, "gallery-item");
    element.append(make("div", { class: "gallery count-1" }, item));
  }
  if (data.footer) element.append(make("small", { class: "md-sub", text: data.footer.text }));
  return element;
}
