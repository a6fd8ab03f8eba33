// What is to go wrong between Discord and the bot, switched on and off by hand.

import { get, post, remove } from "./control.js";
import { make } from "./elements.js";
import { attempt } from "./problem.js";

// Milliseconds between looks at which faults are left: some are used up by the bot's requests.
const PAUSE = 1500;

const SWITCHES = [
  { kind: "latency", label: "Slow answers", hint: "Each request of the bot waits two seconds.", fields: { seconds: 2, times: null } },
  { kind: "error", label: "Server errors", hint: "Each request is answered with 500.", fields: { status: 500, times: null } },
  { kind: "rate_limit", label: "Rate limits", hint: "Each request is answered with 429: one second to wait.", fields: { retry_after: 1, everywhere: true, times: null } },
  { kind: "cut", label: "Lost answers", hint: "Each request takes effect, and its answer is lost.", fields: { applied: true, times: null } },
  { kind: "missing_files", label: "Missing attachments", hint: "Each download is answered with 404.", fields: { times: null } },
  { kind: "double_events", label: "Events twice", hint: "The bot hears of everything twice.", fields: { times: 10_000 } },
  { kind: "turn_events_round", label: "Events out of order", hint: "The next three events come last one first.", fields: { events: 3 } },
  { kind: "silent_heartbeats", label: "Silent gateway", hint: "Heartbeats are not acknowledged any more.", fields: {} },
  { kind: "refuse_gateway", label: "Closed gateway", hint: "New connections are turned away.", fields: {} },
];

const DEEDS = [
  { label: "Drop the gateway", fields: { kind: "drop_gateway" } },
  { label: "Drop it, and the session", fields: { kind: "drop_gateway", resumable: false } },
  { label: "Ask to reconnect", fields: { kind: "reconnect" } },
  { label: "Let tokens expire", fields: { kind: "expire_tokens" } },
];

const place = document.getElementById("faults");
let timer = null;

/** Shows the switches; `standing` are the faults that are on, as the sandbox tells them. */
export function showFaults(standing) {
  if (!place.children.length) build();
  const on = new Set(standing.map((fault) => fault.kind));
  for (const input of place.querySelectorAll("input")) input.checked = on.has(input.name);
}

function build() {
  const switches = SWITCHES.map(({ kind, label, hint, fields }) => {
    const input = make("input", { type: "checkbox", role: "switch", name: kind, "aria-describedby": `${kind}-hint` });
    input.addEventListener("change", () => change(() => (input.checked ? post("faults", { kind, ...fields }) : remove("faults", { kind }))));
    return make("div", { class: "fault" }, make("label", {}, input, label), make("p", { class: "hint", id: `${kind}-hint`, text: hint }));
  });
  const deeds = DEEDS.map(({ label, fields }) => make("button", {
    class: "button secondary", type: "button", text: label, onclick: () => change(() => post("faults", fields)),
  }));
  const stop = make("button", { class: "button secondary", type: "button", text: "All well again", onclick: () => change(() => remove("faults")) });
  place.append(...switches, make("div", { class: "row" }, ...deeds, stop));
}

/** Does something to the faults and shows which are on after it, or were where it failed. */
async function change(action) {
  if (!(await attempt(async () => showFaults(await action())))) refresh();
}

function refresh() {
  return get("faults").then(showFaults, () => {}); // the page says elsewhere that the sandbox is gone
}

/** Keeps the switches true while they are in sight. */
export function watchFaults(watched) {
  clearInterval(timer);
  if (!watched) return;
  refresh();
  timer = setInterval(refresh, PAUSE);
}
