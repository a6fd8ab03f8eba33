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
  const hue = Number(BigInt(user.id) % 360n);
  const element = make("span", { class: `avatar ${size}`, "aria-hidden": "true", text: displayName(user)[0].toUpperCase() });
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
