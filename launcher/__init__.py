"""`poster-judge`: the command line's root, and `up`, which starts and watches the processes."""
