// Embeds as elements. Source: Discord's "Embed Object".

import { make } from "./elements.js";
import { link, markdown } from "./markdown.js";
import { gallery, picture } from "./media.js";

/** Returns an element for an embed; `names` are those of mentioned people, roles and channels by id. */
export function embed(data, names) {
  const element = make("div", { class: "container embed" });
  if (data.color !== undefined && data.color !== null) {
    element.style.setProperty("--accent", `#${data.color.toString(16).padStart(6, "0")}`);
  }
  const body = make("div", { class: "section-texts" });
  if (data.author) body.append(make("strong", { class: "embed-author" }, data.author.url ? link(data.author.url, data.author.name) : data.author.name));
  if (data.title) body.append(make("strong", { class: "embed-title" }, data.url ? link(data.url, data.title) : data.title));
  if (data.description) body.append(make("div", { class: "text" }, markdown(data.description, names)));
  const fields = (data.fields || []).map((field) => make("div", { class: field.inline ? "" : "whole" },
    make("strong", {}, markdown(field.name, names)), make("div", {}, markdown(field.value, names))));
  if (fields.length) body.append(make("div", { class: "embed-fields" }, ...fields));
  const top = make("div", { class: "section" }, body);
  if (data.thumbnail) top.append(picture(data.thumbnail.url, "", data.thumbnail.width, data.thumbnail.height, "thumbnail"));
  element.append(top);
  if (data.image) element.append(gallery([picture(data.image.url, "", data.image.width, data.image.height, "gallery-item")]));
  const foot = [data.footer?.text, data.timestamp && new Date(data.timestamp).toLocaleString()].filter(Boolean);
  if (foot.length) element.append(make("small", { class: "md-sub", text: foot.join(" • ") }));
  return element;
}
