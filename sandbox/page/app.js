// The page: state from the sandbox, live changes by websocket, and what the member does.

import { commandForm, fileOption, slashCommands } from "./composer.js";
import { avatar, displayName, make, setBaseUrl } from "./elements.js";
import { refreshRelativeTimes } from "./markdown.js";
import { closeMenu, openMenu } from "./menu.js";
import { messageElement, pendingElement } from "./message.js";

const member = new URLSearchParams(location.search).get("member") || "alice";
const byId = (id) => document.getElementById(id);
let state = null;
let open = null; // the command being filled in: { command, form }
let staged = []; // files of the message being written
let stuck = true; // whether the newest message stays in view

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST" };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify({ member, channel: state && state.channel.id, ...body });
    options.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(`/control/${path}`, options);
  const answer = await response.json().catch(() => ({ error: `${response.status} ${response.statusText}` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function tell(problem) {
  byId("problem").textContent = problem;
  byId("problem").hidden = !problem;
}

/** Runs something that may fail and shows why. */
async function attempt(action) {
  try {
    tell("");
    stuck = true;
    await action();
    return true;
  } catch (error) {
    tell(error.message);
    return false;
  }
}

async function upload(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return (await call("uploads", form)).id;
}

// What is shown.

function names() {
  const people = [...state.members, { id: state.application.id, username: state.application.name }];
  const known = people.map((user) => [user.id, displayName(user)]);
  return Object.fromEntries([...known, ...state.channels.map((channel) => [channel.id, channel.name])]);
}

const handlers = {
  get names() { return names(); },
  onclick: (message, customId) => attempt(() => call("interactions", { message: message.id, custom_id: customId })),
  ondismiss: (message) => attempt(() => call(`messages/${message.id}/dismiss`, {})),
  onmenu: (message, x, y, opener) => {
    const commands = state.commands.filter((command) => command.type === 3);
    const use = (command) => attempt(() => call("interactions", { command: command.name, type: 3, message: message.id }));
    openMenu(commands.map((command) => ({ label: command.name, act: () => use(command) })), x, y, opener);
  },
};

/** Keeps the newest message in view, while pictures load too, until the reader scrolls up. */
function stickToBottom() {
  const scroller = byId("scroller");
  let last = 0;
  scroller.addEventListener("scroll", () => {
    const atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    // Only going up lets go: a picture that has just loaded also leaves the bottom behind.
    if (atBottom || scroller.scrollTop < last) stuck = atBottom;
    last = scroller.scrollTop;
  });
  const observer = new ResizeObserver(() => { if (stuck) scroller.scrollTop = scroller.scrollHeight; });
  observer.observe(byId("messages"));
  observer.observe(scroller);
}

function show(selector, element) {
  const old = document.querySelector(selector);
  if (old) old.replaceWith(element);
  else byId("messages").append(element);
}

function showMessage(message) {
  show(`[data-id="${message.id}"]`, messageElement(message, handlers));
}

function showInteraction(interaction) {
  const selector = `[data-interaction="${interaction.id}"]`;
  if (interaction.response !== null) document.querySelector(selector)?.remove();
  else show(selector, pendingElement(interaction, state.application.name));
}

function showConnection(connected) {
  const text = connected ? `${state.application.name} is online` : `${state.application.name} is offline`;
  byId("connection").textContent = text;
  byId("connection").classList.toggle("online", connected);
}

function showCommands() {
  const chips = slashCommands(state.commands).map((command) => make("button", {
    class: "chip", type: "button", title: command.description, text: `/${command.name}`, onclick: () => openCommand(command),
  }));
  byId("shortcuts").replaceChildren(...chips);
}

function showState() {
  document.title = `#${state.channel.name} · ${state.guild.name}`;
  setBaseUrl(state.base_url);
  byId("guild-name").textContent = state.guild.name;
  byId("server-icon").textContent = state.guild.name.split(/\s+/).map((word) => word[0]).join("").slice(0, 3);
  byId("channel-name").textContent = state.channel.name;
  byId("welcome-channel").textContent = `#${state.channel.name}`;
  byId("channels").replaceChildren(...state.channels.map((channel) =>
    make("li", { class: channel.id === state.channel.id ? "current" : "", text: `# ${channel.name}` })));
  byId("my-avatar").replaceWith(Object.assign(avatar(state.me, "small"), { id: "my-avatar" }));
  byId("my-name").textContent = displayName(state.me);
  byId("message-text").placeholder = `Message #${state.channel.name}, or type /`;
  byId("messages").replaceChildren();
  state.messages.forEach(showMessage);
  showConnection(state.connected);
  showCommands();
}

// Writing.

function openCommand(command, file) {
  hideSuggestions();
  byId("message-form").hidden = byId("shortcuts").hidden = true;
  open = { command, form: commandForm(byId("command-form"), command, state, closeCommand) };
  if (file) open.form.setFile(file);
}

function closeCommand() {
  open = null;
  byId("command-form").hidden = true;
  byId("command-form").replaceChildren();
  byId("message-form").hidden = byId("shortcuts").hidden = false;
  byId("message-text").value = "";
  byId("message-text").focus();
}

async function sendCommand() {
  const { command, form } = open;
  const button = byId("command-form").querySelector(".primary");
  button.disabled = true;
  const sent = await attempt(async () => {
    const options = form.values();
    for (const [name, value] of Object.entries(options)) if (value instanceof File) options[name] = await upload(value);
    for (const option of command.options) {
      if (option.required && options[option.name] === undefined) throw new Error(`Choose something for “${option.name}”.`);
    }
    await call("interactions", { command: command.name, options });
  });
  button.disabled = false;
  if (sent) closeCommand();
}

async function sendMessage() {
  const text = byId("message-text").value;
  if (!text.trim() && !staged.length) return;
  const sent = await attempt(async () => {
    const uploads = await Promise.all(staged.map(upload));
    await call("messages", { content: text, uploads });
  });
  if (sent) {
    byId("message-text").value = "";
    stage([]);
  }
}

function stage(files) {
  staged = [...files];
  const text = staged.length ? `${staged.map((file) => file.name).join(", ")}` : "";
  const remove = make("button", { class: "plain", type: "button", "aria-label": "Remove files", text: "✕", onclick: () => stage([]) });
  byId("staged").replaceChildren(...(staged.length ? [text, remove] : []));
}

// Suggestions after "/".

function matching() {
  const typed = byId("message-text").value;
  if (!typed.startsWith("/")) return [];
  return slashCommands(state.commands).filter((command) => command.name.startsWith(typed.slice(1).trimEnd()));
}

function hideSuggestions() {
  byId("suggestions").hidden = true;
  byId("message-text").setAttribute("aria-expanded", "false");
}

function showSuggestions() {
  const found = matching();
  byId("suggestions").hidden = !found.length;
  byId("message-text").setAttribute("aria-expanded", String(found.length > 0));
  byId("suggestions").replaceChildren(...found.map((command, index) => make("button", {
    type: "button", role: "option", class: "suggestion", "aria-selected": String(index === 0), onclick: () => openCommand(command),
  }, make("strong", { text: `/${command.name}` }), make("span", { class: "muted", text: command.description }))));
}

function listenToWriting() {
  byId("message-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const [command] = matching();
    if (command) openCommand(command);
    else sendMessage();
  });
  byId("message-text").addEventListener("input", showSuggestions);
  byId("message-text").addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideSuggestions();
    if (event.key === "ArrowUp" || event.key === "ArrowDown") byId("suggestions").querySelector("button")?.focus();
  });
  byId("suggestions").addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step) (document.activeElement[step] || byId("message-text")).focus();
    if (event.key === "Escape") byId("message-text").focus();
  });
  byId("attach").addEventListener("change", (event) => {
    stage(event.target.files);
    event.target.value = "";
  });
  byId("command-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sendCommand();
  });
  byId("command-form").addEventListener("keydown", (event) => event.key === "Escape" && closeCommand());
}

