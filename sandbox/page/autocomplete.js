// A slash command's option for which the bot suggests choices while one types.

import { post } from "./control.js";
import { make } from "./elements.js";
import { suggestionsFor } from "./suggestions.js";

// Milliseconds without a key before the bot is asked.
const PAUSE = 250;
const STRING = 3;

/**
 * Makes a field ask the bot while one types into it.
 *
 * `others()` gives the options filled in so far. Returns `{ list, chosen() }`: the list's element, and the value of the
 * choice that was taken, undefined where the member typed something of their own.
 */
export function autocomplete(field, commandName, option, others) {
  const list = make("div", { class: "suggestions below", role: "listbox", id: `choices-${option.name}`, "aria-label": `Choices for ${option.name}` });
  const suggestions = suggestionsFor(field, list);
  let taken; // the choice whose name the field shows
  let timer = null;
  let asked = 0;
  const ask = async () => {
    const mine = (asked += 1);
    const body = { command: commandName, options: others(), focused: option.name, value: field.value };
    // Without suggestions one can still type: a bot that does not answer is no reason to stop.
    const { choices } = await post("autocomplete", body).catch(() => ({ choices: [] }));
    if (mine !== asked || document.activeElement !== field) return;
    suggestions.show(choices.map((choice) => ({ title: choice.name, choose: () => take(choice) })));
  };
  const take = (choice) => {
    asked += 1;
    taken = choice;
    field.value = choice.name;
    field.setCustomValidity("");
  };
  const askSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  field.addEventListener("input", () => {
    taken = undefined;
    const wrong = option.type !== STRING && Number.isNaN(Number(field.value));
    field.setCustomValidity(wrong ? "Choose one of the suggestions, or type a number." : "");
    askSoon();
  });
  field.addEventListener("focus", () => { if (!taken) askSoon(); });
  field.addEventListener("blur", () => clearTimeout(timer));
  return { list, chosen: () => taken?.value };
}
