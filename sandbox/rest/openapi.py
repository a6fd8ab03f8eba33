"""Holds requests and answers against Discord's own OpenAPI 3.1 description, if its path is given.

Source: the public repository discord/discord-api-spec.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.rest.string_ids import with_string_ids

_ROOT = "urn:discord:openapi"
_REMEMBERED = 200
_BOOLEANS = {"1": True, "0": False, "true": True, "false": False, "True": True, "False": False}


@dataclass(frozen=True)
class Problem:
    """A place that does not fit the description: path in the body (or parameter) and a sentence."""

    path: tuple[str | int, ...]
    message: str


def _is_date_time(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_uri(value: Any) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def _is_int32(value: Any) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


def _is_int64(value: Any) -> bool:
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checks = {"date-time": _is_date_time, "uri": _is_uri, "int32": _is_int32, "int64": _is_int64}
    for name, check in checks.items():
        checker.checks(name, raises=ValueError)(check)
    return checker


class Description:
    """Discord's description, with a validator made for each schema when it is first needed.

    Use `load_description`: one file is parsed once in a process.

    Args:
        document: The parsed OpenAPI document.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths: dict[str, Any] = document["paths"]
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        self._formats = _formats()
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}
        self._fitting_bodies: set[tuple[str, str, str]] = set()

    def knows(self, method: str, template: str) -> bool:
        """Return whether Discord has this route."""
        return method.lower() in self._paths.get(template, {})

    def request_problems(
        self,
        method: str,
        template: str,
        params: dict[str, str],
        query: dict[str, str],
        body: Any,
        *,
        has_body: bool,
    ) -> list[Problem]:
        """Return what of a request does not fit; nothing for one that does.

        Args:
            method: HTTP method.
            template: The path as the description writes it.
            params: The path's parameters.
            query: Query parameters as sent.
            body: The parsed body, `payload_json` of an upload.
            has_body: Whether one was sent.
        """
        if not self.knows(method, template):
            return [Problem((), f"Discord's description has no {method} {template}")]
        problems = list(self._parameter_problems(method, template, params, query))
        operation = self._paths[template][method.lower()]
        request = operation.get("requestBody")
        if request is None:
            return problems
        if not has_body:
            return [*problems, Problem((), "a body is required")] if request.get("required") else problems
        return problems + self._body_problems(method, template, body)

    def response_problems(self, method: str, template: str, status: int, body: Any) -> list[Problem]:
        """Return what of an answer with a 2xx status does not fit."""
        responses = self._paths[template][method.lower()]["responses"]
        if str(status) not in responses:
            return [Problem((), f"{method} {template} is never answered {status}")]
        content = responses[str(status)].get("content")
        if content is None:
            return [] if body is None else [Problem((), "the answer should have no body")]
        pointer = ("paths", template, method.lower(), "responses", str(status), "content", "application/json")
        return self._problems((*pointer, "schema"), body)

    def _body_problems(self, method: str, template: str, body: Any) -> list[Problem]:
        # Checking all of a bot's commands takes a tenth of a second, and each start sends the same.
        key = (method, template, json.dumps(body))
        if key in self._fitting_bodies:
            return []
        pointer = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
        problems = self._problems(pointer, with_string_ids(body))
        if not problems and len(self._fitting_bodies) < _REMEMBERED:
            self._fitting_bodies.add(key)
        return problems

    def _parameter_problems(
        self, method: str, template: str, params: dict[str, str], query: dict[str, str]
    ) -> Iterator[Problem]:
        item = self._paths[template]
        for place in ((template, "parameters"), (template, method.lower(), "parameters")):
            owner = item if len(place) == 2 else item[method.lower()]
            for index, parameter in enumerate(owner.get("parameters", ())):
                values = params if parameter["in"] == "path" else query
                name = parameter["name"]
                if name not in values:
                    if parameter.get("required"):
                        yield Problem((name,), "this parameter is required")
                    continue
                value = _typed(values[name], parameter["schema"])
                yield from self._problems(("paths", *place, str(index), "schema"), value, prefix=(name,))

    def _problems(self, pointer: tuple[str, ...], value: Any, *, prefix: tuple[str, ...] = ()) -> list[Problem]:
        errors = self._validator(pointer).iter_errors(value)
        return [Problem((*prefix, *error.absolute_path), error.message) for error in map(_most_telling, errors)]

    def _validator(self, pointer: tuple[str, ...]) -> Draft202012Validator:
        validator = self._validators.get(pointer)
        if validator is None:
            tokens = (quote(token.replace("~", "~0").replace("/", "~1"), safe="~") for token in pointer)
            schema = {"$ref": f"{_ROOT}#/{'/'.join(tokens)}"}
            validator = Draft202012Validator(schema, registry=self._registry, format_checker=self._formats)
            self._validators[pointer] = validator
        return validator


def _typed(value: str, schema: dict[str, Any]) -> Any:
    """Return a query parameter as the type its schema names, or as it is where it cannot be read so."""
    kind = schema.get("type")
    if kind == "boolean":
        return _BOOLEANS.get(value, value)
    if kind == "integer" and value.lstrip("-").isdigit():
        return int(value)
    return value


def _most_telling(error: ValidationError) -> ValidationError:
    """Return the error inside an anyOf or oneOf that says what is wrong: that of the branch of the right type."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        fitting = [errors for errors in branches.values() if not any(map(_is_wrong_branch, errors))]
        if not fitting:
            return error if len(branches) > 2 else _deepest(error.context)
        error = _deepest(fitting[0])
    return error


def _is_wrong_branch(error: ValidationError) -> bool:
    at_type = list(error.relative_path) == ["type"] and error.validator in ("enum", "const")
    return at_type or (not error.relative_path and error.validator == "type")


def _deepest(errors: Iterable[ValidationError]) -> ValidationError:
    return max(errors, key=lambda error: len(error.absolute_path))


@lru_cache(maxsize=4)
def _load(path: Path, changed_ns: int) -> Description:
    return Description(json.loads(path.read_text(encoding="utf-8")))


def load_description(path: Path) -> Description:
    """Return the description in a file, parsed once in a process.

    Raises:
        OSError: If the file cannot be read.
    """
    path = path.resolve()
    return _load(path, path.stat().st_mtime_ns)
