"""The HTTP control API: what the page, and tests in other processes, do with the sandbox."""
