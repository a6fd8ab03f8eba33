// What became of the interactions that this page began: commands, buttons, selects, modals.

import { get } from "./control.js";

const KEPT = 100;
// The sandbox says after three seconds of its clock that a bot missed its time; it is asked itself if no word comes.
const PATIENCE = 10_000;

const newest = new Map(); // views by id: changes may be heard before the answer that names the id
const waiting = new Map();

const isOver = (view) => view.failed || view.response !== null;

/** Takes note of an interaction as the live changes tell of it. */
export function noteInteraction(view) {
  newest.delete(view.id);
  newest.set(view.id, view);
  if (newest.size > KEPT) newest.delete(newest.keys().next().value);
  if (isOver(view)) waiting.get(view.id)?.(view);
}

/** Waits until the bot has responded or missed its time; returns the interaction with `response`, `failed`, `modal`. */
export async function outcome(begun) {
  const known = newest.get(begun.id) || begun;
  if (isOver(known)) return known;
  let timer = null;
  const heard = new Promise((resolve) => {
    waiting.set(begun.id, resolve);
    timer = setTimeout(() => resolve(null), PATIENCE);
  });
  const view = await heard;
  clearTimeout(timer);
  waiting.delete(begun.id);
  if (view) return view;
  const asked = await get(`interactions/${begun.id}`);
  return isOver(asked) ? asked : { ...asked, failed: true };
}
