"""The CDN: files behind signed links that run out, and what can go wrong with them.

Source: Discord's API Reference, "Signed Attachment CDN URLs".
"""

from __future__ import annotations

from aiohttp import web

from sandbox.cdn.attachments import Attachment, AttachmentStore, CdnFault
from sandbox.faults.faults import Faults

#: Types a browser may show in place; everything else is only ever downloaded.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})


class Cdn:
    """Serves the stored files."""

    def __init__(self, store: AttachmentStore, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one file."""
        attachment = self._store.get(request.match_info["attachment_id"])
        if attachment is None or not request.path.endswith(f"/{attachment.filename}"):
            return web.Response(status=404, text="This content is no longer available.")
        fault = attachment.fault or self._faults.of_download() or CdnFault()
        if fault.status is not None:
            return web.Response(status=fault.status, text="This content is no longer available.")
        if fault.redirect is not None:
            return web.Response(status=302, headers={"Location": fault.redirect})
        if not self._store.link_works(attachment, dict(request.query)):
            return web.Response(status=404, text="This content is no longer available.")
        headers = _headers(attachment, fault)
        body = (attachment.data if fault.body is None else fault.body) + bytes(fault.padding)
        if fault.stall_after is None and fault.padding == 0:
            return web.Response(body=body, headers=headers)
        return await _stream(request, body, headers, fault)


def _headers(attachment: Attachment, fault: CdnFault) -> dict[str, str]:
    content_type = fault.content_type or attachment.content_type or "application/octet-stream"
    place = "inline" if content_type.partition(";")[0] in _SHOWN else "attachment"
    return {
        "Content-Type": content_type,
        "Content-Disposition": place,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=86400",
    }


async def _stream(request: web.Request, body: bytes, headers: dict[str, str], fault: CdnFault) -> web.StreamResponse:
    """Send a body whose length is not told beforehand, stopping on the way if the fault says so."""
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    first = len(body) if fault.stall_after is None else fault.stall_after
    await response.write(body[:first])
    if fault.stall_after is not None:
        fault.reached.set()
        await fault.released.wait()
        await response.write(body[first:])
    await response.write_eof()
    return response
