// Speaks to the sandbox's /control.

import { member, state } from "./state.js";

/** A refusal of the sandbox's; `status` is HTTP's. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answerTo(path, options) {
  const response = await fetch(`/control/${path}`, options);
  const answer = await response.json().catch(() => ({ error: `${response.status} ${response.statusText}` }));
  if (!response.ok) throw new Refusal(response.status, answer.error);
  return answer;
}

export function get(path) {
  return answerTo(path);
}

/** Sends JSON as it is. */
export function sendJson(path, body, method = "POST") {
  return answerTo(path, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
}

/** Sends JSON as the member in the channel that is shown. */
export function post(path, body) {
  return sendJson(path, { member, channel: state.channel.id, ...body });
}

export function patch(path, body) {
  return sendJson(path, { member, channel: state.channel.id, ...body }, "PATCH");
}

export function remove(path, more = {}) {
  const query = new URLSearchParams({ member, channel: state.channel.id, ...more });
  return answerTo(`${path}?${query}`, { method: "DELETE" });
}

/** Sends a file and returns the id by which it is attached. */
export async function upload(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return (await answerTo("uploads", { method: "POST", body: form })).id;
}
