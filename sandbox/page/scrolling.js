// Keeps the newest message in view, while pictures load too, until the reader scrolls up.

const scroller = document.getElementById("scroller");
let stuck = true;

/** Goes back to the newest message, as when one writes. */
export function stick() {
  stuck = true;
  scroller.scrollTop = scroller.scrollHeight;
}

/** Shows a message that another one answers, and marks it for a moment. */
export function jumpTo(element) {
  stuck = false;
  element.scrollIntoView({ block: "center" });
  element.classList.add("found");
  element.addEventListener("animationend", () => element.classList.remove("found"), { once: true });
}

export function stickToBottom() {
  let last = 0;
  scroller.addEventListener("scroll", () => {
    const atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    // Only going up lets go: a picture that has just loaded also leaves the bottom behind.
    if (atBottom || scroller.scrollTop < last) stuck = atBottom;
    last = scroller.scrollTop;
  });
  const observer = new ResizeObserver(() => { if (stuck) scroller.scrollTop = scroller.scrollHeight; });
  observer.observe(document.getElementById("messages"));
  observer.observe(scroller);
}
