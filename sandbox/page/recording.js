// Recording what members do, to run it again: here, or as a test.

import { get, remove, sendJson } from "./control.js";
import { make } from "./elements.js";
import { attempt } from "./problem.js";

const place = document.getElementById("recording");

/** Asks the sandbox how far its recording is and shows it. */
export async function askForRecording() {
  showRecording(await get("recording"));
}

/** Shows a recording as `{ recording, title, steps }`: whether it runs, how it is called, how much is in it. */
export function showRecording(told) {
  document.getElementById("open-panel").classList.toggle("recording", told.recording);
  const focused = place.contains(document.activeElement);
  place.replaceChildren(...(told.recording ? running(told) : stopped(told)));
  if (focused) place.querySelector("input, button").focus();
}

function running(told) {
  const stop = make("button", { class: "button danger", type: "button", text: "Stop recording" });
  stop.addEventListener("click", () => attempt(async () => showRecording(await remove("recording"))));
  return [make("p", { text: `What members do now is written down as “${told.title}”.` }), make("div", { class: "row" }, stop)];
}

function stopped(told) {
  const title = make("input", { type: "text", id: "recording-name", maxlength: 100, autocomplete: "off", placeholder: "A session" });
  const start = make("button", { class: "button secondary", text: "Start recording" });
  const form = make("form", { class: "recording-form" }, make("label", { class: "hint", for: "recording-name", text: "Title" }), title, start);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => showRecording(await sendJson("recording", { title: title.value })));
  });
  return [form, told.title === null ? null : saved(told), replay()].filter(Boolean);
}

function saved(told) {
  const name = `“${told.title}”, ${told.steps} ${told.steps === 1 ? "step" : "steps"}`;
  return make("p", {}, `${name}: `, make("a", { href: "/control/recording/scenario", download: "", text: "Download" }));
}

/** Returns a button that takes a recording's file and does it again. */
function replay() {
  const input = make("input", { class: "unseen", type: "file", accept: ".json,application/json" });
  const result = make("p", { role: "status" });
  input.addEventListener("change", async () => {
    result.textContent = "Running…";
    const file = input.files[0];
    result.textContent = await outcomeOf(file).catch((error) => error.message);
    input.value = "";
  });
  const label = make("label", { class: "button secondary file-button" }, "Run a recording", input);
  return make("div", { class: "replay" }, make("div", { class: "row" }, label), result);
}

async function outcomeOf(file) {
  const scenario = await file.text().then(JSON.parse).catch(() => { throw new Error("This file is no recording."); });
  const told = await sendJson("replay", scenario);
  return told.passed ? `All went as written down (steps: ${told.steps}).` : `It went otherwise. ${told.problem}`;
}
