// What went wrong, in the line above the field in which one writes.

const line = document.getElementById("problem");

export function tell(problem) {
  line.textContent = problem;
  line.hidden = !problem;
}

/** Runs something that may fail and shows why. Returns whether it worked. */
export async function attempt(action) {
  try {
    tell("");
    await action();
    return true;
  } catch (error) {
    tell(error.message);
    return false;
  }
}
