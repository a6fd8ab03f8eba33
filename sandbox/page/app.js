// The page: state from the sandbox, live changes by websocket, and what the member does with messages.

import { textsOf } from "./components.js";
import { listenToWriting, showCommands } from "./composer.js";
import { get, post, remove } from "./control.js";
import { openDialog, setBusy } from "./dialog.js";
import { make, setBaseUrl } from "./elements.js";
import { refreshRelativeTimes } from "./markdown.js";
import { closeMenu, openMenu } from "./menu.js";
import { messageElement, pendingElement } from "./message.js";
import { openModal } from "./modal.js";
import { noteInteraction, outcome } from "./outcomes.js";
import { canReply, messageGone, startReply } from "./reply.js";
import { stick, stickToBottom } from "./scrolling.js";
import { listenToSidebar, showSidebar } from "./sidebar.js";
import { forgetChannel, isDirect, member, names, setState, state, wantedChannel } from "./state.js";

const MESSAGE_COMMAND = 3;
const byId = (id) => document.getElementById(id);

function tell(problem) {
  byId("problem").textContent = problem;
  byId("problem").hidden = !problem;
}

/** Runs something that may fail and shows why. Returns whether it worked. */
async function attempt(action) {
  try {
    tell("");
    await action();
    return true;
  } catch (error) {
    tell(error.message);
    return false;
  }
}

// What the member does.

/** Begins an interaction; what the bot makes of it is followed in the background. */
async function begin(body) {
  stick();
  const begun = await post("interactions", body);
  attempt(() => followed(begun));
}

/** Waits for the bot's first response, opens the modal if it is one, and returns the interaction. */
async function followed(begun) {
  const told = await outcome(begun);
  if (told.modal) {
    const submit = async (values) => outcome(await post("modals", { interaction: told.modal.interaction, values }));
    openModal(told.modal, submit);
  }
  return told;
}

async function use(message, customId, values, element) {
  if (element.getAttribute("aria-busy")) return;
  setBusy(element, true);
  document.querySelector(`[data-id="${message.id}"] .use-failed`)?.remove();
  await attempt(async () => {
    const told = await followed(await post("interactions", { message: message.id, custom_id: customId, values }));
    const note = make("p", { class: "failed use-failed", role: "status", text: "This interaction failed" });
    if (told.failed) document.querySelector(`[data-id="${message.id}"] .body`)?.append(note);
  });
  setBusy(element, false);
}

function menuOf(message, x, y, opener) {
  const commands = state.commands.filter((command) => command.type === MESSAGE_COMMAND);
  const useCommand = (command) => attempt(() => begin({ command: command.name, type: MESSAGE_COMMAND, message: message.id }));
  const text = [message.content, ...textsOf(message.components)].filter(Boolean).join("\n");
  const reply = { label: "Reply", act: () => startReply(message) };
  const copy = { label: "Copy text", act: () => attempt(() => navigator.clipboard.writeText(text)) };
  const apps = commands.map((command) => ({ label: command.name, act: () => useCommand(command) }));
  const discard = { label: "Delete message", danger: true, act: () => askToDelete(message) };
  openMenu([
    { items: [...(canReply(message) ? [reply] : []), ...(text ? [copy] : [])] },
    { title: "Apps", items: message.ephemeral ? [] : apps },
    { items: message.can_delete ? [discard] : [] },
  ], x, y, opener);
}

function askToDelete(message) {
  openDialog({
    title: "Delete message",
    parts: [make("p", { text: "Delete this message for everybody? It cannot be brought back." })],
    submitLabel: "Delete",
    danger: true,
    onsubmit: () => remove(`messages/${message.id}`).then(() => "", (error) => error.message),
  });
}

const handlers = {
  get names() { return names(); },
  get me() { return state.me.id; },
  onuse: use,
  onreply: startReply,
  onmenu: menuOf,
  ondismiss: (message) => attempt(() => post(`messages/${message.id}/dismiss`, {})),
};

