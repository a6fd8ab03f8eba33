// The developer panel: rules that the bot broke, faults on demand, recordings.

import { make } from "./elements.js";
import { get } from "./control.js";
import { showFaults, watchFaults } from "./faults.js";
import { attempt } from "./problem.js";
import { showRecording } from "./recording.js";
import { state } from "./state.js";

const panel = document.getElementById("panel");
const opener = document.getElementById("open-panel");
const list = document.getElementById("breaches");
let count = 0;

function open(shown) {
  panel.hidden = !shown;
  document.body.classList.toggle("with-panel", shown);
  opener.setAttribute("aria-expanded", String(shown));
  watchFaults(shown);
  if (shown) {
    attempt(showBreaches);
    document.getElementById("panel-title").focus();
  } else if (document.activeElement === document.body) opener.focus();
}

function showCount() {
  const badge = document.getElementById("breach-count");
  badge.hidden = count === 0;
  badge.textContent = count;
  opener.setAttribute("aria-label", `Developer panel, rules broken: ${count}`);
}

async function showBreaches() {
  const breaches = await get("breaches");
  count = breaches.length;
  showCount();
  const none = make("p", { class: "muted", text: "The bot has broken none of Discord's rules." });
  list.replaceChildren(...(count ? breaches.reverse().map(breachElement) : [none]));
}

/** Returns a breach as a line that opens: what the bot asked, and against which rule that is. */
function breachElement(breach) {
  const body = breach.body === null || breach.body === undefined ? null
    : make("pre", { tabindex: "0", "aria-label": "Body of the request" }, make("code", { text: JSON.stringify(breach.body, null, 2) }));
  return make("details", { class: "breach" },
    make("summary", {}, make("code", { text: `${breach.method} ${breach.path}` }), make("span", { class: "rule", text: breach.rule })),
    make("p", { text: breach.message }), body);
}

/** Takes note of a breach that happened just now. */
export function noteBreach() {
  count += 1;
  showCount();
  if (!panel.hidden) attempt(showBreaches);
}

/** Shows the sandbox's state in the panel, after a start or a new connection. */
export function showPanel() {
  count = state.breaches;
  showCount();
  showRecording();
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
}
