// Interactions that the member begins, and what the bot answers first.

import { post } from "./control.js";
import { setBusy } from "./dialog.js";
import { make } from "./elements.js";
import { openModal } from "./modal.js";
import { outcome } from "./outcomes.js";
import { attempt } from "./problem.js";
import { stick } from "./scrolling.js";

/** Begins an interaction; what the bot makes of it is followed in the background. */
export async function begin(body) {
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

/** Clicks a message's button, or sends the choice in one of its selects. */
export async function use(message, customId, values, element) {
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
