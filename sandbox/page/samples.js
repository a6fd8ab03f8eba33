// Posters of films that do not exist, for visitors who have none at hand: in the welcome, and in a gallery by the field.

import { takeFile } from "./composer.js";
import { make } from "./elements.js";
import { attempt } from "./problem.js";

const gallery = document.getElementById("gallery");
const opener = document.getElementById("open-gallery");

/** Returns a list of posters, each a button that takes it as if its file had been dropped. */
function posterList(posters) {
  return make("ul", { class: "samples", "aria-label": "Sample posters" }, ...posters.map((poster) => make("li", {}, make("button", {
    type: "button", class: "sample", title: `${poster.title} (${poster.genre})`, onclick: () => attempt(() => take(poster)),
  }, make("img", { src: `/samples/${poster.file}`, alt: `${poster.title}, ${poster.genre}: ${poster.description}`, width: 70, height: 105 })))));
}

async function take(poster) {
  showGallery(false);
  const response = await fetch(`/samples/${poster.file}`);
  if (!response.ok) throw new Error(`The sample poster cannot be had: ${response.status} ${response.statusText}`);
  const picture = await response.blob();
  takeFile(new File([picture], poster.file, { type: picture.type }));
}

function showGallery(shown) {
  gallery.hidden = !shown;
  opener.setAttribute("aria-expanded", String(shown));
}

/** Fetches the list of posters, and shows them where one begins. */
export async function showSamples() {
  const posters = await fetch("/samples/posters.json").then((response) => response.json());
  document.getElementById("welcome-samples").replaceChildren(posterList(posters));
  gallery.replaceChildren(posterList(posters));
  opener.hidden = false;
  opener.addEventListener("click", () => {
    showGallery(gallery.hidden);
    if (!gallery.hidden) gallery.querySelector("button").focus();
  });
  const leave = (element) => { if (element && !element.closest("#gallery, #open-gallery")) showGallery(false); };
  addEventListener("pointerdown", (event) => leave(event.target));
  gallery.addEventListener("focusout", (event) => leave(event.relatedTarget));
  gallery.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    showGallery(false);
    opener.focus();
  });
}
