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
  return user.global_name || user.username;
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

const ICONS = {
  eye: "M12 5C6 5 2 12 2 12s4 7 10 7 10-7 10-7-4-7-10-7zm0 11a4 4 0 1 1 0-8 4 4 0 0 1 0 8z",
  file: "M6 2h8l5 5v15H6zM13 3v5h5",
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