function takeFile(file) {
  if (open) return open.form.setFile(file);
  const command = slashCommands(state.commands).find(fileOption);
  if (command) openCommand(command, file);
  else stage([file]);
}

function listenToDrops() {
  const hint = byId("drop-hint");
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hint.hidden = false;
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) hint.hidden = true; });
  addEventListener("drop", (event) => {
    hint.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files[0]) takeFile(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files[0]) takeFile(event.clipboardData.files[0]);
  });
}

// Live.

const changes = {
  message: (event) => showMessage(event.message),
  message_gone: (event) => document.querySelector(`[data-id="${event.id}"]`)?.remove(),
  interaction: (event) => showInteraction(event.interaction),
  commands: (event) => { state.commands = event.commands; showCommands(); },
  connection: (event) => showConnection(event.connected),
  breach: (event) => tell(`The bot broke a rule of Discord's: ${event.breach.message}`),
};

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/control/events?member=${encodeURIComponent(member)}`);
  // State is asked for only once changes are heard, so that none falls between the two.
  socket.addEventListener("open", () => attempt(async () => {
    state = await call(`state?member=${encodeURIComponent(member)}`);
    showState();
  }));
  socket.addEventListener("message", (event) => {
    const change = JSON.parse(event.data);
    if (state) changes[change.kind]?.(change);
  });
  socket.addEventListener("close", () => {
    byId("connection").textContent = "The sandbox is gone. Trying again…";
    byId("connection").classList.remove("online");
    setTimeout(connect, 1000);
  });
}

listenToWriting();
listenToDrops();
stickToBottom();
addEventListener("click", (event) => { if (!event.target.closest(".menu, .more")) closeMenu(); });
setInterval(refreshRelativeTimes, 15_000);
connect();
