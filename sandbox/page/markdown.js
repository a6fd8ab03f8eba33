// Discord's markdown as elements. Source: Discord's "Markdown Text 101" and "Reference", "Message Formatting".

import { make, safeUrl } from "./elements.js";

const INLINE = new RegExp(
  [
    /\\(?<escaped>[\\`*_~|<>#\-[\]()])/,
    /(?<ticks>`+)(?<code>[\s\S]+?)\k<ticks>(?!`)/,
    /\*\*(?<bold>[\s\S]+?)\*\*(?!\*)/,
    /__(?<underline>[\s\S]+?)__(?!_)/,
    /\*(?!\s)(?<star>[\s\S]*?[^\s*])\*(?!\*)/,
    /(?<![A-Za-z0-9])_(?<under>[^_]+?)_(?![A-Za-z0-9])/,
    /~~(?<strike>[\s\S]+?)~~/,
    /\|\|(?<spoiler>[\s\S]+?)\|\|/,
    /\[(?<label>[^\]]+)\]\(<?(?<href>https?:\/\/[^\s)>]+)>?\)/,
    /<t:(?<time>-?\d{1,12})(?::(?<style>[tTdDfFR]))?>/,
    /<(?<mention>@[!&]?|#)(?<mentioned>\d+)>/,
    /<a?:(?<emoji>\w+):\d+>/,
    /<\/(?<command>[^:>]+):\d+>/,
    /<?(?<url>https?:\/\/[^\s<>]+[^\s<>.,:;!?)'"\]])>?/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

const WRAPPERS = { bold: "strong", underline: "u", star: "em", under: "em", strike: "s" };

/** Returns a fragment for a text; `names` gives the names of mentioned people and channels by id. */
export function markdown(text, names = {}) {
  const fragment = document.createDocumentFragment();
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) at = block(lines, at, fragment, names);
  return fragment;
}

function block(lines, at, parent, names) {
  const line = lines[at];
  if (line.startsWith("```")) return codeBlock(lines, at, parent);
  const heading = /^(#{1,3}) +(.+)/.exec(line);
  if (heading) {
    // The page has headings of its own above: a message's begin at the fourth level.
    parent.append(make(`h${heading[1].length + 3}`, { class: `md-h${heading[1].length}` }, inline(heading[2], names)));
    return at + 1;
  }
  const small = /^-# +(.+)/.exec(line);
  if (small) {
    parent.append(make("small", { class: "md-sub" }, inline(small[1], names)));
    return at + 1;
  }
  if (/^> /.test(line)) return quote(lines, at, parent, names);
  if (/^ *(?:[-*]|\d+\.) +/.test(line)) return list(lines, at, parent, names);
  return paragraph(lines, at, parent, names);
}

function startsBlock(line) {
  return /^(```|#{1,3} |-# |> | *(?:[-*]|\d+\.) +)/.test(line);
}

function paragraph(lines, at, parent, names) {
  const from = at;
  do at += 1;
  while (at < lines.length && !startsBlock(lines[at]));
  parent.append(make("div", { class: "md-text" }, inline(lines.slice(from, at).join("\n"), names)));
  return at;
}

function codeBlock(lines, at, parent) {
  const rest = lines.slice(at).join("\n").slice(3);
  const end = rest.indexOf("```");
  if (end < 0) {
    parent.append(make("div", { class: "md-text", text: lines[at] }));
    return at + 1;
  }
  const code = rest.slice(0, end).replace(/^[\w+-]*\n/, "").replace(/\n$/, "");
  parent.append(make("pre", {}, make("code", { text: code })));
  const after = rest.slice(end + 3);
  const used = at + rest.slice(0, end).split("\n").length;
  if (after.split("\n")[0].trim()) lines.splice(used, 0, after.split("\n")[0]);
  return used;
}

function quote(lines, at, parent, names) {
  const quoted = [];
  for (; at < lines.length && lines[at].startsWith("> "); at += 1) quoted.push(lines[at].slice(2));
  parent.append(make("blockquote", {}, markdown(quoted.join("\n"), names)));
  return at;
}

const ITEM = /^( *)([-*]|\d+\.) +(.*)/;

function list(lines, at, parent, names) {
  const first = ITEM.exec(lines[at]);
  const depth = first[1].length;
  const numbered = /\d/.test(first[2]);
  const element = make(numbered ? "ol" : "ul", numbered ? { start: parseInt(first[2], 10) } : {});
  parent.append(element);
  for (let found; at < lines.length && (found = ITEM.exec(lines[at])); ) {
    if (found[1].length < depth) break;
    if (found[1].length > depth && element.lastChild) {
      at = list(lines, at, element.lastChild, names);
      continue;
    }
    element.append(make("li", {}, inline(found[3], names)));
    at += 1;
  }
  return at;
}

function inline(text, names) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    fragment.append(text.slice(from, match.index), piece(match, names));
    from = match.index + match[0].length;
  }
  fragment.append(text.slice(from));
  return fragment;
}

function piece(match, names) {
  const found = match.groups;
  for (const [name, tag] of Object.entries(WRAPPERS)) {
    if (found[name] !== undefined) return make(tag, {}, inline(found[name], names));
  }
  if (found.escaped !== undefined) return found.escaped;
  if (found.code !== undefined) return make("code", { text: found.code });
  if (found.spoiler !== undefined) return spoiler(inline(found.spoiler, names));
  if (found.href !== undefined) return link(found.href, inline(found.label, names));
  if (found.url !== undefined) return link(found.url, found.url);
  if (found.time !== undefined) return timestamp(Number(found.time), found.style || "f");
  if (found.emoji !== undefined) return `:${found.emoji}:`;
  if (found.command !== undefined) return make("span", { class: "mention", text: `/${found.command}` });
  const mark = found.mention === "#" ? "#" : "@";
  // The role of everybody is called "@everyone", mark and all.
  const name = (names[found.mentioned] || "unknown").replace(/^@/, "");
  return make("span", { class: "mention", text: `${mark}${name}` });
}

export function link(url, label) {
  const href = safeUrl(url);
  return href ? make("a", { href, target: "_blank", rel: "noopener noreferrer" }, label) : label;
}

function spoiler(content) {
  const element = make("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler" }, content);
  const show = () => element.classList.add("shown");
  element.addEventListener("click", show);
  element.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return element;
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

function timestamp(seconds, style) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `<t:${seconds}>`;
  const full = date.toLocaleString(undefined, STYLES.F);
  const text = style === "R" ? relative(seconds) : date.toLocaleString(undefined, STYLES[style]);
  const mark = style === "R" ? { "data-relative": seconds } : {};
  return make("time", { datetime: date.toISOString(), title: full, text, ...mark });
}

const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60]];

function relative(seconds) {
  const away = seconds - Date.now() / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(away) >= size) || ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(away / length), unit);
}

/** Brings all "… ago" on the page up to date. */
export function refreshRelativeTimes() {
  for (const element of document.querySelectorAll("[data-relative]")) {
    element.textContent = relative(Number(element.dataset.relative));
  }
}
