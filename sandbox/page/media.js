// Pictures, galleries, files, and what hides them.

import { fileSize, icon, local, make } from "./elements.js";
import { link } from "./markdown.js";

/** Returns a media item of a component: a picture, behind a button if it is a spoiler. */
export function media(item, kind) {
  const { url, width, height } = item.media;
  const element = picture(url, item.description || "", width, height, kind);
  return item.spoiler ? hidden(element) : element;
}

/** Returns an element for several pictures. */
export function gallery(items) {
  return make("div", { class: `gallery count-${Math.min(items.length, 4)}` }, ...items);
}

/** Returns a button that shows an element in its place. */
export function hidden(element) {
  const show = make("button", { class: "button secondary", type: "button", text: "Show spoiler" });
  show.addEventListener("click", () => show.replaceWith(element));
  return show;
}

export function picture(url, description, width, height, kind) {
  const source = local(url);
  if (!source.startsWith("/")) return make("div", { class: kind }, link(url, description || url));
  const image = make("img", { src: source, alt: description, width, height, loading: "lazy" });
  const label = description ? `Open picture: ${description}` : "Open picture";
  return make("a", { class: kind, href: source, target: "_blank", rel: "noopener", "aria-label": label }, image);
}

/** Returns a file as its name, size in bytes (or null) and a link to save it. */
export function fileCard(name, size, url) {
  const href = local(url);
  const title = make("a", { href, target: "_blank", rel: "noopener", text: name });
  const about = make("span", { class: "muted", text: size === null || size === undefined ? "" : fileSize(size) });
  const save = make("a", { class: "save", href, download: name, "aria-label": `Download ${name}`, title: "Download" }, icon("download"));
  return make("div", { class: "file" }, icon("file"), make("div", {}, title, about), save);
}

/** Returns elements for a message's attachments. */
export function attachments(list) {
  const pictures = list.filter((one) => one.width && one.height && (one.content_type || "").startsWith("image/"));
  const others = list.filter((one) => !pictures.includes(one));
  const items = pictures.map((one) => picture(one.url, one.description || "", one.width, one.height, "gallery-item"));
  return [...(items.length ? [gallery(items)] : []), ...others.map((one) => fileCard(one.filename, one.size, one.url))];
}
