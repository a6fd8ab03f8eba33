"""A scenario: steps that members take, each with what the bot answers. It is kept as a JSON file."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: The form of the file; another number is another form.
VERSION = 1
#: Bytes of a scenario file.
MAX_FILE_SIZE = 64 * 1024 * 1024
#: Characters of a line in it, unless a text is longer.
LINE_LENGTH = 110

#: What may happen in a step without anybody doing it: something goes wrong, or well again, or time goes by.
CIRCUMSTANCES = frozenset({"fault", "well_again", "wait"})

#: What a member may do in a step.
ACTIONS = frozenset(
    {
        *("slash", "message_command", "user_command", "click", "choose", "submit"),
        *("send", "edit", "delete", "dismiss", "start_thread"),
    }
)

_STEP: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("in", "command", "button", "menu", "text", "name"), (str,)),
    **dict.fromkeys(("message", "reply_to", "forward_of"), (str,)),
    **dict.fromkeys(("files", "answers"), (list,)),
    "on": (str, dict),
    "values": (list, dict),
    "options": (dict,),
    "form_of": (int,),
    "mention": (bool,),
    "fault": (dict,),
    "kind": (str,),
    "seconds": (int, float),
}
_ANSWER: dict[str, tuple[type, ...]] = {"message": (str,), "only_for": (str,), "says": (list,), "files": (list,)}
_NAMES = {str: "a text", list: "a list", dict: "an object", int: "a number", float: "a number", bool: "true or false"}


class ScenarioError(Exception):
    """A scenario that cannot be read, or whose steps do not go as it says."""


@dataclass(kw_only=True)
class Scenario:
    """Who did what, and what the bot answered.

    Attributes:
        title: What it is about.
        steps: In order: `{who, does, …, answers: […]}`, or without `who` what happens to all. README.md lists what
            stands in them.
        files: The uploaded files by the names that the steps call them.
    """

    title: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def commands(self) -> set[str]:
        """Return the names of the commands it uses, without those of their groups' subcommands."""
        used = {str(step["command"]): step["does"] for step in self.steps if "command" in step}
        return {name.split()[0] if does == "slash" else name for name, does in used.items() if name}

    def document(self) -> dict[str, Any]:
        """Return it as a JSON object; the files come last, after what a reader wants to see."""
        files = {name: base64.b64encode(data).decode() for name, data in self.files.items()}
        return {"scenario": VERSION, "title": self.title, "steps": self.steps, "files": files}

    def text(self) -> str:
        """Return what stands in its file."""
        return _shown(self.document()) + "\n"

    def save(self, path: Path) -> None:
        """Write it.

        Raises:
            OSError: If it cannot be written.
        """
        path.write_text(self.text(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Scenario:
        """Read a file.

        Raises:
            ScenarioError: If it cannot be read, or is no scenario.
        """
        try:
            if path.stat().st_size > MAX_FILE_SIZE:
                raise ScenarioError(f"{path} is larger than {MAX_FILE_SIZE // 1024**2} MiB")
            return cls.of(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ScenarioError(f"{path} cannot be read as a scenario: {error}") from error

    @classmethod
    def of(cls, document: Any) -> Scenario:
        """Return the scenario of a JSON object.

        Raises:
            ScenarioError: If it is none, with the place.
        """
        if not isinstance(document, dict) or document.get("scenario") != VERSION:
            raise ScenarioError(f'a scenario is a JSON object with "scenario": {VERSION}')
        title, steps, files = document.get("title", ""), document.get("steps"), document.get("files", {})
        if not isinstance(title, str) or not isinstance(steps, list) or not isinstance(files, dict):
            raise ScenarioError("a scenario has a title, a list of steps, and files by name")
        for number, step in enumerate(steps, 1):
            _check(step, number)
        try:
            data = {name: base64.b64decode(text, validate=True) for name, text in files.items()}
        except (binascii.Error, TypeError, ValueError) as error:
            raise ScenarioError(f"a file of the scenario is no base64: {error}") from error
        return cls(title=title, steps=steps, files=data)


def _shown(value: Any, indent: str = "") -> str:
    """Return JSON in which what is short stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(indent) + len(line) <= LINE_LENGTH:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_shown(one, inner)}" for key, one in value.items()]
        start, end = "{", "}"
    else:
        parts = [_shown(one, inner) for one in value]
        start, end = "[", "]"
    return f"{start}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{end}"


def _check(step: Any, number: int) -> None:
    if not isinstance(step, dict):
        raise ScenarioError(f"step {number} is an object")
    does = str(step.get("does"))
    if does not in CIRCUMSTANCES and not isinstance(step.get("who"), str):
        raise ScenarioError(f'step {number}: "who" names a member')
    if does not in ACTIONS | CIRCUMSTANCES:
        raise ScenarioError(f'step {number}: "does" is one of {", ".join(sorted(ACTIONS | CIRCUMSTANCES))}')
    _check_types(step, _STEP, f"step {number}")
    for answer in step.get("answers", []):
        if not isinstance(answer, dict) or not answer.keys() & {"message", "form", "no_response", "unanswered"}:
            raise ScenarioError(f'step {number}: an answer is a "message", a "form", "no_response" or "unanswered"')
        _check_types(answer, _ANSWER, f"step {number}, answers")
        for key in ("says", "files"):
            if not all(isinstance(line, str) for line in answer.get(key, [])):
                raise ScenarioError(f'step {number}, answers: "{key}" is a list of texts')


def _check_types(part: dict[str, Any], types: dict[str, tuple[type, ...]], place: str) -> None:
    for key, value in part.items():
        if key in types and not isinstance(value, types[key]):
            names = " or ".join(dict.fromkeys(_NAMES[one] for one in types[key]))
            raise ScenarioError(f'{place}: "{key}" is {names}')
