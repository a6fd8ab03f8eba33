"""`python -m launcher` is `poster-judge`."""

from launcher.cli import app

app(prog_name="poster-judge")
