// The developer panel: rules that the bot broke, faults on demand, recordings.

import { listenToClock, watchClock } from "./clock.js";
import { get } from "./control.js";
import { make } from "./elements.js";
import { showFaults, watchFaults } from "./faults.js";
import { attempt, tell } from "./problem.js";
import { askForRecording } from "./recording.js";
import { state } from "./state.js";

const panel = document.getElementById("panel");
const opener = document.getElementById("open-panel");
const SHOWN = 100; // requests of a kind
let count = 0; // of rules broken

function open(shown) {
  panel.hidden = !shown;
  document.body.classList.toggle("with-panel", shown);
  opener.setAttribute("aria-expanded", String(shown));
  watchFaults(shown);
  watchClock(shown);
  if (shown) {
    attempt(showRequests);
    document.getElementById("panel-title").focus();
  } else if (document.activeElement === document.body) opener.focus();
}

function showCount() {
  const badge = document.getElementById("breach-count");
  badge.hidden = count === 0;
  badge.textContent = count;
  opener.setAttribute("aria-label", `Developer panel, rules broken: ${count}`);
}

/** Shows what the bot was told it did wrong, newest first; a sandbox may have seen many thousands: it tells the last. */
async function showRequests() {
  const [breaches, refused] = await Promise.all([get("breaches"), get("refusals")]);
  fill("breaches", breaches, "The bot has broken none of Discord's rules.");
  fill("refusals", refused.filter((one) => !one.is_breach), "Nothing was refused.");
}

function fill(id, requests, none) {
  const parts = requests.length ? requests.reverse().map(requestElement) : [make("p", { class: "muted", text: none })];
  document.getElementById(id).replaceChildren(...parts);
}

/** Returns a request of the bot's as a line that opens: what it asked, and which rule that ran into. */
function requestElement(request) {
  const body = request.body === null || request.body === undefined ? null
    : make("pre", { tabindex: "0", role: "region", "aria-label": "Body of the request" }, make("code", { text: JSON.stringify(request.body, null, 2) }));
  const rule = request.rule ? make("span", { class: "rule", text: request.rule }) : null;
  return make("details", { class: `request ${request.is_breach === false ? "" : "breach"}` },
    make("summary", {}, make("code", { text: `${request.method} ${request.path}` }), " ", make("span", { class: "muted", text: request.status }), rule),
    make("p", { text: request.message }), body);
}

/** Takes note of a rule that the bot broke just now. */
export function noteBreach(breach) {
  count += 1;
  showCount();
  tell(`The bot broke a rule of Discord's (${breach.rule}). More is in the developer panel.`);
  prepend("breaches", breach);
}

/** Takes note of a request that was refused just now; what was a breach is told of by that. */
export function noteRefusal(refusal) {
  if (!refusal.is_breach) prepend("refusals", refusal);
}

function prepend(id, request) {
  if (panel.hidden) return; // all of them are asked for when it opens
  const list = document.getElementById(id);
  if (!list.querySelector(".request")) list.replaceChildren();
  list.prepend(requestElement(request));
  if (list.children.length > SHOWN) list.lastElementChild.remove();
}

/** Shows the sandbox's state in the panel, after a start or a new connection. */
export function showPanel() {
  count = state.breaches;
  showCount();
  attempt(askForRecording);
}

export function listenToPanel() {
  opener.addEventListener("click", () => open(panel.hidden));
  document.getElementById("close-panel").addEventListener("click", () => {
    open(false);
    opener.focus();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    opener.focus();
  });
  showFaults([]);
  listenToClock();
}
