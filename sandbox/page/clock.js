// The sandbox's clock, moved on by hand: what Discord lets expire is tried without waiting for it.

import { get, post } from "./control.js";
import { make } from "./elements.js";
import { attempt } from "./problem.js";

const STEPS = [
  { label: "3 seconds", seconds: 3 },
  { label: "15 minutes", seconds: 15 * 60 },
  { label: "An hour", seconds: 3600 },
  { label: "A day", seconds: 24 * 3600 },
];

const place = document.getElementById("clock");
const shown = make("time");
let timer = null;

/** Shows the sandbox's time; `now` is as the sandbox tells it. */
export function showTime(now) {
  shown.dateTime = now;
  shown.textContent = new Date(now).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** Keeps the time true while it is in sight. */
export function watchClock(watched) {
  clearInterval(timer);
  if (!watched) return;
  refresh();
  timer = setInterval(refresh, 1000);
}

function refresh() {
  return get("clock").then(({ now }) => showTime(now), () => {}); // the page says elsewhere that the sandbox is gone
}

export function listenToClock() {
  const buttons = STEPS.map(({ label, seconds }) => make("button", {
    class: "button secondary", type: "button", text: label, "aria-label": `Move the time on: ${label}`,
    onclick: () => attempt(async () => showTime((await post("clock", { advance: seconds })).now)),
  }));
  const hint = make("p", { class: "hint", text: "A bot has 3 seconds to respond; an interaction lives 15 minutes, a link to a file a day." });
  place.append(make("p", {}, "It is ", shown, "."), make("div", { class: "row" }, ...buttons), hint);
}
