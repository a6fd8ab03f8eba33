// Makes elements. Text always goes in as text nodes, never as HTML.

/** Returns an element with properties (class, text, data, aria and other attributes, on… listeners) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Returns a round avatar with a person's initial, in a colour of their own. */
export function avatar(user, size = "") {
  // Neighbouring ids get colours far apart.
  const hue = (Number(BigInt(user.id) % 1_000_003n) * 137.5) % 360;
  const element = make("span", { class: `avatar ${size} ${user.bot ? "app" : ""}`, "aria-hidden": "true", text: displayName(user)[0].toUpperCase() });
  element.style.setProperty("--hue", hue);
  return element;
}

export function displayName(user) {
  return user.display_name || user.global_name || user.username;
}

/** Returns a web address that is safe to link to, or null. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

let baseUrl = "";

/** Tells under which address the bot sees this sandbox; links with it are fetched from this page's own origin. */
export function setBaseUrl(url) {
  baseUrl = url;
}

/** Returns the address of a file of the sandbox's CDN as this page reaches it; others are returned as they are. */
export function local(url) {
  return baseUrl && url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url;
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(2)} MB`;
}

/** Returns what a button or a choice is labelled with: its emoji, if it has one that can be shown, and its text. */
export function labelParts(emoji, label) {
  if (!emoji) return [label];
  // A server's own emoji, whose picture is not here, is shown by its name.
  const shown = emoji.id ? `:${emoji.name || "emoji"}:` : emoji.name;
  // Better nothing than an empty box, where a text says what is meant.
  if (label && !emoji.id && !hasPicture(shown)) return [label];
  return [make("span", { class: "emoji", text: shown }), label ? ` ${label}` : ""];
}

/** Returns what a choice of a select is labelled with; `mark` stands before names: "@", "#". */
export function choiceLabel({ mark, emoji, label }) {
  return [mark ? make("span", { class: "muted", text: mark }) : null, ...labelParts(emoji, label)];
}

/** Returns whether a font of this machine shows an emoji; many a server has none. */
function hasPicture(text) {
  const drawn = ["\u{10ffff}", text].map((one) => {
    const canvas = make("canvas", { width: 24, height: 24 });
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    paper.font = "16px sans-serif";
    paper.fillText(one, 0, 18);
    return paper.getImageData(0, 0, 24, 24).data.join();
  });
  return drawn[0] !== drawn[1];
}

const ICONS = {
  eye: "M12 5C6 5 2 12 2 12s4 7 10 7 10-7 10-7-4-7-10-7zm0 11a4 4 0 1 1 0-8 4 4 0 0 1 0 8z",
  file: "M6 2h8l5 5v15H6zM13 3v5h5",
  reply: "M10 8V4L2 11.5 10 19v-4.5c5.5 0 9 1.5 12 5.5-1-6.5-4.5-11-12-12z",
  more: "M5 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z",
  check: "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z",
  chevron: "M12 15.5 5.5 9 7 7.5l5 5 5-5L18.5 9z",
  download: "M11 3h2v9l3.5-3.5L18 10l-6 6-6-6 1.5-1.5L11 12zM4 18h16v2.5H4z",
  outward: "M14 4h6v6h-2V7.4l-8.3 8.3-1.4-1.4L16.6 6H14zM5 6h6v2H7v9h9v-4h2v6H5z",
};

/** Returns a small picture that no font has to have. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
