"""Reads the body of a request: JSON, or an upload of files with `payload_json`.

Source: Discord's API Reference, "Uploading Files".
"""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.cdn.attachments import Upload
from sandbox.errors import ApiError

_FILE_FIELD = re.compile(r"files\[(\d+)\]$")


async def read_body(request: web.Request, size_limit: int) -> tuple[Any, dict[int, Upload], bool]:
    """Return the parsed body, the files by index, and whether there was a body at all.

    Args:
        request: The request.
        size_limit: Bytes a file may have.

    Raises:
        ApiError: 50109 for broken JSON, 40005 for too large a file, 50035 for another content type.
    """
    if not request.can_read_body:
        return {}, {}, False
    if request.content_type == "application/json":
        return _parse(await request.read()), {}, True
    if request.content_type == "multipart/form-data":
        body, files = await _read_multipart(request, size_limit)
        return body, files, True
    sentence = f'Expected "Content-Type" header to be one of application/json. Received: {request.content_type}'
    raise ApiError(400, 50035, "Invalid Form Body", rule=sentence)


async def _read_multipart(request: web.Request, size_limit: int) -> tuple[Any, dict[int, Upload]]:
    body: Any = {}
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        field = _FILE_FIELD.match(part.name or "")
        if part.name == "payload_json":
            body = _parse(data)
        elif field is not None:
            if len(data) > size_limit:
                raise ApiError(413, 40005, "Request entity too large", rule=f"a file may have {size_limit} bytes")
            files[int(field[1])] = Upload(part.filename or "unknown", data)
        else:
            raise ApiError(400, 50035, "Invalid Form Body", rule=f"unexpected form field {part.name!r}")
    return body, files


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        sentence = "The request body contains invalid JSON."
        raise ApiError(400, 50109, sentence, rule=sentence) from error
