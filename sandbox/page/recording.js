// Recording what members do, to run it again as a test.

/** Shows whether a recording is under way. */
export function showRecording() {}
