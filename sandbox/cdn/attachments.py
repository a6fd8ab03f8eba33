"""Files: what a member or a bot uploads, and the attachment Discord makes of it.

Source: Discord's documentation, "Message", "Attachment Structure", and API Reference, "Signed Attachment CDN URLs".
"""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sandbox.cdn.pictures import picture_size
from sandbox.faults.gate import Gate
from sandbox.world.clock import Clock
from sandbox.world.snowflakes import Snowflakes

#: Seconds that a signed link works; Discord's are valid for a day.
LINK_LIFETIME = 24 * 60 * 60

#: Files kept; a sandbox that runs for long, or under load, forgets the oldest.
KEPT_FILES = 50_000

#: What Python's table of types lacks on some systems.
_MORE_TYPES = {".webp": "image/webp", ".avif": "image/avif", ".jpg": "image/jpeg", ".txt": "text/plain"}


@dataclass(kw_only=True, eq=False)
class CdnFault(Gate):
    """How the CDN misbehaves for one file; the attachment object does not show it. `held` waits for a stalled reader.

    Attributes:
        status: Answer with this status and no file, such as 404 or 503.
        redirect: Answer 302 to this address.
        body: Send these bytes instead of the file's.
        padding: Send this many zero bytes more than the attachment's `size` says.
        stall_after: Send this many bytes, then nothing until `release` is called or the reader leaves.
        content_type: Claim this type in the header.
    """

    status: int | None = None
    redirect: str | None = None
    body: bytes | None = None
    padding: int = 0
    stall_after: int | None = None
    content_type: str | None = None


@dataclass(kw_only=True, eq=False)
class _Claims:
    content_type: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None


class Upload:
    """A file somebody is about to send; the declared values may be lies.

    Args:
        filename: Its name.
        data: Its bytes.
        content_type: Declared type; guessed from the name, as Discord does, where not given.
        size: Declared size in bytes; the true one where not given.
        width: Declared width in pixels; read from the picture where not given.
        height: Declared height in pixels; read from the picture where not given.
        description: Alternative text.
        fault: What the CDN does wrong with it.
    """

    def __init__(
        self,
        filename: str,
        data: bytes,
        *,
        content_type: str | None = None,
        size: int | None = None,
        width: int | None = None,
        height: int | None = None,
        description: str | None = None,
        fault: CdnFault | None = None,
    ) -> None:
        self.filename = filename
        self.data = data
        self.description = description
        self.fault = fault
        self._claims = _Claims(content_type=content_type, size=size, width=width, height=height)

    @property
    def content_type(self) -> str | None:
        """Return the declared content type, None where the name tells nothing."""
        if self._claims.content_type is not None:
            return self._claims.content_type
        ending = "." + self.filename.rpartition(".")[2].lower()
        return _MORE_TYPES.get(ending) or mimetypes.guess_type(self.filename)[0]

    @property
    def size(self) -> int:
        """Return the declared size in bytes."""
        return len(self.data) if self._claims.size is None else self._claims.size

    def dimensions(self) -> tuple[int | None, int | None]:
        """Return the declared width and height in pixels, None for what is no picture."""
        true = picture_size(self.data) or (None, None)
        return (
            true[0] if self._claims.width is None else self._claims.width,
            true[1] if self._claims.height is None else self._claims.height,
        )


@dataclass(kw_only=True, eq=False)
class Attachment:
    """A stored file with its id; `fault` may be set or changed at any time."""

    id: str
    folder: str
    filename: str
    data: bytes = field(repr=False)
    size: int
    content_type: str | None
    width: int | None
    height: int | None
    description: str | None = None
    fault: CdnFault | None = None
    ephemeral: bool = False

    @property
    def path(self) -> str:
        """Return the file's path on the CDN, without a signature."""
        return f"/{self.folder}/{self.id}/{quote(self.filename)}"


def clean_filename(name: str) -> str:
    """Return a name as Discord keeps it: what is no letter, digit, or one of `.-()` becomes an underscore."""
    return re.sub(r"[^\w.()\-]", "_", name) or "unknown"


class AttachmentStore:
    """Keeps files, and signs and checks the links to them.

    Args:
        clock: Tells when a link runs out.
        ids: Makes the attachments' ids.
    """

    def __init__(self, clock: Clock, ids: Snowflakes) -> None:
        self.base_url = ""
        self._clock = clock
        self._ids = ids
        self._key = secrets.token_bytes(32)
        self._stored: dict[str, Attachment] = {}

    def add(self, upload: Upload, *, channel_id: str, ephemeral: bool = False) -> Attachment:
        """Store a file; `ephemeral` files are those of slash command options and private replies."""
        width, height = upload.dimensions()
        attachment = Attachment(
            id=self._ids.next(),
            folder=f"{'ephemeral-attachments' if ephemeral else 'attachments'}/{channel_id}",
            filename=clean_filename(upload.filename),
            data=upload.data,
            size=upload.size,
            content_type=upload.content_type,
            width=width,
            height=height,
            description=upload.description,
            fault=upload.fault,
            ephemeral=ephemeral,
        )
        self._stored[attachment.id] = attachment
        if len(self._stored) > KEPT_FILES:
            del self._stored[next(iter(self._stored))]
        return attachment

    def get(self, attachment_id: str) -> Attachment | None:
        """Return a stored file."""
        return self._stored.get(attachment_id)

    def url(self, attachment: Attachment) -> str:
        """Return a signed link that works for a day of the sandbox's time."""
        now = int(self._clock.now())
        expiry, issue = f"{now + LINK_LIFETIME:x}", f"{now:x}"
        path = attachment.path
        return f"{self.base_url}{path}?ex={expiry}&is={issue}&hm={self._sign(path, expiry, issue)}&"

    def link_works(self, attachment: Attachment, query: dict[str, str]) -> bool:
        """Return whether a link's signature is ours and has not run out."""
        expiry, issue = query.get("ex", ""), query.get("is", "")
        if not hmac.compare_digest(query.get("hm", ""), self._sign(attachment.path, expiry, issue)):
            return False
        return int(expiry, 16) > self._clock.now()

    def wire(self, attachment: Attachment) -> dict[str, Any]:
        """Return the attachment object with fresh links."""
        url = self.url(attachment)
        wire: dict[str, Any] = {
            "id": attachment.id,
            "filename": attachment.filename,
            "size": attachment.size,
            "url": url,
            "proxy_url": url.replace(self.base_url, f"{self.base_url}/media", 1),
        }
        optional = {
            "content_type": attachment.content_type,
            "width": attachment.width,
            "height": attachment.height,
            "description": attachment.description,
        }
        wire.update({name: value for name, value in optional.items() if value is not None})
        if attachment.ephemeral:
            wire["ephemeral"] = True
        return wire

    def _sign(self, path: str, expiry: str, issue: str) -> str:
        return hmac.new(self._key, f"{path}?{expiry}&{issue}".encode(), hashlib.sha256).hexdigest()
