"""`poster-judge` commands, each in a process of its own, forked from one interpreter that has loaded what they need.

A script: it takes `ForkedCommand`s as JSON on standard input, and gives their exit codes as JSON on standard output.
All that the commands write goes to standard error.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass, field

import broker.connection
from launcher.parent_death import die_with_parent


@dataclass
class ForkedCommand:
    """A command as an operator would give it."""

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    connect_timeout: float = broker.connection.CONNECT_TIMEOUT
    """Seconds that it tries to get into the queue; less for one that never will."""


def as_json(commands: list[ForkedCommand]) -> bytes:
    """What the script reads."""
    return json.dumps([asdict(command) for command in commands]).encode()


def _main() -> None:
    import bot.running  # noqa: F401
    import launcher.up  # noqa: F401
    import model_engine.serving.running  # noqa: F401
    from launcher.cli import app

    commands = [ForkedCommand(**fields) for fields in json.load(sys.stdin)]
    die_with_this = die_with_parent()
    pids = []
    for command in commands:
        if pid := os.fork():
            pids.append(pid)
            continue
        die_with_this()
        os.dup2(2, 1)
        os.environ.update(command.environment)
        broker.connection.CONNECT_TIMEOUT = command.connect_timeout  # type: ignore[misc]
        app(command.arguments, prog_name="poster-judge")
    json.dump([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids], sys.stdout)


if __name__ == "__main__":
    _main()