// What is shown.

/** Puts an element into its place by time: ids grow with it. What it replaces hands on the focus. */
function show(selector, element) {
  const old = document.querySelector(selector);
  if (old) {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.customId : undefined;
    old.replaceWith(element);
    if (focused) element.querySelector(`[data-custom-id="${CSS.escape(focused)}"]`)?.focus();
    return;
  }
  let after = byId("messages").lastElementChild;
  while (after && BigInt(after.dataset.order) > BigInt(element.dataset.order)) after = after.previousElementSibling;
  if (after) after.after(element);
  else byId("messages").prepend(element);
}

function showMessage(message) {
  show(`[data-id="${message.id}"]`, messageElement(message, handlers));
}

/** Shows a command that waits for the bot. A button or a modal, which have no name, show that themselves. */
function showInteraction(interaction) {
  noteInteraction(interaction);
  if (!interaction.name) return;
  const selector = `[data-interaction="${interaction.id}"]`;
  if (interaction.response !== null) document.querySelector(selector)?.remove();
  else show(selector, pendingElement(interaction, state.application.name));
}

function removeMessage(id) {
  document.querySelector(`[data-id="${id}"]`)?.remove();
  messageGone(id);
}

function showConnection(connected) {
  byId("connection").textContent = `${state.application.name} is ${connected ? "online" : "offline"}`;
  byId("connection").classList.toggle("online", connected);
}

function showState() {
  const direct = isDirect();
  const name = `${direct ? "@" : "#"}${state.channel.name}`;
  document.title = direct ? name : `${name} · ${state.guild.name}`;
  setBaseUrl(state.base_url);
  byId("channel-mark").textContent = direct ? "@" : "#";
  byId("channel-name").textContent = state.channel.name;
  byId("welcome-channel").textContent = direct ? state.channel.name : `Welcome to ${name}`;
  byId("message-text").placeholder = `Message ${name}, or type /`;
  byId("messages").replaceChildren();
  state.messages.forEach(showMessage);
  showSidebar();
  showConnection(state.connected);
  showCommands();
}

// Live.

const changes = {
  message: (event) => showMessage(event.message),
  message_gone: (event) => removeMessage(event.id),
  interaction: (event) => showInteraction(event.interaction),
  commands: (event) => { state.commands = event.commands; showCommands(); },
  connection: (event) => showConnection(event.connected),
  breach: (event) => tell(`The bot broke a rule of Discord's: ${event.breach.message}`),
};

function place() {
  const channel = wantedChannel();
  return new URLSearchParams(channel ? { member, channel } : { member });
}

let early = []; // changes heard while the state is on its way, which may be older than they are; null afterwards

function hear(change) {
  if (early) early.push(change);
  else changes[change.kind]?.(change);
}

async function load() {
  setState(await get(`state?${place()}`));
  showState();
  const missed = early;
  early = null;
  missed.forEach(hear);
}

/** Looks why the sandbox does not talk: it is gone, or it knows no such channel (any more), as after a restart. */
async function reconnect(opened) {
  byId("connection").textContent = "The sandbox is gone. Trying again…";
  byId("connection").classList.remove("online");
  if (!opened) {
    const refused = await get(`state?${place()}`).then(() => null, (error) => error);
    if (refused?.status) tell(refused.message);
    if (refused?.status === 404) forgetChannel();
  }
  setTimeout(connect, 1000);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/control/events?${place()}`);
  let opened = false;
  // State is asked for only once changes are heard, so that none falls between the two.
  socket.addEventListener("open", async () => {
    opened = true;
    early = [];
    if (!(await attempt(load))) socket.close(); // and try again
  });
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => reconnect(opened));
}

listenToWriting({ attempt, begin });
listenToSidebar(attempt);
stickToBottom();
addEventListener("click", (event) => { if (!event.target.closest(".menu, .more")) closeMenu(); });
setInterval(refreshRelativeTimes, 15_000);
connect();
