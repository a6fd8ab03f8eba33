// The page: state from the sandbox, and live changes by websocket.

import { showTime } from "./clock.js";
import { listenToWriting, showCommands } from "./composer.js";
import { get } from "./control.js";
import { setBaseUrl } from "./elements.js";
import { removeMessage, showInteraction, showMessage, showMessages, walkByKeyboard } from "./log.js";
import { refreshRelativeTimes } from "./markdown.js";
import { closeMenu } from "./menu.js";
import { listenToPanel, noteBreach, noteRefusal, showPanel } from "./panel.js";
import { attempt, tell } from "./problem.js";
import { showRecording } from "./recording.js";
import { showSamples } from "./samples.js";
import { stickToBottom } from "./scrolling.js";
import { listenToSidebar, showSidebar } from "./sidebar.js";
import { forgetChannel, isDirect, member, setState, state, wantedChannel } from "./state.js";
import { noteUnread, readChannels, readMessage } from "./unread.js";

const byId = (id) => document.getElementById(id);

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
  showMessages(state.messages);
  readChannels();
  showSidebar();
  showConnection(state.connected);
  showCommands();
  showPanel();
}

// Live.

const changes = {
  message: (event) => { readMessage(event.message); showMessage(event.message); },
  unread: (event) => { noteUnread(event.channel, event.message); showSidebar(); },
  message_gone: (event) => removeMessage(event.id),
  interaction: (event) => showInteraction(event.interaction),
  commands: (event) => { state.commands = event.commands; showCommands(); },
  connection: (event) => showConnection(event.connected),
  breach: (event) => noteBreach(event.breach),
  clock: (event) => showTime(event.now),
  channels: (event) => { state.channels = event.channels; showSidebar(); },
  recording: (event) => showRecording(event.recording),
  refusal: (event) => noteRefusal(event.refusal),
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

listenToWriting();
listenToSidebar();
listenToPanel();
walkByKeyboard();
stickToBottom();
showSamples();
addEventListener("click", (event) => { if (!event.target.closest(".menu, .more")) closeMenu(); });
setInterval(refreshRelativeTimes, 15_000);
connect();
